#include "engine/model/attribute_value.hpp"

#include <algorithm>
#include <array>

namespace tailrace {
namespace {

bool is_before(const AttributeMap::Entry& entry, std::string_view name) {
    return entry.first < name;
}

template <typename Entries>
auto position(Entries& entries, std::string_view name) {
    return std::lower_bound(entries.begin(), entries.end(), name, is_before);
}

constexpr std::size_t document_overhead_bytes = 3;
constexpr std::size_t element_overhead_bytes = 1;

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

AttributeMap::AttributeMap(std::initializer_list<Entry> entries) {
    for (const auto& [name, value] : entries) set(name, value);
}

const AttributeValue* AttributeMap::find(std::string_view name) const {
    const auto at = position(entries_, name);
    return at != entries_.end() && at->first == name ? &at->second : nullptr;
}

AttributeValue* AttributeMap::find(std::string_view name) {
    const auto at = position(entries_, name);
    return at != entries_.end() && at->first == name ? &at->second : nullptr;
}

AttributeValue& AttributeMap::set(std::string_view name, AttributeValue value) {
    const auto at = position(entries_, name);
    if (at != entries_.end() && at->first == name) {
        at->second = std::move(value);
        return at->second;
    }
    return entries_.emplace(at, std::string(name), std::move(value))->second;
}

bool AttributeMap::erase(std::string_view name) {
    const auto at = position(entries_, name);
    if (at == entries_.end() || at->first != name) return false;
    entries_.erase(at);
    return true;
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
