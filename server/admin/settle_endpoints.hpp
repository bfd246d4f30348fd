#pragma once

#include "server/admin/known_mappings.hpp"
#include "server/settle/barrier.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// What the endpoints wait for. The engine and the barrier must outlive them.
struct SettleParts {
    KnownMappings mappings;
    Engine& engine;
    Barrier& barrier;
};

/// Adds POST /_tailrace/settle, and POST /_tailrace/streams/drain, which waits for the streams alone.
void add_settle_endpoints(Mount& admin, const SettleParts& parts);

}  // namespace tailrace::server
