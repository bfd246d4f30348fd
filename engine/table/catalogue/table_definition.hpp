#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_value.hpp"
#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"
#include "engine/table/catalogue/transition.hpp"

namespace tailrace::table {

/// A key attribute. Its type is S, N or B.
struct KeyAttribute {
    std::string name;
    AttributeType type = AttributeType::S;
};

/// The attributes of a table's or an index's key. A table has one partition attribute and at most one sort
/// attribute; a global secondary index may have several of each.
struct KeySchema {
    /// The partition attributes, then the sort attributes.
    std::vector<KeyAttribute> attributes;
    std::size_t partition_count = 0;

    std::span<const KeyAttribute> partition() const { return {attributes.data(), partition_count}; }
    std::span<const KeyAttribute> sort() const {
        return std::span<const KeyAttribute>(attributes).subspan(partition_count);
    }
    std::size_t size() const { return attributes.size(); }
    bool contains(std::string_view name) const;
};

struct Throughput {
    std::int64_t read_capacity_units = 0;
    std::int64_t write_capacity_units = 0;
    std::int64_t decreases_today = 0;
    std::optional<Timestamp> last_increase;
    std::optional<Timestamp> last_decrease;
};

/// The requests per second that a table or a global index can serve immediately; zero if unknown. It is the
/// highest value that was ever provisioned or requested. Source: "Understanding DynamoDB warm throughput".
struct WarmThroughput {
    std::int64_t read_units_per_second = 0;
    std::int64_t write_units_per_second = 0;
};

enum class ProjectionType { all, keys_only, include };

struct IndexDefinition {
    std::string name;
    bool global = false;
    storage::SpaceId space = 0;
    KeySchema keys;
    ProjectionType projection = ProjectionType::all;
    std::vector<std::string> non_key_attributes;
    Throughput throughput;
    WarmThroughput warm;
    /// OnDemandThroughput, with the limits that are set.
    boost::json::object on_demand_limits = {};
    /// Set while the index is being filled: it holds the rows of the items whose row keys are before this
    /// one. Nobody reads the index until it is complete.
    std::optional<std::string> backfilled_up_to = {};

    bool backfilling() const { return backfilled_up_to.has_value(); }
    /// True if the index has not been filled up to the item yet, so that the item's row need not be kept
    /// current.
    bool leaves_to_backfill(std::string_view row_key) const {
        return backfilled_up_to && row_key >= *backfilled_up_to;
    }
};

/// A table's stream. It remains after it is disabled, and after its table is deleted, as on AWS. Its shards
/// are in StreamShards.
struct StreamDefinition {
    storage::SpaceId space = 0;
    std::string table_name;
    std::string arn;
    /// The time of creation, ISO 8601 with milliseconds; the last part of the ARN.
    std::string label;
    /// NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES or KEYS_ONLY.
    std::string view_type;
    std::string region;
    bool enabled = true;
    Timestamp created = {};
    /// The table's key schema, in wire JSON.
    boost::json::array key_schema = {};
};

/// The settings of point-in-time recovery. Nothing is backed up.
struct PointInTimeRecovery {
    Timestamp since;
    std::int64_t period_days = 35;
};

enum class BillingMode { provisioned, pay_per_request };

/// Everything known about a table except its rows. Stored in the catalogue as JSON.
struct TableDefinition {
    std::string name;
    /// A UUID.
    std::string id;
    std::string arn;
    Timestamp created;
    storage::SpaceId space = 0;
    KeySchema keys;
    /// In the order of the request that created the table; local indexes come first.
    std::vector<IndexDefinition> indexes;
    /// In the order of the requests; descriptions sort them by name.
    boost::json::array attribute_definitions;
    BillingMode billing_mode = BillingMode::provisioned;
    /// Set if the billing mode was ever PAY_PER_REQUEST.
    std::optional<Timestamp> pay_per_request_since;
    Throughput throughput;
    WarmThroughput warm;
    bool deletion_protection = false;
    /// The newest stream, enabled or not; nullopt if there never was one.
    std::optional<StreamDefinition> stream;
    boost::json::array tags;
    /// The attribute that holds an item's expiry time; nullopt if items do not expire.
    std::optional<std::string> time_to_live_attribute;
    std::optional<PointInTimeRecovery> point_in_time_recovery;
    /// The last transition, even if it is over.
    std::optional<Transition> transition;
    /// Settings that DescribeTable shows: TableClassSummary and SSEDescription, which have no effect here,
    /// and OnDemandThroughput, with the limits that are set.
    boost::json::object shown_settings;

    /// The transition that is under way at that time; null if the table is ACTIVE.
    const Transition* transition_at(Timestamp now) const;
    /// True if the table was deleted so long ago that it is no longer shown.
    bool gone_at(Timestamp now) const;
    bool streams() const { return stream && stream->enabled; }
    bool has_local_indexes() const;
    const IndexDefinition* find_index(std::string_view index_name) const;
    /// The index that is being filled; null if there is none. There is at most one.
    const IndexDefinition* backfilling_index() const;
    IndexDefinition* backfilling_index();
    /// The fourth field of the ARN "arn:aws:dynamodb:<region>:<account>:table/<name>".
    std::string_view region() const;
};

/// The number of rows in a table or an index, and their total size in bytes.
struct Count {
    std::int64_t items = 0;
    std::int64_t bytes = 0;

    void add(const Count& difference) {
        items += difference.items;
        bytes += difference.bytes;
    }
};

/// True if that many rows can be added to an index, or removed, within a few milliseconds.
bool is_small(const Count& rows);

/// The counts of a table: first the table itself, then each index in the definition's order.
using Counts = std::vector<Count>;

/// Raises the warm throughput of a table and its global indexes to the level that their billing mode and
/// capacity units imply.
void raise_warm_throughput(TableDefinition& definition);

}  // namespace tailrace::table
