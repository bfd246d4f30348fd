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
#include "engine/table/transition.hpp"

namespace tailrace::table {

/// A key attribute; its type is S, N or B.
struct KeyAttribute {
    std::string name;
    AttributeType type = AttributeType::S;
};

/// The attributes a table's or an index's key is made of. Tables have one partition attribute and at most one
/// sort attribute; global secondary indexes may have several of each.
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

/// The requests per second that a table or a global index can take at once; zero where nothing is known. It
/// is what was ever provisioned or asked for at the most. Source: "Understanding DynamoDB warm throughput".
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
    /// OnDemandThroughput, as far as it has limits.
    boost::json::object on_demand_limits = {};
    /// Set while the index is being filled: it holds the rows of the items whose row keys lie before this
    /// one. Nobody reads it until then.
    std::optional<std::string> backfilled_up_to = {};

    bool backfilling() const { return backfilled_up_to.has_value(); }
    /// Whether the item is one that the index has not been filled with yet, and so need not be kept current.
    bool leaves_to_backfill(std::string_view row_key) const {
        return backfilled_up_to && row_key >= *backfilled_up_to;
    }
};

/// A table's stream; it outlives being disabled and the table, as on AWS. Its shards are StreamShards.
struct StreamDefinition {
    storage::SpaceId space = 0;
    std::string table_name;
    std::string arn;
    /// The moment of creation, ISO 8601 with milliseconds; the last part of the ARN.
    std::string label;
    /// NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES or KEYS_ONLY.
    std::string view_type;
    std::string region;
    bool enabled = true;
    Timestamp created = {};
    /// The table's, in wire JSON.
    boost::json::array key_schema = {};
};

/// Continuous backups that can be restored from, as far as they are a setting.
struct PointInTimeRecovery {
    Timestamp since;
    std::int64_t period_days = 35;
};

enum class BillingMode { provisioned, pay_per_request };

/// All that is known of a table besides its rows. Kept in the catalogue as JSON.
struct TableDefinition {
    std::string name;
    /// A UUID.
    std::string id;
    std::string arn;
    Timestamp created;
    storage::SpaceId space = 0;
    KeySchema keys;
    /// In the order of the request that made the table, local ones first.
    std::vector<IndexDefinition> indexes;
    /// As given; they are shown in the order of their names.
    boost::json::array attribute_definitions;
    BillingMode billing_mode = BillingMode::provisioned;
    /// Set when the billing mode was ever PAY_PER_REQUEST.
    std::optional<Timestamp> pay_per_request_since;
    Throughput throughput;
    WarmThroughput warm;
    bool deletion_protection = false;
    /// The newest stream, enabled or not; empty when there never was one.
    std::optional<StreamDefinition> stream;
    boost::json::array tags;
    /// The attribute that says when an item expires; nothing when items do not.
    std::optional<std::string> time_to_live_attribute;
    std::optional<PointInTimeRecovery> point_in_time_recovery;
    /// The last one, also when it is over.
    std::optional<Transition> transition;
    /// Settings without effect here that DescribeTable shows: TableClassSummary, SSEDescription and
    /// OnDemandThroughput.
    boost::json::object shown_settings;

    /// What the table passes through at that moment; null when it is ACTIVE.
    const Transition* transition_at(Timestamp now) const;
    /// Whether it was deleted, and the time in which it was still shown is over.
    bool gone_at(Timestamp now) const;
    bool streams() const { return stream && stream->enabled; }
    bool has_local_indexes() const;
    const IndexDefinition* find_index(std::string_view index_name) const;
    /// The index that is being filled, null when none is. There is one at the most.
    const IndexDefinition* backfilling_index() const;
    IndexDefinition* backfilling_index();
    /// "arn:aws:dynamodb:<region>:<account>:table/<name>" cut at its fourth colon.
    std::string_view region() const;
};

/// How many rows a table or an index holds, and their size in bytes.
struct Count {
    std::int64_t items = 0;
    std::int64_t bytes = 0;

    void add(const Count& difference) {
        items += difference.items;
        bytes += difference.bytes;
    }
};

/// Whether so many rows are filled into an index, or removed, within a few milliseconds.
bool is_small(const Count& rows);

/// The counts of a table: the base first, then each index in the definition's order.
using Counts = std::vector<Count>;

/// Raises the warm throughput of a table and of its global indexes to what their billing mode and their
/// capacity units give them.
void raise_warm_throughput(TableDefinition& definition);

}  // namespace tailrace::table
