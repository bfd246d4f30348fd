#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/data/item_format.hpp"
#include "server/data/item_reader.hpp"

namespace tailrace::server {

/// Why a line of a text is not in the table.
struct LineFault {
    /// 0 if the fault does not belong to a line.
    std::uint64_t line;
    std::string reason;
};

/// What an import has done. An item that replaces an earlier one counts, too.
struct ImportCounts {
    std::uint64_t imported = 0;
    std::uint64_t refused = 0;
    /// The first ones, in the order of their lines.
    std::vector<LineFault> faults = {};
};

/// Returns the key attributes of a table and its indexes. Throws ApiError::resource_not_found.
KeyTypes key_types(Engine& engine, std::string_view table_name);

/// Reads a text in pieces and puts its items into a table. See operation::put_items().
class TableImport {
  public:
    static constexpr std::size_t max_faults = 1000;

    /// Changes an item before it is put, or returns false to leave it out.
    using Change = std::function<bool(AttributeMap&)>;

    /// The engine must outlive this object. `options.keys` are those of the table.
    TableImport(Engine& engine, ReadingOptions options, Change change = {});

    /// Throws StorageError, and ApiError::resource_not_found.
    void add(std::string_view text);
    /// The text is complete.
    ImportCounts finish();

  private:
    void read(std::string_view piece);
    void take(ReadItem&& item);
    void refuse(LineFault fault);
    void put();

    Engine& engine_;
    const std::string table_name_;
    const Change change_;
    std::unique_ptr<ItemReader> reader_;
    ImportCounts counts_;
    std::vector<AttributeMap> items_;
    /// The line of each of them.
    std::vector<std::uint64_t> lines_;
    /// Nothing more can be read.
    bool is_over_ = false;
};

}  // namespace tailrace::server
