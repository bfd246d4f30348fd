#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/web/host_name.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// The rules in the options for who has access to what.
struct AccessRules {
    /// Origins whose pages may use everything, DynamoDB's API and the rest: "http://localhost:3000".
    std::vector<std::string> origins = {};
    /// Host names accepted besides the local ones: "music.test" or "*.music.test".
    std::vector<std::string> hosts = {};
    /// Required for everything but DynamoDB's API and the caches; empty if no token is required.
    std::string admin_token = {};
    /// True if anything besides DynamoDB's API and the caches is served.
    bool has_admin = true;
    /// True if pages of every origin may use DynamoDB's API, as in DynamoDB Local with -cors "*".
    bool has_cors = true;
    /// The origins whose pages may use DynamoDB's API but nothing else. They matter only if has_cors is
    /// false.
    std::vector<std::string> cors_origins = {};
};

/// What the rules mean for the requests to one API.
struct ApiAccess {
    /// True if they are refused unless `has_admin` is set.
    bool is_admin = true;
    /// True if they need the admin token, if there is one.
    bool needs_token = true;
    /// True if the answers hold no data, so that a link on any page may lead to them.
    bool has_no_data = false;
};

/// Returns true if `text` is the required token, which must not be empty. Takes the same time for all texts
/// of one length, so that timing reveals nothing about the token.
bool is_token(std::string_view text, std::string_view token);

/// Why a request is refused. `error_name` is what AWS's SDKs show.
struct AccessRefusal {
    int status;
    std::string_view error_name;
    std::string message;
};

/// Which pages may read a response.
enum class ReadableBy {
    /// The server's own pages, which need no header for it.
    own_pages,
    /// The pages of the origin that asked.
    asking_origin,
    every_page,
};

/// Decides who has access to what. It looks only at the target, the method, the headers and whether there is
/// a body, and runs before anything else.
///
/// A browser lets every page send requests to every server that the machine can reach, including this one.
/// The browser says where the page comes from (Origin, Sec-Fetch-Site), and only that keeps a stranger's page
/// out. Programs (SDKs, the AWS CLI, curl) send neither header, so the rules for pages let them in.
///
/// DynamoDB's API is everything at the path "/" except Cognito's operations. It is open to pages of every
/// origin by default, because browser applications need it. Their requests have headers for which a browser
/// sends a preflight first. Everything else is open only to the server's own pages and to the origins that
/// the rules name. Whatever is added later is closed until a rule opens it.
///
/// Const functions may be called from any thread.
class AccessPolicy {
  public:
    explicit AccessPolicy(AccessRules rules = {});

    /// Returns why the request is refused, or nullopt if it is let in.
    /// `api` applies only to a request that is not for DynamoDB's API.
    std::optional<AccessRefusal> refusal(const HttpRequest& request, const RequestHead& head,
                                         ApiAccess api) const {
        if (head.is_dynamodb() && head.headers.origin.empty() && rules_.has_cors) return std::nullopt;
        return refusal_after_a_closer_look(request, head, api);
    }

    /// Returns which pages may read the response to a request that has been let in.
    ReadableBy readable_by(const RequestHead& head) const;

  private:
    std::optional<AccessRefusal> refusal_after_a_closer_look(const HttpRequest& request,
                                                             const RequestHead& head, ApiAccess api) const;
    std::optional<AccessRefusal> refusal_of_page(const HttpRequest& request, const RequestHead& head) const;
    std::optional<AccessRefusal> refusal_of_host(std::string_view host) const;
    std::optional<AccessRefusal> refusal_of_caller(const HttpRequest& request, const RequestHead& head,
                                                   ApiAccess api) const;
    /// Returns true if the rules let pages of that origin send this request.
    bool names(std::string_view origin, const RequestHead& head) const;

    AccessRules rules_;
    std::vector<PageOrigin> origins_;
    std::vector<PageOrigin> cors_origins_;
};

/// These return what is wrong with a value of --allow-origin, --allow-host or --admin-token, or an empty
/// string.
std::string fault_of_origin(const std::string& text);
std::string fault_of_host(const std::string& text);
std::string fault_of_token(const std::string& text);

}  // namespace tailrace::server
