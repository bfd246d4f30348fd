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
    Timestamp until;
    /// The global index that is being made; empty when there is none.
    std::string created_index;
    /// How DescribeTable showed the global index that is being removed; empty when there is none.
    boost::json::object deleted_index;
    /// The ProvisionedThroughput that is shown until the new units are there, by the name of the index; the
    /// table's own has no name.
    boost::json::object old_throughput;

    /// Whether only units of indexes change: their table stays ACTIVE all the while.
    bool leaves_table_active() const;

    /// CREATING, UPDATING or DELETING.
    std::string_view status() const;
};

boost::json::object catalogue_json(const Transition& transition);
Transition transition_from_catalogue_json(const boost::json::object& json);

}  // namespace tailrace::table
