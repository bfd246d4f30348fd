#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace tailrace {

/// How far reads of one table lag behind its writes, measured by the engine's clock. Zero means not at all.
struct ReadLag {
    /// Of eventually consistent reads of the table and its local indexes.
    std::chrono::milliseconds reads{0};
    /// Of all reads of its global indexes.
    std::chrono::milliseconds indexes{0};

    std::chrono::milliseconds longest() const { return std::max(reads, indexes); }
};

/// How far the reads of all tables lag behind.
struct ReadLags {
    /// Of the tables that are not named below.
    ReadLag others = {};
    std::map<std::string, ReadLag, std::less<>> tables = {};

    const ReadLag& of(std::string_view table_name) const {
        const auto named = tables.find(table_name);
        return named != tables.end() ? named->second : others;
    }
    std::chrono::milliseconds longest() const {
        std::chrono::milliseconds longest = others.longest();
        for (const auto& [name, lag] : tables) longest = std::max(longest, lag.longest());
        return longest;
    }
};

}  // namespace tailrace
