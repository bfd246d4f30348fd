#include "server/admin/admin_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <exception>

#include "server/wire/path_pattern.hpp"

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

Answering AdminEndpoints::answering(std::string_view method, std::string_view path) const {
    const auto found = std::ranges::find_if(endpoints_, [&](const AdminEndpoint& endpoint) {
        return endpoint.method == method && match_path(endpoint.path, path);
    });
    return found == endpoints_.end() ? Answering::at_once : found->answering;
}

AdminResponse AdminEndpoints::answer(AdminRequest request) const {
    bool path_found = match_path(root, request.path).has_value();
    if (path_found && request.method == "GET") return list();
    for (const AdminEndpoint& endpoint : endpoints_) {
        auto values = match_path(endpoint.path, request.path);
        if (!values) continue;
        path_found = true;
        if (endpoint.method != request.method) continue;
        request.path_values = std::move(*values);
        try {
            return endpoint.function(request);
        } catch (const std::exception& error) {
            return refusal(500, error.what());
        }
    }
    const std::string what = std::string(request.method).append(" ").append(request.path);
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
