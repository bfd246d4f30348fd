#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/model/request.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/table/table_definition.hpp"

namespace tailrace::operation {

// What CreateTable and UpdateTable ask for. Each member of the two requests is read here and nowhere else but
// by the rules of engine/validation, which the request passes first. All refers to the request.

/// The limits that OnDemandThroughput gives; -1 removes one.
struct OnDemandLimits {
    std::optional<std::int64_t> read_units;
    std::optional<std::int64_t> write_units;
};

/// What a table or a global index can take: ProvisionedThroughput, OnDemandThroughput and WarmThroughput.
struct RequestedCapacity {
    std::optional<table::Throughput> provisioned = {};
    /// Nothing also where there is nothing in the structure.
    std::optional<OnDemandLimits> on_demand = {};
    /// Units that are not given are zero.
    std::optional<table::WarmThroughput> warm = {};

    static RequestedCapacity read(const Request& owner);
};

/// StreamSpecification.
struct RequestedStream {
    bool enabled = false;
    /// Given when, and only when, the stream is enabled.
    std::string_view view_type;
};

/// SSESpecification.
struct RequestedEncryption {
    bool enabled = false;
    std::optional<std::string_view> key_id;
};

/// The members that CreateTable and UpdateTable have in common.
struct RequestedSettings {
    std::optional<table::BillingMode> billing_mode;
    RequestedCapacity capacity;
    std::optional<RequestedStream> stream;
    std::optional<RequestedEncryption> encryption;
    std::optional<std::string_view> table_class;
    std::optional<bool> deletion_protection;

    static RequestedSettings read(const Request& request);
};

/// One element of LocalSecondaryIndexes or GlobalSecondaryIndexes, or the Create of an index.
struct RequestedIndex {
    /// Without a space, which is the session's to give.
    table::IndexDefinition definition = {};
    /// That of a global index, of which the definition has the units.
    RequestedCapacity capacity = {};
};

/// One element of GlobalSecondaryIndexUpdates.
struct IndexUpdate {
    enum class Action : std::uint8_t { create, update, remove };

    Action action;
    /// Only a Create has more of the definition than its name, and only a Delete no capacity.
    RequestedIndex index;

    bool makes_or_removes() const { return action != Action::update; }
};

struct CreateTableRequest {
    std::string_view table_name;
    const boost::json::array* attribute_definitions = nullptr;
    table::KeySchema keys;
    /// The local ones first.
    std::vector<RequestedIndex> indexes;
    std::vector<Tag> tags;
    RequestedSettings settings;

    /// Throws ApiError::validation.
    static CreateTableRequest read(const Request& request);
};

struct UpdateTableRequest {
    /// AWS refuses more, as it refuses to make several indexes; those are not read beyond their names.
    static constexpr std::size_t most_index_updates = 5;

    std::string_view table_name;
    /// There when an index is created.
    const boost::json::array* attribute_definitions = nullptr;
    std::vector<IndexUpdate> index_updates;
    RequestedSettings settings;

    /// Throws ApiError::validation.
    static UpdateTableRequest read(const Request& request);
};

}  // namespace tailrace::operation
