#include "engine/table/catalogue/transition.hpp"

#include <array>
#include <stdexcept>

namespace tailrace::table {
namespace {

constexpr std::array<std::string_view, 3> statuses = {"CREATING", "UPDATING", "DELETING"};

Timestamp read_time(const boost::json::value& microseconds) {
    return Timestamp(std::chrono::microseconds(microseconds.as_int64()));
}

}  // namespace

boost::json::object& Transition::shown_of_index(std::string_view name) {
    boost::json::value& shown = shown_of_indexes[name];
    if (!shown.is_object()) shown.emplace_object();
    return shown.get_object();
}

std::string_view Transition::status() const {
    return statuses[static_cast<std::size_t>(kind)];
}

boost::json::object catalogue_json(const Transition& transition) {
    return {{"Kind", static_cast<int>(transition.kind)},
            {"SinceMicroseconds", transition.since.time_since_epoch().count()},
            {"UntilMicroseconds", transition.until.time_since_epoch().count()},
            {"CreatedIndex", transition.created_index},
            {"DeletedIndex", transition.deleted_index},
            {"ShownOfTable", transition.shown_of_table},
            {"ShownOfIndexes", transition.shown_of_indexes},
            {"LeavesTableActive", transition.leaves_table_active}};
}

Transition transition_from_catalogue_json(const boost::json::object& json) {
    Transition transition;
    const auto kind = json.at("Kind").to_number<std::size_t>();
    if (kind >= statuses.size()) throw std::out_of_range("unknown transition");
    transition.kind = static_cast<Transition::Kind>(kind);
    transition.until = read_time(json.at("UntilMicroseconds"));
    // An older file does not contain the beginning of a transition. Few transitions outlive a restart, so it
    // counts as over.
    const boost::json::value* since = json.if_contains("SinceMicroseconds");
    transition.since = since != nullptr ? read_time(*since) : transition.until;
    transition.created_index = json.at("CreatedIndex").as_string();
    transition.deleted_index = json.at("DeletedIndex").as_object();
    // Transitions in older files lack these.
    if (json.contains("ShownOfTable")) {
        transition.shown_of_table = json.at("ShownOfTable").as_object();
        transition.shown_of_indexes = json.at("ShownOfIndexes").as_object();
        transition.leaves_table_active = json.at("LeavesTableActive").as_bool();
    }
    return transition;
}

}  // namespace tailrace::table
