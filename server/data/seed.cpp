#include "server/data/seed.hpp"

#include "engine/model/api_error.hpp"
#include "engine/operation/bulk/read_items.hpp"
#include "server/data/data_file.hpp"
#include "server/data/decompression.hpp"

namespace tailrace::server {
namespace {

constexpr std::size_t max_fault_lines = 20;

std::vector<std::string> table_key_names(Engine& engine, const std::string& table_name) {
    const operation::TableKeys keys = operation::keys_of_table(engine, table_name);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < keys.table_key_count; ++i) names.push_back(keys.all[i].name);
    return names;
}

}  // namespace

std::optional<ImportCounts> seed_table(Engine& engine, const std::string& table_name, const std::string& file,
                                       std::optional<AttributeRules> rules) {
    const std::string where = "the seed " + file + " of the table " + table_name;
    try {
        if (operation::has_items(engine, table_name)) return std::nullopt;
        if (rules) rules->use_for(table_key_names(engine, table_name));
        const auto change = [&](AttributeMap& item) { return !rules || rules->apply(item); };
        TableImport import(engine,
                           {.file_name = without_compression_ending(file),
                            .table_name = table_name,
                            .keys = key_types(engine, table_name)},
                           change);
        read_data_file({.path = file}, [&](std::string_view piece) { import.add(piece); });
        return import.finish();
    } catch (const UnreadableFile& fault) {
        throw DataFault(where + " " + fault.what());
    } catch (const DataFault& fault) {
        throw DataFault(where + ": " + fault.what());
    } catch (const ApiError& error) {
        if (error.name() != "ResourceNotFoundException") throw;
        throw DataFault(where + ": there is no such table when the server starts");
    }
}

std::vector<std::string> fault_lines(const std::string& file, const ImportCounts& counts) {
    std::vector<std::string> lines;
    for (const LineFault& each : counts.faults) {
        if (lines.size() == max_fault_lines) break;
        const std::string line = each.line > 0 ? ":" + std::to_string(each.line) : "";
        lines.push_back(file + line + ": " + each.reason);
    }
    if (counts.refused > lines.size())
        lines.push_back(file + ": " + std::to_string(counts.refused - lines.size()) +
                        " more lines were refused");
    return lines;
}

}  // namespace tailrace::server
