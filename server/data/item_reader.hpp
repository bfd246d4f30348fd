#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_value.hpp"

namespace tailrace::server {

/// The key attributes of a table and its indexes, with their types.
using KeyTypes = std::map<std::string, AttributeType, std::less<>>;

/// A text, or a file, of which nothing more can be read. what() says why, for people.
class DataFault : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// An item that was read from a text, or the reason why a part of the text is not an item.
struct ReadItem {
    /// The line where it begins, counted from 1.
    std::uint64_t line = 1;
    AttributeMap item = {};
    /// Empty if there is an item.
    std::string fault = {};
};

/// Calls `read`, and puts the item or the fault into a ReadItem.
template <typename Read>
ReadItem read_as_item(std::uint64_t line, Read read) {
    ReadItem result{.line = line};
    try {
        result.item = read();
    } catch (const ApiError& error) {
        result.fault = error.message().empty() ? std::string(error.name()) : error.message();
    } catch (const DataFault& error) {
        result.fault = error.what();
    }
    return result;
}

using TakeItem = std::function<void(ReadItem&&)>;

/// The maximum number of bytes of text for one item. An item has at most 400 KB, but escapes take up to six
/// times as many.
inline constexpr std::size_t max_item_text_bytes = 4UL * 1024 * 1024;

/// Reads items from a text that arrives in pieces of any size. Uses memory for at most one item's text at a
/// time, in addition to the piece. A text that cannot be read as an item has no effect on the others.
class ItemReader {
  public:
    virtual ~ItemReader() = default;
    /// Reads one more piece. Throws DataFault if nothing after this can be read.
    virtual void read(std::string_view text, const TakeItem& take) = 0;
    /// The text is complete. Throws DataFault.
    virtual void finish(const TakeItem& take) = 0;
};

}  // namespace tailrace::server
