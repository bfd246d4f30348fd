#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/model/attribute_json.hpp"
#include "server/data/item_format.hpp"

namespace tailrace::server {

/// Returns what a reader finds in a text: "LINE ITEM" for each item, "LINE! FAULT" for each fault, and
/// "! FAULT" if it gives up. The text arrives in pieces of `piece_bytes`.
inline std::vector<std::string> read_all(ReadingOptions options, std::string_view text,
                                         std::size_t piece_bytes = std::string_view::npos) {
    std::vector<std::string> found;
    const TakeItem take = [&](ReadItem&& item) {
        const std::string line = std::to_string(item.line);
        found.push_back(item.fault.empty() ? line + " " + to_json(item.item) : line + "! " + item.fault);
    };
    const auto reader = make_item_reader(std::move(options));
    try {
        while (!text.empty()) {
            reader->read(text.substr(0, piece_bytes), take);
            text.remove_prefix(std::min(piece_bytes, text.size()));
        }
        reader->finish(take);
    } catch (const DataFault& fault) {
        found.push_back("! " + std::string(fault.what()));
    }
    return found;
}

/// The same, and checks that the reader finds the same whether the text comes byte by byte or as a whole.
inline std::vector<std::string> read_in_any_pieces(const ReadingOptions& options, std::string_view text) {
    const std::vector<std::string> found = read_all(options, text);
    return read_all(options, text, 1) == found ? found : std::vector<std::string>{"it differs"};
}

}  // namespace tailrace::server
