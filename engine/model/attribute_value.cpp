#include "engine/model/attribute_value.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

#include "engine/model/document_size.hpp"

namespace tailrace {
namespace {

bool is_before(const AttributeMap::Entry& entry, std::string_view name) {
    return entry.first < name;
}

bool is_before_entry(const AttributeMap::Entry& a, const AttributeMap::Entry& b) {
    return a.first < b.first;
}

/// Sorts entries by name and keeps the last one of each name. The entries of stored items are already sorted.
void make_map(std::vector<AttributeMap::Entry>& entries) {
    if (std::ranges::adjacent_find(entries, std::not_fn(is_before_entry)) == entries.end()) return;
    std::ranges::stable_sort(entries, is_before_entry);
    // Read backwards, the last entry of a name comes first, and unique() keeps the first.
    const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
    const auto kept = std::unique(entries.rbegin(), entries.rend(), same_name);
    entries.erase(entries.begin(), kept.base());
}

template <typename Entries>
auto position(Entries& entries, std::string_view name) {
    return std::lower_bound(entries.begin(), entries.end(), name, is_before);
}

/// The entry with that name, or the end. With few names a linear search is faster, because most names differ
/// in length.
template <typename Entries>
auto entry_named(Entries& entries, std::string_view name) {
    constexpr std::size_t few = 12;
    if (entries.size() <= few) {
        return std::ranges::find(entries, name,
                                 [](const auto& entry) { return std::string_view(entry.first); });
    }
    const auto at = position(entries, name);
    return at != entries.end() && at->first == name ? at : entries.end();
}

struct SizeOf {
    std::size_t operator()(const std::string& text) const { return text.size(); }
    std::size_t operator()(const Number& number) const { return number.size_bytes(); }
    std::size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
    std::size_t operator()(bool) const { return 1; }
    std::size_t operator()(const Null&) const { return 1; }
    std::size_t operator()(const AttributeList& list) const {
        std::size_t size = document_overhead_bytes;
        for (const AttributeValue& each : list) size += each.size_bytes() + element_overhead_bytes;
        return size;
    }
    std::size_t operator()(const AttributeMap& map) const {
        std::size_t size = document_overhead_bytes;
        for (const auto& [name, value] : map)
            size += name.size() + value.size_bytes() + element_overhead_bytes;
        return size;
    }
    template <typename T>
    std::size_t operator()(const ValueSet<T>& set) const {
        std::size_t size = 0;
        for (const T& each : set.values) size += (*this)(each);
        return size;
    }
};

}  // namespace

std::string_view type_name(AttributeType type) {
    static constexpr std::array<std::string_view, 10> names = {"S", "N", "B",  "BOOL", "NULL",
                                                               "L", "M", "SS", "NS",   "BS"};
    return names[static_cast<std::size_t>(type)];
}

std::optional<AttributeType> attribute_type_named(std::string_view name) {
    // Switches on the characters, because this runs for every value of every request.
    if (name.size() == 1) {
        switch (name.front()) {
            case 'S':
                return AttributeType::S;
            case 'N':
                return AttributeType::N;
            case 'B':
                return AttributeType::B;
            case 'L':
                return AttributeType::L;
            case 'M':
                return AttributeType::M;
            default:
                return std::nullopt;
        }
    }
    if (name.size() == 2 && name.back() == 'S') {
        switch (name.front()) {
            case 'S':
                return AttributeType::SS;
            case 'N':
                return AttributeType::NS;
            case 'B':
                return AttributeType::BS;
            default:
                return std::nullopt;
        }
    }
    if (name == "BOOL") return AttributeType::BOOL;
    if (name == "NULL") return AttributeType::NUL;
    return std::nullopt;
}

AttributeMap::AttributeMap(std::initializer_list<Entry> entries) {
    for (const auto& [name, value] : entries) set(name, value);
}

AttributeMap::AttributeMap(std::vector<Entry> entries) : entries_(std::move(entries)) {
    make_map(entries_);
}

const AttributeValue* AttributeMap::find(std::string_view name) const {
    const auto at = entry_named(entries_, name);
    return at != entries_.end() ? &at->second : nullptr;
}

AttributeValue* AttributeMap::find(std::string_view name) {
    const auto at = entry_named(entries_, name);
    return at != entries_.end() ? &at->second : nullptr;
}

AttributeValue& AttributeMap::set(std::string_view name, AttributeValue value) {
    const auto at = position(entries_, name);
    if (at != entries_.end() && at->first == name) {
        at->second = std::move(value);
        return at->second;
    }
    return entries_.emplace(at, std::string(name), std::move(value))->second;
}

void AttributeMap::set_all(std::vector<Entry> entries) {
    make_map(entries);
    std::vector<Entry> merged;
    merged.reserve(entries_.size() + entries.size());
    auto old = entries_.begin();
    for (Entry& entry : entries) {
        while (old != entries_.end() && old->first < entry.first) merged.push_back(std::move(*old++));
        if (old != entries_.end() && old->first == entry.first) ++old;
        merged.push_back(std::move(entry));
    }
    std::move(old, entries_.end(), std::back_inserter(merged));
    entries_ = std::move(merged);
}

bool AttributeMap::erase(std::string_view name) {
    const auto at = entry_named(entries_, name);
    if (at == entries_.end()) return false;
    entries_.erase(at);
    return true;
}

void AttributeMap::erase_all(const std::vector<std::string_view>& names) {
    auto name = names.begin();
    const auto is_named = [&](const Entry& entry) {
        while (name != names.end() && *name < entry.first) ++name;
        return name != names.end() && *name == entry.first;
    };
    // Written out because remove_if() and erase_if() do not promise to visit the entries in order.
    auto kept = entries_.begin();
    for (auto each = entries_.begin(); each != entries_.end(); ++each) {
        if (is_named(*each)) continue;
        if (kept != each) *kept = std::move(*each);
        ++kept;
    }
    entries_.erase(kept, entries_.end());
}

bool operator==(const AttributeMap& a, const AttributeMap& b) {
    return a.entries_ == b.entries_;
}

std::size_t AttributeValue::size_bytes() const {
    return std::visit(SizeOf{}, data_);
}

std::size_t item_size_bytes(const AttributeMap& item) {
    std::size_t size = 0;
    for (const auto& [name, value] : item) size += name.size() + value.size_bytes();
    return size;
}

std::string key_value_text(const AttributeValue& value) {
    std::string text = "AttributeValue: {";
    text.append(type_name(value.type())).append(":");
    if (const auto* string = value.get_if<std::string>()) {
        text.append(*string);
    } else if (const auto* number = value.get_if<Number>()) {
        number->append_text(text);
    } else {
        const std::string size = std::to_string(value.get<Binary>().bytes.size());
        text.append("java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]");
    }
    return text.append("}");
}

}  // namespace tailrace
