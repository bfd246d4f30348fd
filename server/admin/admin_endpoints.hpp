#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// A request to an endpoint under /_tailrace/. Views good for the duration of the call.
struct AdminRequest {
    std::string_view method;
    std::string_view path;
    /// What follows the path's question mark.
    std::string_view query;
    std::string_view body;
    /// What stands in the place of the endpoint's placeholders, percent-decoded, in their order.
    std::vector<std::string> path_values = {};
    /// Told when nobody waits for the answer any more.
    std::stop_token given_up = {};
};

/// `body` is JSON.
struct AdminResponse {
    int status = 200;
    std::string body;
};

/// Answers one endpoint. Called from several threads at once; what it throws becomes a 500 with the
/// exception's text.
using AdminFunction = std::function<AdminResponse(const AdminRequest&)>;

struct AdminEndpoint {
    std::string method;
    /// "/_tailrace/streams" or "/_tailrace/mappings/{id}"; as match_path() takes it.
    std::string path;
    /// One sentence for people, shown in the list of endpoints.
    std::string purpose;
    AdminFunction function;
    /// What the function may wait for. One that is not answered at once is called on a few threads beside
    /// those that serve connections, and one that may wait long on others still.
    Answering answering = Answering::briefly;
};

/// What is not DynamoDB's own API: everything under /_tailrace. GET /_tailrace lists the endpoints.
/// Endpoints are added before the server starts; after that, calls may come from any thread.
class AdminEndpoints {
  public:
    void add(AdminEndpoint endpoint) { endpoints_.push_back(std::move(endpoint)); }

    /// Whether a request path is one for answer().
    static bool serves(std::string_view path);
    /// What the endpoint for a request may wait for.
    Answering answering(std::string_view method, std::string_view path) const;

    /// The endpoint's response; 404 or 405 with {"message": …} where there is none.
    AdminResponse answer(AdminRequest request) const;

  private:
    AdminResponse list() const;

    std::vector<AdminEndpoint> endpoints_;
};

}  // namespace tailrace::server
