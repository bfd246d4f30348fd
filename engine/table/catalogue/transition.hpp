#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::table {

/// What a table goes through before it is ACTIVE again, or gone. The change itself happens immediately; an
/// engine with a table_delay shows the table in transition for that long.
struct Transition {
    enum class Kind { creating, updating, deleting };

    Kind kind = Kind::updating;
    /// The transition lasts from `since` to `until`; it is over if both are equal.
    Timestamp since = {};
    Timestamp until = {};
    /// The global index that is being created; empty if there is none.
    std::string created_index;
    /// The description of the global index that is being deleted; empty if there is none.
    boost::json::object deleted_index;
    /// Members of the table's description that have a different value until the transition is over, such as
    /// capacity units that are not available yet. shown_of_indexes holds the same for global indexes, by
    /// name.
    boost::json::object shown_of_table;
    boost::json::object shown_of_indexes;
    /// True if the table stays ACTIVE, and only its settings or those of its indexes are in transition.
    bool leaves_table_active = false;

    /// If `now` is before `since`, the clock is behind the one by which the transition began, and the
    /// transition counts as over.
    bool is_under_way(Timestamp now) const { return since <= now && now < until; }
    /// True if the transition can never be under way again.
    bool is_settled() const { return since >= until; }
    /// Ends the transition for good, whatever a clock says later.
    void settle() { until = since; }

    /// The members of an index's description that have a different value.
    boost::json::object& shown_of_index(std::string_view name);
    /// CREATING, UPDATING or DELETING.
    std::string_view status() const;
};

boost::json::object catalogue_json(const Transition& transition);
Transition transition_from_catalogue_json(const boost::json::object& json);

}  // namespace tailrace::table
