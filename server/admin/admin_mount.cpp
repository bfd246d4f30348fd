#include "server/admin/admin_mount.hpp"

#include <boost/json.hpp>
#include <string>

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view root = "/_tailrace";

HttpResponse no_route(const WebRequest& request, bool has_path) {
    const std::string what = std::string(request.method).append(" ").append(request.target.path());
    if (has_path)
        return message_response(405, what + ": the endpoint has no such method. GET /_tailrace lists them.");
    return message_response(404, what + ": there is no such endpoint. GET /_tailrace lists them.");
}

HttpResponse failed(const std::exception& error) {
    return message_response(500, error.what());
}

HttpResponse too_many(std::string_view message) {
    return message_response(429, message);
}

HttpResponse list(const Mount& mount) {
    json::array listed;
    for (const Route& route : mount.routes()) {
        if (route.purpose.empty()) continue;
        listed.push_back(
            json::object{{"method", route.method}, {"path", route.path}, {"purpose", route.purpose}});
    }
    return json_response({{"endpoints", std::move(listed)}});
}

}  // namespace

Mount& mount_admin(Router& router) {
    Mount& admin = router.mount(root, {no_route, failed, too_many});
    admin.add({.method = "GET",
               .path = root,
               .function = [&admin](const WebRequest&) { return list(admin); },
               .answering = Answering::at_once});
    return admin;
}

}  // namespace tailrace::server
