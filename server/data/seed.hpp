#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/data/attribute_rules.hpp"
#include "server/data/table_import.hpp"

namespace tailrace::server {

/// A file whose items a table begins with: TABLE=FILE.
struct Seed {
    std::string table;
    std::string file;
    friend bool operator==(const Seed&, const Seed&) = default;
};

/// Puts the items of a file into a table that has none. Returns what it did; nullopt if the table has items,
/// which stay as they are. `rules` change the items. Throws DataFault if there is no such table or the file
/// cannot be read. The message has the names of the table and the file.
std::optional<ImportCounts> seed_table(Engine& engine, const std::string& table_name, const std::string& file,
                                       std::optional<AttributeRules> rules = std::nullopt);

/// Returns the lines that were refused, for people: "songs.jsonl:3: …". The last line counts what is not
/// listed.
std::vector<std::string> fault_lines(const std::string& file, const ImportCounts& counts);

}  // namespace tailrace::server
