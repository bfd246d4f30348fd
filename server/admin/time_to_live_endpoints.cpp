#include "server/admin/time_to_live_endpoints.hpp"

#include <boost/json.hpp>

namespace tailrace::server {

void add_time_to_live_endpoints(AdminEndpoints& endpoints, TimeToLiveSweeper& sweeper) {
    const auto sweep = [&sweeper](const AdminRequest&) {
        return AdminResponse{200, boost::json::serialize(boost::json::object{{"Removed", sweeper.sweep()}})};
    };
    endpoints.add({"POST", "/_tailrace/ttl/sweep",
                   "Removes the items whose time to live is over and answers how many they were.", sweep});
}

}  // namespace tailrace::server
