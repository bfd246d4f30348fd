#include "engine/validation/shape_check.hpp"

#include <cstdint>
#include <string>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/model/base64.hpp"
#include "engine/validation/constraint.hpp"
#include "engine/validation/constraint_report.hpp"
#include "engine/validation/shape_table.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

/// AWS reads a structure's member and an element of a map or list in different ways, with different messages.
enum class Read { as_member, as_element };

[[noreturn]] void refuse_json(std::string message) {
    throw ApiError::serialization(std::move(message));
}

/// The Java class that AWS names in its messages.
std::string java_class(const Shape& shape) {
    switch (shape.kind) {
        case Kind::structure:
            return std::string(shape.package).append(shape.name);
        case Kind::map:
            return "java.util.Map<java.lang.String, " + java_class(*shape.element) + ">";
        case Kind::list:
            return "java.util.List<" + java_class(*shape.element) + ">";
        case Kind::string:
            return "java.lang.String";
        case Kind::blob:
            return "java.nio.ByteBuffer";
        case Kind::boolean:
            return "java.lang.Boolean";
        case Kind::integer:
            return "java.lang.Integer";
        case Kind::long_integer:
            return "java.lang.Long";
        case Kind::decimal:
            return "java.lang.Double";
        case Kind::timestamp:
            return "java.util.Date";
    }
    return {};
}

[[noreturn]] void refuse_collection(const Shape& shape) {
    const bool generic = shape.kind == Kind::map || shape.kind == Kind::list;
    refuse_json(std::string("Unrecognized collection type ") + (generic ? "" : "class ") + java_class(shape));
}

/// "TRUE_VALUE", "STRING_VALUE": the name of a kind of JSON token in AWS's parser.
std::string_view token_of(const json::value& value) {
    if (const auto* flag = value.if_bool()) return *flag ? "TRUE_VALUE" : "FALSE_VALUE";
    if (value.is_string()) return "STRING_VALUE";
    return value.is_double() ? "DECIMAL_VALUE" : "NUMBER_VALUE";
}

[[noreturn]] void refuse_scalar(const Shape& shape, const json::value& value) {
    if (value.is_array()) refuse_collection(shape);
    if (value.is_object()) refuse_json("Start of structure or map found where not expected");
    if (shape.kind == Kind::blob) refuse_json("only base-64-encoded strings are convertible to bytes");
    if (shape.kind == Kind::boolean && value.is_string())
        refuse_json("Unexpected token received from parser");
    const std::string java = java_class(shape);
    refuse_json(std::string(token_of(value)) + " cannot be converted to " + java.substr(java.rfind('.') + 1));
}

[[noreturn]] void refuse_container(const Shape& shape, const json::value& value, Read read) {
    if (value.is_array()) refuse_collection(shape);
    if (value.is_object()) refuse_json("Start of structure or map found where not expected");
    if (read == Read::as_member) refuse_json("Unexpected field type");
    if (shape.kind == Kind::structure) refuse_json("Unexpected value type in payload");
    refuse_json(
        "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
        "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class "
        "are in module java.base of loader 'bootstrap')");
}

void check_base64(std::string_view text) {
    const auto fault = find_base64_fault(text);
    if (!fault) return;
    if (*fault == Base64Fault::length) {
        refuse_json("Base64 encoded length is expected a multiple of 4 bytes but found: " +
                    std::to_string(text.size()));
    }
    refuse_json("Invalid last non-pad Base64 character dectected");
}

void check_scalar_type(const Shape& shape, const json::value& value) {
    switch (shape.kind) {
        case Kind::string:
            if (!value.is_string()) refuse_scalar(shape, value);
            break;
        case Kind::blob:
            if (!value.is_string()) refuse_scalar(shape, value);
            check_base64(value.get_string());
            break;
        case Kind::boolean:
            if (!parse_boolean(value)) refuse_scalar(shape, value);
            break;
        default:
            if (!value.is_number()) refuse_scalar(shape, value);
            break;
    }
}

// Throws at the first wrong JSON type, in the order of the request; otherwise returns whether every
// constraint holds. So a valid request is visited only once, and nothing is built.
bool walk(const Shape& shape, const json::value& value, Read read);

/// Compares the sizes and the first characters first: most different names differ there.
bool is_same_name(std::string_view member, std::string_view name) {
    return member.size() == name.size() && member.front() == name.front() && member == name;
}

bool walk_structure(const Shape& shape, const json::object& object) {
    std::uint64_t present = 0;
    bool holds = true;
    for (const auto& entry : object) {
        if (entry.value().is_null()) continue;
        const std::string_view name = entry.key();
        for (std::size_t i = 0; i < shape.members.size(); ++i) {
            if (!is_same_name(shape.members[i].name, name)) continue;
            present |= std::uint64_t{1} << i;
            holds &= walk(*shape.members[i].shape, entry.value(), Read::as_member);
            if (!shape.members[i].when_empty.empty()) holds &= !is_empty(entry.value());
            break;
        }
    }
    return holds && (shape.required & ~present) == 0;
}

bool walk_map(const Shape& shape, const json::object& map) {
    const bool keys_matter = shape.key->constrained();
    bool holds = true;
    for (const auto& entry : map) {
        if (keys_matter) holds &= constraints_hold(*shape.key, std::string_view(entry.key()));
        if (!entry.value().is_null()) holds &= walk(*shape.element, entry.value(), Read::as_element);
    }
    return holds;
}

bool walk_list(const Shape& shape, const json::array& list) {
    bool holds = true;
    for (const json::value& element : list) {
        holds &= element.is_null() ? shape.nulls : walk(*shape.element, element, Read::as_element);
    }
    return holds;
}

bool walk(const Shape& shape, const json::value& value, Read read) {
    bool holds = true;
    switch (shape.kind) {
        case Kind::structure:
            if (!value.is_object()) refuse_container(shape, value, read);
            return walk_structure(shape, value.get_object());
        case Kind::map:
            if (!value.is_object()) refuse_container(shape, value, read);
            holds = walk_map(shape, value.get_object());
            return constraints_hold(shape, value) && holds;
        case Kind::list:
            if (!value.is_array()) refuse_container(shape, value, read);
            holds = walk_list(shape, value.get_array());
            return constraints_hold(shape, value) && holds;
        default:
            check_scalar_type(shape, value);
            return constraints_hold(shape, value);
    }
}

}  // namespace

void check_shape(std::string_view operation, const json::object& request) {
    const Shape* input = find_input_shape(operation);
    if (input != nullptr) check_shape(*input, request);
}

void check_shape(const Shape& input, const json::object& request) {
    if (!walk_structure(input, request)) report_broken_constraints(input, request);
}

}  // namespace tailrace::validation
