#include "server/admin/stream_endpoints.hpp"

#include <boost/json.hpp>
#include <utility>

#include "server/admin/mapping_json.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

HttpResponse show_streams(stream::Dispatcher& dispatcher) {
    json::array mappings;
    for (const stream::MappingStatus& status : dispatcher.statuses()) mappings.push_back(to_json(status));
    return json_response({{"Mappings", std::move(mappings)}});
}

}  // namespace

void add_stream_endpoints(Mount& admin, const KnownMappings& mappings) {
    admin.add({.method = "GET",
               .path = "/_tailrace/streams",
               .purpose = "Each event source mapping with its checkpoint, lag and counts.",
               .function = [&dispatcher = mappings.dispatcher()](const WebRequest&) {
                   return show_streams(dispatcher);
               }});
}

}  // namespace tailrace::server
