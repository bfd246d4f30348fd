#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/web/host_name.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// What a person says about who may ask for what.
struct AccessRules {
    /// "http://localhost:3000": pages that may use what is not DynamoDB's API.
    std::vector<std::string> origins = {};
    /// "music.test" or "*.music.test": names under which pages may reach the server.
    std::vector<std::string> hosts = {};
    /// Asked for by what is not DynamoDB's API; empty for none.
    std::string admin_token = {};
    /// Whether what is not DynamoDB's API is there at all.
    bool has_admin = true;
    /// Whether pages of every origin may use DynamoDB's API, as in DynamoDB Local with -cors.
    bool has_cors = true;
};

/// Why a request is not let in. `error_name` as AWS's SDKs show it.
struct AccessRefusal {
    int status;
    std::string_view error_name;
    std::string message;
};

/// Which pages may read a response.
enum class ReadableBy {
    /// The server's own, which need no word.
    own_pages,
    /// Those of the origin that asked.
    asking_origin,
    every_page,
};

/// Who may ask for what: decided by target, method and headers alone, before anything else is done.
///
/// A browser lets every page send requests to every server that the machine reaches, this one included; it
/// tells where a page comes from (Origin, Sec-Fetch-Site), and only that keeps a stranger's page from using
/// it. Programs (SDKs, the AWS CLI, curl) send neither and are let in.
///
/// DynamoDB's API, which is all that stands at the path "/", is open to pages of every origin, since browser
/// applications need it: a page reaches it only by headers that a browser asks for first. Everything else is
/// open to the server's own pages and to those of the origins that the rules name; whatever is added later is
/// closed until a rule opens it.
///
/// Const functions may be called from any thread.
class AccessPolicy {
  public:
    explicit AccessPolicy(AccessRules rules = {});

    /// Nothing when the request is let in.
    std::optional<AccessRefusal> refusal(const HttpRequest& request, const RequestHead& head) const {
        if (head.is_dynamodb() && head.headers.origin.empty() && rules_.has_cors) return std::nullopt;
        return refusal_after_a_closer_look(request, head);
    }

    /// Which pages may read the response to a request that was let in.
    ReadableBy readable_by(const RequestHead& head) const;

  private:
    std::optional<AccessRefusal> refusal_after_a_closer_look(const HttpRequest& request,
                                                             const RequestHead& head) const;
    std::optional<AccessRefusal> refusal_of_page(const HttpRequest& request, const RequestHead& head) const;
    std::optional<AccessRefusal> refusal_of_host(std::string_view host) const;
    std::optional<AccessRefusal> refusal_of_caller(const HttpRequest& request, const RequestHead& head) const;
    bool names(std::string_view origin) const;

    AccessRules rules_;
    std::vector<PageOrigin> origins_;
};

/// What is wrong with a value of --allow-origin, --allow-host or --admin-token; empty for nothing.
std::string fault_of_origin(const std::string& text);
std::string fault_of_host(const std::string& text);
std::string fault_of_token(const std::string& text);

}  // namespace tailrace::server
