#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/clock.hpp"

namespace tailrace::table {

/// What a table passes through before it is ACTIVE again, or gone. The change itself is done at once; an
/// engine that is told to take its time shows the table in transition until then.
struct Transition {
    enum class Kind { creating, updating, deleting };

    Kind kind = Kind::updating;
    /// The transition lasts from one moment up to the other; it is over where both are the same.
    Timestamp since = {};
    Timestamp until = {};
    /// The global index that is being made; empty when there is none.
    std::string created_index;
    /// How DescribeTable showed the global index that is being removed; empty when there is none.
    boost::json::object deleted_index;
    /// Members of the table's description that are shown otherwise until the end, as units that are not there
    /// yet; and by the names of global indexes those of theirs.
    boost::json::object shown_of_table;
    boost::json::object shown_of_indexes;
    /// The table is ACTIVE all the while: only its settings or its indexes' are in transition.
    bool leaves_table_active = false;

    /// A clock that stands before the beginning is behind the clock of whoever began: what it began is over.
    bool is_under_way(Timestamp now) const { return since <= now && now < until; }
    /// Whether it may ever be under way again.
    bool is_settled() const { return since >= until; }
    /// What is over stays over, whatever a clock says later.
    void settle() { until = since; }

    /// What is shown otherwise of an index.
    boost::json::object& shown_of_index(std::string_view name);
    /// CREATING, UPDATING or DELETING.
    std::string_view status() const;
};

boost::json::object catalogue_json(const Transition& transition);
Transition transition_from_catalogue_json(const boost::json::object& json);

}  // namespace tailrace::table
