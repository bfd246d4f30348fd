#include "server/namespace.hpp"

#include <stdexcept>
#include <utility>

#include "engine/operation/throughput/throughput.hpp"
#include "engine/table/database.hpp"

namespace tailrace::server {

Namespace::Namespace(NamespaceOptions options, Snapshot content, const Log& log)
    : begins_empty_(content.store == nullptr),
      manual_clock_(content.now ? std::optional<ManualClock>(std::in_place, *content.now) : std::nullopt),
      tailrace_(beside_others(std::move(options.tailrace), manual_clock_ ? &*manual_clock_ : nullptr),
                clock(), log, std::move(content.store)),
      admin_(tailrace_.add_endpoints(router_)),
      door_(tailrace_.engine(), router_, log, with_own_clock(std::move(options.door))) {
    tailrace_.engine().database().set_read_lags(std::move(content.read_lags));
    tailrace_.functions().set_endpoint(options.endpoint);
    for (const stream::Function& each : options.functions) {
        // An uploaded function belongs to its namespace.
        if (each.definition && each.definition->has_versions) continue;
        try {
            tailrace_.functions().add_copy(each);
        } catch (const std::exception& error) {
            log.error("the function " + each.name + " is missing in a namespace: " + error.what());
        }
    }
    if (content.throttle) tailrace_.engine().throughput().replace(*content.throttle);
    tailrace_.contents().add_functions(content.functions);
    if (begins_empty_) tailrace_.contents().begin();
    for (const OnStream& each : content.mappings) tailrace_.map(each);
    tailrace_.restore_mappings();
}

TailraceOptions Namespace::beside_others(TailraceOptions options, ManualClock* clock) {
    options.movable_clock = clock;
    return options;
}

FrontDoorOptions Namespace::with_own_clock(FrontDoorOptions options) const {
    options.has_manual_clock = manual_clock_.has_value();
    return options;
}

void Namespace::rest_if_idle(Moment now, std::chrono::seconds limit) {
    if (is_asked_.exchange(false, std::memory_order_relaxed)) idle_since_ = now;
    is_resting_ = now - idle_since_ >= limit;
    // This is done at every sweep: a mapping, or a request about all namespaces, may have recreated what
    // rest() gave up.
    if (is_resting_) tailrace_.rest();
}

void Namespace::sweep() {
    if (is_resting_) {
        tailrace_.sweeper().sweep();
    } else {
        tailrace_.sweeper().look();
    }
}

const Clock& Namespace::clock() const {
    return manual_clock_ ? static_cast<const Clock&>(*manual_clock_) : system_clock_;
}

}  // namespace tailrace::server
