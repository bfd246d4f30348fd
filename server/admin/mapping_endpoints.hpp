#pragma once

#include <functional>
#include <vector>

#include "server/web/router.hpp"
#include "stream/dispatcher.hpp"
#include "stream/mapping/mapping_status.hpp"

namespace tailrace::server {

/// The mappings that could not be started and are not in the dispatcher.
using RestingMappings = std::function<std::vector<stream::MappingStatus>()>;

/// What stands under /_tailrace/mappings. The dispatcher outlives the endpoints. Mappings that rest are
/// shown, and everything else is refused to them with 409.
void add_mapping_endpoints(Mount& admin, stream::Dispatcher& dispatcher, const RestingMappings& resting);

}  // namespace tailrace::server
