#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/model/attribute_json.hpp"
#include "server/data/decompression.hpp"
#include "server/data/item_format.hpp"
#include "server/data/item_text.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace tailrace::fuzz {
namespace {

using namespace server;

/// What a reader finds: items and faults.
struct ReadItems {
    std::vector<std::string> items;
    std::size_t faults = 0;
    friend bool operator==(const ReadItems&, const ReadItems&) = default;
};

ReadItems items_in(ItemFormat format, std::string_view text, std::size_t piece_bytes) {
    ReadItems found;
    const TakeItem take = [&](ReadItem&& item) {
        if (item.fault.empty()) {
            found.items.push_back(to_json(item.item));
        } else {
            ++found.faults;
        }
    };
    try {
        const auto reader = make_item_reader({.format = format, .table_name = "music"});
        for (; !text.empty(); text.remove_prefix(std::min(piece_bytes, text.size())))
            reader->read(text.substr(0, piece_bytes), take);
        reader->finish(take);
    } catch (const DataFault&) {
        ++found.faults;
    }
    return found;
}

/// Written items are read as they were.
void require_readable(const ReadItems& found) {
    for (const ItemFormat format : {ItemFormat::dynamodb_json, ItemFormat::ion}) {
        std::string text;
        const ItemText writer(format, {});
        for (const std::string& each : found.items) writer.append(text, parse_stored_item(each));
        const ReadItems again = items_in(format, text, text.size() + 1);
        require(again.items == found.items && again.faults == 0, "items read back from an export");
    }
}

}  // namespace

/// The name of a format, a line end, and a text in it, which may be compressed.
bool run_items(std::string_view input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const auto format = format_named(input.substr(0, end));
    if (!format) return false;
    input.remove_prefix(std::min(end + 1, input.size()));
    std::string text;
    try {
        const auto decompression = make_decompression();
        constexpr std::size_t enough = 1UL * 1024 * 1024;
        const auto take = [&](std::string_view piece) {
            text.append(piece.substr(0, enough - std::min(enough, text.size())));
        };
        decompression->add(input, take);
        decompression->finish(take);
    } catch (const DataFault&) {
        return false;
    }
    const ReadItems found = items_in(*format, text, text.size() + 1);
    constexpr std::size_t small = 7;
    require(items_in(*format, text, small) == found, "the pieces in which a text arrives make no difference");
    require_readable(found);
    return found.faults == 0 && !found.items.empty();
}

}  // namespace tailrace::fuzz
