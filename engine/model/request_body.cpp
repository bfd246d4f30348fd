#include "engine/model/request_body.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/item_json_reader.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/value_fault.hpp"

namespace tailrace {
namespace {

namespace json = boost::json;

/// This parser accepts deeper nesting than an item may have. The engine refuses what is too deep for an item.
json::value parse_request(std::string_view text, json::storage_ptr memory) {
    if (text.empty()) return json::value(std::move(memory));
    json::parse_options options;
    options.max_depth = max_request_depth;
    std::array<unsigned char, 4096> stack;
    json::parser parser({}, options, stack.data(), stack.size());
    parser.reset(std::move(memory));
    json::error_code error;
    parser.write(text.data(), text.size(), error);
    if (error == json::error::too_deep) throw NestingFault();
    if (error) throw ApiError::serialization();
    return parser.release();
}

/// Takes the items out of a text that may be invalid JSON. Each item that is taken out is valid JSON, and so
/// is the empty object that replaces it. So the whole text is valid if and only if what is left is valid, and
/// both have the same faults.
class ItemsApart {
  public:
    ItemsApart(std::string_view text, ItemPath path) : text_(text), path_(path), reader_(text) {
        // Enough for most requests.
        constexpr std::size_t usual_names = 16;
        constexpr std::size_t usual_rest_bytes = 256;
        levels_.reserve(path.size());
        names_.reserve(usual_names);
        rest_.reserve(usual_rest_bytes);
    }

    /// Returns false if an item could not be read, or if it is not certain which items the request has.
    bool take_out() {
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') {
                if (!take_string()) return false;
            } else if (c == '{' || c == '[') {
                if (++depth_ <= path_.size()) levels_.push_back({names_.size(), {}});
            } else if (c == '}' || c == ']') {
                if (depth_ == 0) return false;
                if (depth_-- <= path_.size()) leave();
            }
        }
        rest_.append(text_.substr(copied_));
        return true;
    }

    const std::string& rest() const { return rest_; }
    std::vector<ItemJson>& items() { return items_; }

  private:
    /// An object or list that is open and no deeper than the items, whether or not it is on the path to them.
    struct Level {
        std::size_t first_name;
        /// The name of the member that is being read; empty in a list.
        std::string_view name;
    };

    void leave() {
        names_.resize(levels_.back().first_name);
        levels_.pop_back();
    }

    /// The opening quote of the string has been read.
    bool take_string() {
        const std::size_t begin = at_;
        std::size_t end = begin;
        bool is_escaped = true;
        while (is_escaped) {
            end = text_.find('"', end);
            if (end == std::string_view::npos) return false;
            std::size_t backslashes = 0;
            while (end - backslashes > begin && text_[end - backslashes - 1] == '\\') ++backslashes;
            is_escaped = backslashes % 2 != 0;
            ++end;
        }
        at_ = end;
        if (depth_ > path_.size()) return true;
        skip_blanks();
        if (at_ == text_.size() || text_[at_] != ':') return true;
        ++at_;
        return take_name(text_.substr(begin, end - 1 - begin));
    }

    /// A name that occurs twice would replace a member that was read before.
    bool take_name(std::string_view name) {
        if (levels_.empty() || name.find('\\') != std::string_view::npos) return false;
        constexpr std::size_t max_names = 32;
        const auto names = std::span(names_).subspan(levels_.back().first_name);
        if (names.size() == max_names || std::ranges::find(names, name) != names.end()) return false;
        names_.push_back(name);
        levels_.back().name = name;
        if (depth_ != path_.size() || name != path_.back()) return true;
        return is_on_path() && take_item();
    }

    bool is_on_path() const {
        return std::ranges::equal(levels_, path_, [](const Level& level, std::string_view name) {
            return name.empty() || level.name == name;
        });
    }

    bool take_item() {
        // A BatchWriteItem with more is refused, with a message that shows them.
        constexpr std::size_t max_items = 25;
        if (items_.size() == max_items) return false;
        skip_blanks();
        rest_.append(text_.substr(copied_, at_ - copied_)).append("{}");
        std::optional<ItemJson> item = reader_.read(at_);
        if (!item) return false;
        items_.push_back(std::move(*item));
        copied_ = at_;
        return true;
    }

    void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    const std::string_view text_;
    const ItemPath path_;
    ItemJsonReader reader_;
    std::size_t at_ = 0;
    std::size_t copied_ = 0;
    std::size_t depth_ = 0;
    std::vector<Level> levels_;
    std::vector<std::string_view> names_;
    std::string rest_;
    std::vector<ItemJson> items_;
};

}  // namespace

RequestBody::RequestBody(std::string_view text, json::storage_ptr memory, ItemPath items)
    : text_(text), parsed_(items.empty() ? parse_request(text, memory) : json::value(memory)) {
    if (items.empty()) return;
    ItemsApart apart(text, items);
    if (apart.take_out() && !apart.items().empty()) {
        parsed_ = parse_request(apart.rest(), std::move(memory));
        items_ = std::move(apart.items());
    } else {
        parsed_ = parse_request(text, std::move(memory));
    }
}

const json::object& RequestBody::whole() {
    if (items_.empty()) return json();
    if (!whole_) whole_ = parse_request(text_, parsed_.storage());
    return whole_->get_object();
}

}  // namespace tailrace
