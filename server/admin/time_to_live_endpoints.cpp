#include "server/admin/time_to_live_endpoints.hpp"

namespace tailrace::server {

void add_time_to_live_endpoints(Mount& admin, TimeToLiveSweeper& sweeper) {
    admin.add({.method = "POST",
               .path = "/_tailrace/ttl/sweep",
               .purpose = "Removes expired items now, and returns their number.",
               .function = [&sweeper](const WebRequest&) {
                   return json_response({{"Removed", sweeper.sweep()}});
               }});
}

}  // namespace tailrace::server
