#include "engine/operation/numbers_in_strings.hpp"

#include <algorithm>
#include <cstdint>

#include "engine/model/parse_number.hpp"
#include "engine/validation/shape_table.hpp"

namespace tailrace::operation {
namespace {

namespace json = boost::json;
using validation::Kind;
using validation::Shape;

void read_number(json::value& value) {
    const json::string* text = value.if_string();
    if (text == nullptr) return;
    if (const auto number = parse_number<std::int64_t>(*text)) value.emplace_int64() = *number;
}

void visit(const Shape& shape, json::value& value);

void visit_structure(const Shape& shape, json::object& object) {
    for (auto& entry : object) {
        const std::string_view name = entry.key();
        const auto member = std::ranges::find(shape.members, name, &validation::Member::name);
        if (member != shape.members.end()) visit(*member->shape, entry.value());
    }
}

void visit(const Shape& shape, json::value& value) {
    switch (shape.kind) {
        case Kind::structure:
            // In attribute values, numbers are strings on AWS, too.
            if (shape.name == "AttributeValue") return;
            if (json::object* object = value.if_object()) visit_structure(shape, *object);
            return;
        case Kind::map:
            if (json::object* map = value.if_object()) {
                for (auto& entry : *map) visit(*shape.element, entry.value());
            }
            return;
        case Kind::list:
            if (json::array* list = value.if_array()) {
                for (json::value& element : *list) visit(*shape.element, element);
            }
            return;
        case Kind::integer:
        case Kind::long_integer:
            return read_number(value);
        default:
            return;
    }
}

}  // namespace

void read_numbers_in_strings(std::string_view operation, json::object& request) {
    if (const Shape* input = validation::find_input_shape(operation)) visit_structure(*input, request);
}

}  // namespace tailrace::operation
