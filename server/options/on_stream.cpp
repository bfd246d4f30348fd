#include "server/options/on_stream.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>
#include <vector>

#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/operation/resource_arn.hpp"
#include "stream/mapping/parameters/mapping_request.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view filter_name = "Filter";
constexpr std::string_view on_failure_name = "OnFailure";
constexpr std::string_view response_types_name = "FunctionResponseTypes";
/// Belongs to the handler, wherever it appears.
constexpr std::string_view empty_response_name = "EmptyResponse";

/// Returns the names that may follow a comma.
std::vector<std::string_view> parameter_names() {
    std::vector<std::string_view> names = stream::parameter_names();
    names.insert(names.end(), {filter_name, on_failure_name, empty_response_name});
    return names;
}

/// Returns true if the text after a comma is the name of a parameter. Throws std::invalid_argument if it is
/// probably meant to be one.
bool is_parameter(std::string_view text) {
    const std::vector<std::string_view> names = parameter_names();
    if (std::ranges::find(names, text) != names.end()) return true;
    if (!is_misspelt_parameter(text, names)) return false;
    throw std::invalid_argument("unknown parameter " + std::string(text) + did_you_mean(text, names));
}

/// Returns where the next ",NAME=" begins, at or after a position, or npos if there is none. Text within the
/// braces of JSON is skipped.
std::size_t next_parameter(std::string_view text, std::size_t from) {
    int depth = 0;
    for (std::size_t i = from; i < text.size(); ++i) {
        if (text[i] == '{') ++depth;
        if (text[i] == '}') --depth;
        if (text[i] != ',' || depth > 0) continue;
        const std::size_t equals = text.find('=', i);
        if (equals == std::string_view::npos) break;
        if (is_parameter(text.substr(i + 1, equals - i - 1))) return i;
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

/// Reads the parameters. A person gave them one by one, so an error names the parameter that is wrong.
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

OnStream parse_short_form(const std::string& text) {
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

/// Refuses patterns such as orders-*. A mapping with one would wait for a table of that name for ever.
void require_table_name(std::string_view name) {
    const bool is_name = std::ranges::all_of(name, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.' || c == '-';
    });
    if (!is_name)
        throw std::invalid_argument("'" + std::string(name) +
                                    "' is not a table's name, which has only A-Z a-z 0-9 _ . -");
}

std::string take_text(json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return {};
    if (!value->is_string()) throw std::invalid_argument(std::string(name) + " must be a string");
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
    const std::vector<std::string_view> names = stream::parameter_names();
    for (const json::key_value_pair& member : object) {
        if (std::ranges::find(names, std::string_view(member.key())) != names.end()) continue;
        throw std::invalid_argument("unknown parameter " + std::string(member.key()) +
                                    did_you_mean(member.key(), names));
    }
    result.parameters = read_parameters(object);
    return result;
}

}  // namespace

OnStream parse_on_stream(const std::string& text) {
    try {
        OnStream result = text.starts_with('{') ? parse_object(text) : parse_short_form(text);
        require_table_name(result.table);
        return result;
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument("'" + text + "': " + error.what());
    }
}

}  // namespace tailrace::server
