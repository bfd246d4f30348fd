#include "engine/table/transition.hpp"

#include <array>

namespace tailrace::table {
namespace {

constexpr std::array<std::string_view, 3> statuses = {"CREATING", "UPDATING", "DELETING"};

}  // namespace

bool Transition::leaves_table_active() const {
    return !old_throughput.empty() && !old_throughput.contains("") && created_index.empty() &&
           deleted_index.empty();
}

std::string_view Transition::status() const {
    return statuses[static_cast<std::size_t>(kind)];
}

boost::json::object catalogue_json(const Transition& transition) {
    return {{"Kind", static_cast<int>(transition.kind)},
            {"UntilMicroseconds", transition.until.time_since_epoch().count()},
            {"CreatedIndex", transition.created_index},
            {"DeletedIndex", transition.deleted_index},
            {"OldThroughput", transition.old_throughput}};
}

Transition transition_from_catalogue_json(const boost::json::object& json) {
    Transition transition;
    transition.kind = static_cast<Transition::Kind>(json.at("Kind").as_int64());
    transition.until = Timestamp(std::chrono::microseconds(json.at("UntilMicroseconds").as_int64()));
    transition.created_index = json.at("CreatedIndex").as_string();
    transition.deleted_index = json.at("DeletedIndex").as_object();
    if (const auto* stored = json.if_contains("OldThroughput")) {
        transition.old_throughput = stored->as_object();
    }
    return transition;
}

}  // namespace tailrace::table
