#include "server/admin/admin_endpoints.hpp"

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

AdminResponse AdminEndpoints::answer(const AdminRequest& request) const {
    std::string_view path = request.path;
    if (path.ends_with('/')) path.remove_suffix(1);
    if (path == root && request.method == "GET") return list();
    bool path_found = path == root;
    for (const AdminEndpoint& endpoint : endpoints_) {
        if (endpoint.path != path) continue;
        path_found = true;
        if (endpoint.method != request.method) continue;
        try {
            return endpoint.function(request);
        } catch (const std::exception& error) {
            return refusal(500, error.what());
        }
    }
    const std::string what = std::string(request.method).append(" ").append(path);
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
