#include "engine/expression/value_relation.hpp"

#include "engine/model/utf8.hpp"

namespace tailrace::expression {
namespace {

template <typename T, typename Set>
bool holds_member(const AttributeValue& set, const AttributeValue& element) {
    const auto* values = set.get_if<Set>();
    const auto* wanted = element.get_if<T>();
    return values != nullptr && wanted != nullptr && values->contains(*wanted);
}

}  // namespace

std::partial_ordering order(const AttributeValue& a, const AttributeValue& b) {
    if (a.type() != b.type()) return std::partial_ordering::unordered;
    switch (a.type()) {
        case AttributeType::S:
            return a.get<std::string>() <=> b.get<std::string>();
        case AttributeType::N:
            return a.get<Number>() <=> b.get<Number>();
        case AttributeType::B:
            return a.get<Binary>().bytes <=> b.get<Binary>().bytes;
        default:
            return std::partial_ordering::unordered;
    }
}

bool is_ordered(AttributeType type) {
    return type == AttributeType::S || type == AttributeType::N || type == AttributeType::B;
}

bool has_prefix(AttributeType type) {
    return type == AttributeType::S || type == AttributeType::B;
}

bool is_set(AttributeType type) {
    return type == AttributeType::SS || type == AttributeType::NS || type == AttributeType::BS;
}

bool begins_with(const AttributeValue& value, const AttributeValue& prefix) {
    if (value.type() != prefix.type()) return false;
    if (const auto* text = value.get_if<std::string>()) return text->starts_with(prefix.get<std::string>());
    if (const auto* binary = value.get_if<Binary>()) {
        return binary->bytes.starts_with(prefix.get<Binary>().bytes);
    }
    return false;
}

bool contains(const AttributeValue& container, const AttributeValue& element) {
    switch (container.type()) {
        case AttributeType::S: {
            const auto* part = element.get_if<std::string>();
            return part != nullptr && container.get<std::string>().find(*part) != std::string::npos;
        }
        case AttributeType::B: {
            const auto* part = element.get_if<Binary>();
            return part != nullptr && container.get<Binary>().bytes.find(part->bytes) != std::string::npos;
        }
        case AttributeType::SS:
            return holds_member<std::string, StringSet>(container, element);
        case AttributeType::NS:
            return holds_member<Number, NumberSet>(container, element);
        case AttributeType::BS:
            return holds_member<Binary, BinarySet>(container, element);
        case AttributeType::L:
            for (const AttributeValue& each : container.get<AttributeList>()) {
                if (each == element) return true;
            }
            return false;
        default:
            return false;
    }
}

std::optional<std::size_t> size_of(const AttributeValue& value) {
    switch (value.type()) {
        case AttributeType::S:
            return utf16_length(value.get<std::string>());
        case AttributeType::B:
            return value.get<Binary>().bytes.size();
        case AttributeType::SS:
            return value.get<StringSet>().values.size();
        case AttributeType::NS:
            return value.get<NumberSet>().values.size();
        case AttributeType::BS:
            return value.get<BinarySet>().values.size();
        case AttributeType::L:
            return value.get<AttributeList>().size();
        case AttributeType::M:
            return value.get<AttributeMap>().size();
        default:
            return std::nullopt;
    }
}

bool has_size(AttributeType type) {
    return type != AttributeType::N && type != AttributeType::BOOL && type != AttributeType::NUL;
}

}  // namespace tailrace::expression
