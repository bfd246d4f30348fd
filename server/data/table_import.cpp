#include "server/data/table_import.hpp"

#include <algorithm>
#include <utility>

#include "engine/operation/bulk/put_items.hpp"
#include "engine/operation/bulk/read_items.hpp"

namespace tailrace::server {
namespace {

/// The items of a piece of this size are in memory together, with several times as many bytes as their text.
/// They are sorted by row before they are written, so the larger a piece is, the less often each page is
/// written.
constexpr std::size_t import_piece_bytes = 4096UL * 1024;

}  // namespace

KeyTypes key_types(Engine& engine, std::string_view table_name) {
    KeyTypes types;
    for (const table::KeyAttribute& each : operation::keys_of_table(engine, table_name).all) {
        types.emplace(each.name, each.type);
    }
    return types;
}

TableImport::TableImport(Engine& engine, ReadingOptions options, Change change)
    : engine_(engine),
      table_name_(options.table_name),
      change_(std::move(change)),
      reader_(make_item_reader(std::move(options))) {}

void TableImport::add(std::string_view text) {
    while (!text.empty() && !is_over_) {
        const std::string_view piece = text.substr(0, import_piece_bytes);
        read(piece);
        text.remove_prefix(piece.size());
    }
}

void TableImport::read(std::string_view piece) {
    try {
        reader_->read(piece, [this](ReadItem&& item) { take(std::move(item)); });
    } catch (const DataFault& fault) {
        is_over_ = true;
        refuse({0, fault.what()});
    }
    put();
}

ImportCounts TableImport::finish() {
    if (!is_over_) {
        try {
            reader_->finish([this](ReadItem&& item) { take(std::move(item)); });
        } catch (const DataFault& fault) {
            refuse({0, fault.what()});
        }
        put();
    }
    std::ranges::stable_sort(counts_.faults, {}, [](const LineFault& fault) {
        return fault.line - 1;  // A fault that does not belong to a line comes last.
    });
    return std::move(counts_);
}

void TableImport::take(ReadItem&& item) {
    if (!item.fault.empty()) return refuse({item.line, std::move(item.fault)});
    if (change_ && !change_(item.item)) return;
    items_.push_back(std::move(item.item));
    lines_.push_back(item.line);
}

void TableImport::refuse(LineFault fault) {
    ++counts_.refused;
    if (counts_.faults.size() < max_faults) counts_.faults.push_back(std::move(fault));
}

void TableImport::put() {
    if (items_.empty()) return;
    const operation::PutItems done = operation::put_items(engine_, table_name_, std::exchange(items_, {}));
    counts_.imported += done.count;
    for (const operation::RefusedItem& each : done.refused) refuse({lines_[each.place], each.reason});
    lines_.clear();
}

}  // namespace tailrace::server
