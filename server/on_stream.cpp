#include "server/on_stream.hpp"

#include <boost/json.hpp>
#include <string_view>

#include "engine/model/json_text.hpp"
#include "engine/operation/resource_arn.hpp"
#include "stream/mapping/parameters/mapping_request.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view filter_name = "Filter";
constexpr std::string_view on_failure_name = "OnFailure";
constexpr std::string_view response_types_name = "FunctionResponseTypes";
/// Is the handler's, wherever it stands.
constexpr std::string_view empty_response_name = "EmptyResponse";

bool is_name(std::string_view name) {
    return stream::is_parameter(name) || name == filter_name || name == on_failure_name ||
           name == empty_response_name;
}

/// Where the next ",NAME=" begins, from a place on; npos when there is none.
std::size_t next_parameter(std::string_view text, std::size_t from) {
    for (std::size_t comma = text.find(',', from); comma != std::string_view::npos;
         comma = text.find(',', comma + 1)) {
        const std::size_t equals = text.find('=', comma);
        if (equals == std::string_view::npos) break;
        if (is_name(text.substr(comma + 1, equals - comma - 1))) return comma;
    }
    return std::string_view::npos;
}

json::value value_of(std::string_view text) {
    json::error_code error;
    json::value parsed = parse_json(text, error);
    return error ? json::value(text) : parsed;
}

void add_parameter(json::object& parameters, std::string_view name, std::string_view text) {
    if (name == filter_name) {
        json::value& criteria = parameters["FilterCriteria"];
        if (!criteria.is_object()) criteria = json::object{{"Filters", json::array()}};
        criteria.at("Filters").as_array().push_back(json::object{{"Pattern", text}});
    } else if (name == on_failure_name) {
        parameters["DestinationConfig"] = json::object{{"OnFailure", json::object{{"Destination", text}}}};
    } else {
        json::value value = value_of(text);
        if (name == response_types_name && value.is_string()) value = json::array{std::move(value)};
        parameters[name] = std::move(value);
    }
}

/// The parameters, or what is wrong with them for a person, who gave them one by one.
stream::MappingParameters read_parameters(const json::object& parameters) {
    for (const json::key_value_pair& member : parameters) {
        try {
            stream::read_parameters({{member.key(), member.value()}});
        } catch (const stream::InvalidMapping& error) {
            if (error.name() != "SerializationException") throw;
            throw std::invalid_argument(std::string(member.key()) + " cannot be " +
                                        json::serialize(member.value()));
        }
    }
    return stream::read_parameters(parameters);
}

OnStream parse_brief(const std::string& text) {
    const std::string_view whole = text;
    const std::size_t equals = whole.find('=');
    if (equals == std::string_view::npos || equals == 0)
        throw std::invalid_argument("it is not TABLE=HANDLER");
    std::size_t end = next_parameter(whole, equals + 1);
    OnStream result{text.substr(0, equals), std::string(whole.substr(equals + 1, end - equals - 1))};
    if (result.handler.empty()) throw std::invalid_argument("it is not TABLE=HANDLER");
    json::object parameters;
    while (end != std::string_view::npos) {
        const std::size_t name = end + 1;
        const std::size_t value = whole.find('=', name) + 1;
        end = next_parameter(whole, value);
        const std::string_view parameter = whole.substr(name, value - name - 1);
        if (parameter == empty_response_name) {
            result.handler.append(
                whole.substr(name - 1, end == std::string_view::npos ? end : end - name + 1));
        } else {
            add_parameter(parameters, parameter, whole.substr(value, end - value));
        }
    }
    result.parameters = read_parameters(parameters);
    return result;
}

std::string take_text(json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return {};
    if (!value->is_string()) throw std::invalid_argument(std::string(name) + " must be a text");
    std::string text(value->get_string());
    object.erase(name);
    return text;
}

OnStream parse_object(const std::string& text) {
    json::error_code error;
    const json::value parsed = parse_json(text, error);
    if (error || !parsed.is_object()) throw std::invalid_argument("it is not a JSON object");
    json::object object = parsed.get_object();
    OnStream result;
    result.table = take_text(object, "TableName");
    const std::string source = take_text(object, "EventSourceArn");
    const auto arn = operation::ResourceArn::parse(source);
    if (result.table.empty() && arn) result.table = arn->table;
    if (result.table.empty()) throw std::invalid_argument("TableName is missing");
    result.handler = take_text(object, "FunctionName");
    if (result.handler.empty()) throw std::invalid_argument("FunctionName is missing");
    for (const json::key_value_pair& member : object) {
        if (!stream::is_parameter(member.key()))
            throw std::invalid_argument("there is no parameter " + std::string(member.key()));
    }
    result.parameters = read_parameters(object);
    return result;
}

}  // namespace

OnStream parse_on_stream(const std::string& text) {
    try {
        return text.starts_with('{') ? parse_object(text) : parse_brief(text);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument("'" + text + "': " + error.what());
    }
}

}  // namespace tailrace::server
