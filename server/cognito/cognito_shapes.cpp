#include "server/cognito/cognito_shapes.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/validation/shape_check.hpp"
#include "engine/validation/shape_table.hpp"
#include "server/cognito/cognito_error.hpp"

namespace tailrace::validation {

/// The shapes of the requests of Cognito's operations. Defined in the generated file.
extern const std::span<const OperationShape> cognito_operation_shapes;

}  // namespace tailrace::validation

namespace tailrace::server {
namespace {

namespace json = boost::json;
using validation::Shape;

const Shape& shape_of(std::string_view operation) {
    return *std::ranges::find(validation::cognito_operation_shapes, operation,
                              &validation::OperationShape::operation)
                ->input;
}

json::value known_parts(const Shape& shape, const json::value& value);

json::object known_members(const Shape& shape, const json::object& structure) {
    json::object known;
    for (const validation::Member& member : shape.members) {
        const json::value* value = structure.if_contains(member.name);
        if (value != nullptr && !value->is_null()) known[member.name] = known_parts(*member.shape, *value);
    }
    return known;
}

json::value known_parts(const Shape& shape, const json::value& value) {
    if (shape.kind == validation::Kind::structure) return known_members(shape, value.as_object());
    if (shape.kind == validation::Kind::list) {
        json::array known;
        for (const json::value& each : value.as_array()) known.push_back(known_parts(*shape.element, each));
        return known;
    }
    if (shape.kind != validation::Kind::map) return value;
    json::object known;
    for (const auto& each : value.as_object()) {
        if (!each.value().is_null()) known[each.key()] = each.value();
    }
    return known;
}

}  // namespace

json::object checked_request(std::string_view operation, const json::object& request) {
    const Shape& shape = shape_of(operation);
    try {
        validation::check_shape(shape, request);
    } catch (const ApiError& error) {
        if (error.name() == "SerializationException") throw CognitoError::serialization(error.message());
        throw CognitoError::invalid_parameter(error.message());
    }
    return known_members(shape, request);
}

std::vector<std::string_view> member_names(std::string_view operation) {
    std::vector<std::string_view> names;
    for (const validation::Member& member : shape_of(operation).members) names.push_back(member.name);
    return names;
}

}  // namespace tailrace::server
