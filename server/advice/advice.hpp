#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/advice/access_pattern.hpp"
#include "server/advice/prose.hpp"

namespace tailrace::server {

/// What all requests of one pattern did together.
struct PatternCounts {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::uint64_t conflicts = 0;
    /// Requests that read a page over several partitions.
    std::uint64_t scans = 0;
    /// Eventually consistent reads of what was written shortly before.
    std::uint64_t stale_reads = 0;
    std::uint64_t items_read = 0;
    std::uint64_t items_returned = 0;
    std::uint64_t items_written = 0;
    double read_units = 0;
    double write_units = 0;
};

/// A pattern with what a month of it costs.
struct PricedPattern {
    AccessPattern pattern;
    PatternCounts counts;
    double monthly_usd = 0;
};

/// Something to change.
struct Finding {
    /// One of finding_names, such as "Scan".
    std::string_view name;
    std::string table = {};
    /// Empty for the table itself.
    std::string index = {};
    /// The pattern for people; empty if the finding is about none.
    std::string pattern = {};
    Prose reason = {};
    Prose remedy = {};
};

/// Requests and parts of them that were left out because there were too many different ones.
struct Omissions {
    std::uint64_t requests = 0;
    std::uint64_t accesses = 0;
};

/// What the adviser says about a run.
struct Advice {
    bool is_recording = false;
    /// When the run began; nullopt if nothing was ever recorded.
    std::optional<Timestamp> since = {};
    std::uint64_t requests = 0;
    double requests_per_month = 0;
    double monthly_usd = 0;
    /// The most expensive ones come first.
    std::vector<PricedPattern> patterns = {};
    std::vector<Finding> findings = {};
    Omissions omitted = {};
};

}  // namespace tailrace::server
