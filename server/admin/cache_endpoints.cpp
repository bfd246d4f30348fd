#include "server/admin/cache_endpoints.hpp"

#include <boost/json.hpp>
#include <utility>

namespace tailrace::server {
namespace {

namespace json = boost::json;

HttpResponse show_caches(Caches& caches) {
    json::array shown;
    for (const CacheContents& each : caches.contents()) {
        shown.push_back(json::object{{"Name", each.definition.name},
                                     {"TimeToLiveSeconds", each.definition.time_to_live.count()},
                                     {"Items", each.items},
                                     {"SizeBytes", each.size_bytes}});
    }
    return json_response({{"Caches", std::move(shown)}});
}

HttpResponse clear_cache(Caches& caches, const std::string& name) {
    if (!caches.has(name)) {
        return message_response(404, "There is no cache '" + name + "'. GET /_tailrace/caches lists them.");
    }
    return json_response({{"Cleared", caches.clear(name)}});
}

}  // namespace

void add_cache_endpoints(Mount& admin, Caches& caches) {
    admin.add({.method = "GET",
               .path = "/_tailrace/caches",
               .purpose = "The caches, each with the number and the bytes of its values.",
               .function = [&caches](const WebRequest&) { return show_caches(caches); }});
    admin.add({.method = "DELETE",
               .path = "/_tailrace/caches/{name}",
               .purpose = "Removes all values of a cache.",
               .function = [&caches](const WebRequest& request) {
                   return clear_cache(caches, request.path_values.front());
               }});
}

}  // namespace tailrace::server
