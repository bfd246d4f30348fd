#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/advice/advice.hpp"

namespace tailrace::server {

/// What is wrong with the attribute for time to live of an item.
enum class TimeToLiveFault : std::uint8_t {
    /// It was written with a type other than Number.
    not_a_number,
    /// It was written in milliseconds.
    in_milliseconds,
    /// Its time had passed when a Query or Scan returned the item, and the request had no filter on it.
    expired
};

struct TimeToLiveNote {
    std::string table;
    std::string attribute;
    TimeToLiveFault fault;
};

/// What is recorded about one request, in addition to how it used items.
struct Observation {
    AccessPattern pattern;
    PatternCounts counts;
    /// The time of the tables' clock, and of the machine's.
    Timestamp now = {};
    std::chrono::steady_clock::time_point moment = {};
    /// How long a read without ConsistentRead may lag behind, by the tables' clock.
    std::chrono::microseconds read_lag = {};
    /// The numbers of the items that an index returned, see operation::item_number(), and the id of its
    /// table.
    std::vector<std::uint64_t> index_items = {};
    std::string index_table_id = {};
    std::vector<TimeToLiveNote> time_to_live = {};
};

Observation observe(Engine& engine, const RequestReport& report);

/// Returns true if a request reads a table with strong consistency.
bool reads_consistently(const boost::json::object& request, const std::string& table);

}  // namespace tailrace::server
