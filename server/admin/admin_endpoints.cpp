#include "server/admin/admin_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <exception>

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view root = "/_tailrace";

AdminResponse refusal(int status, std::string message) {
    return {status, json::serialize(json::object{{"message", std::move(message)}})};
}

}  // namespace

bool AdminEndpoints::serves(std::string_view path) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

bool AdminEndpoints::may_block(std::string_view method, std::string_view path) const {
    const AdminEndpoint* endpoint = find(method, path);
    return endpoint != nullptr && endpoint->may_block;
}

const AdminEndpoint* AdminEndpoints::find(std::string_view method, std::string_view path) const {
    for (const AdminEndpoint& endpoint : endpoints_) {
        if (endpoint.path == path && endpoint.method == method) return &endpoint;
    }
    return nullptr;
}

AdminResponse AdminEndpoints::answer(const AdminRequest& request) const {
    const bool is_root = request.path == root || request.path == std::string(root) + "/";
    if (is_root && request.method == "GET") return list();
    if (const AdminEndpoint* endpoint = find(request.method, request.path)) {
        try {
            return endpoint->function(request);
        } catch (const std::exception& error) {
            return refusal(500, error.what());
        }
    }
    const std::string what = std::string(request.method).append(" ").append(request.path);
    const bool path_found =
        is_root || std::any_of(endpoints_.begin(), endpoints_.end(),
                               [&](const auto& each) { return each.path == request.path; });
    if (path_found)
        return refusal(405, what + ": the endpoint has no such method. GET /_tailrace lists them.");
    return refusal(404, what + ": there is no such endpoint. GET /_tailrace lists them.");
}

AdminResponse AdminEndpoints::list() const {
    json::array listed;
    for (const AdminEndpoint& endpoint : endpoints_) {
        listed.push_back(json::object{
            {"method", endpoint.method}, {"path", endpoint.path}, {"purpose", endpoint.purpose}});
    }
    return {200, json::serialize(json::object{{"endpoints", std::move(listed)}})};
}

}  // namespace tailrace::server
