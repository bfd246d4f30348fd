#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/model/request.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

// The contents of CreateTable and UpdateTable requests. Each member of the two requests is read only here and
// by the rules of engine/validation, which check the request first. Everything refers to the request.

/// The limits in OnDemandThroughput; -1 removes one.
struct OnDemandLimits {
    std::optional<std::int64_t> read_units;
    std::optional<std::int64_t> write_units;
};

/// The capacity of a table or a global index: ProvisionedThroughput, OnDemandThroughput and WarmThroughput.
struct RequestedCapacity {
    std::optional<table::Throughput> provisioned = {};
    /// Also nullopt if the structure is empty.
    std::optional<OnDemandLimits> on_demand = {};
    /// Units that are not given are zero.
    std::optional<table::WarmThroughput> warm = {};

    static RequestedCapacity read(const Request& owner);
};

/// StreamSpecification.
struct RequestedStream {
    bool enabled = false;
    /// Set if and only if the stream is enabled.
    std::string_view view_type;
};

/// SSESpecification.
struct RequestedEncryption {
    bool enabled = false;
    std::optional<std::string_view> key_id;
};

/// The members that CreateTable and UpdateTable share.
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
    /// The space is not set; the session creates it.
    table::IndexDefinition definition = {};
    /// Only for a global index. The definition contains its units too.
    RequestedCapacity capacity = {};
};

/// One element of GlobalSecondaryIndexUpdates.
struct IndexUpdate {
    enum class Action : std::uint8_t { create, update, remove };

    Action action;
    /// Only a Create sets more of the definition than its name. A Delete has no capacity.
    RequestedIndex index;

    bool creates_or_removes() const { return action != Action::update; }
};

struct CreateTableRequest {
    std::string_view table_name;
    const boost::json::array* attribute_definitions = nullptr;
    table::KeySchema keys;
    /// The local indexes come first.
    std::vector<RequestedIndex> indexes;
    std::vector<Tag> tags;
    RequestedSettings settings;

    /// Throws ApiError::validation.
    static CreateTableRequest read(const Request& request);
};

struct UpdateTableRequest {
    /// The maximum number of updates that AWS accepts in a request; it accepts at most one new index among
    /// them. If there are more updates, only the names of new indexes are read.
    static constexpr std::size_t max_index_updates = 5;

    std::string_view table_name;
    /// Present if an index is created.
    const boost::json::array* attribute_definitions = nullptr;
    std::vector<IndexUpdate> index_updates;
    RequestedSettings settings;

    /// Throws ApiError::validation.
    static UpdateTableRequest read(const Request& request);
};

}  // namespace tailrace::operation
