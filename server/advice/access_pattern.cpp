#include "server/advice/access_pattern.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

#include "engine/model/utf8.hpp"
#include "engine/operation/queries/expression_shape.hpp"
#include "engine/table/catalogue/catalogue.hpp"
#include "server/requests/requested_items.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 300;

std::string_view text_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

std::string cut(std::string text) {
    text.resize(first_characters(text, longest_text).size());
    return text;
}

/// Returns the shape of an expression, or else of the older conditions; empty if the request has neither.
std::string shape_in(const json::object& request, std::string_view expression, std::string_view conditions) {
    if (const std::string_view text = text_member(request, expression); !text.empty())
        return cut(operation::expression_shape(text, request));
    const json::value* older = request.if_contains(conditions);
    return older != nullptr && older->is_object() ? cut(operation::conditions_shape(older->get_object()))
                                                  : std::string();
}

/// Returns the statement of the request, or the first one of several.
std::string_view statement_in(const json::object& request) {
    if (const std::string_view text = text_member(request, "Statement"); !text.empty()) return text;
    for (const std::string_view list : {"Statements", "TransactStatements"}) {
        const json::value* statements = request.if_contains(list);
        const bool is_list = statements != nullptr && statements->is_array();
        if (!is_list || statements->get_array().empty()) continue;
        const json::value& first = statements->get_array().front();
        if (first.is_object()) return text_member(first.get_object(), "Statement");
    }
    return {};
}

std::string tables_in(const RequestReport& report) {
    if (!report.cost.tables.empty()) return report.cost.tables;
    std::string names;
    for (const std::string_view each : requested_tables(report.request)) {
        names.append(names.empty() ? "" : ",").append(table::table_name_of(each));
    }
    return names;
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Returns the length of the text or number that `rest` begins with; 0 if it begins with neither. `before` is
/// the character before it.
std::size_t literal_length(std::string_view rest, char before) {
    if (rest.front() == '\'') {
        std::size_t end = rest.find('\'', 1);
        // Two quotes stand for one in the text.
        while (end != std::string_view::npos && rest.substr(end, 2) == "''") end = rest.find('\'', end + 2);
        return end == std::string_view::npos ? rest.size() : end + 1;
    }
    if (rest.front() < '0' || rest.front() > '9' || is_word(before)) return 0;
    std::size_t length = 1;
    while (length < rest.size() && (is_word(rest[length]) || rest[length] == '.')) ++length;
    return length;
}

}  // namespace

std::string statement_shape(std::string_view statement) {
    std::string shape;
    char before = ' ';
    while (!statement.empty() && shape.size() <= longest_text) {
        if (statement.front() == '"') {
            // A name in quotes.
            const std::size_t end = std::min(statement.find('"', 1), statement.size() - 1);
            shape.append(statement.substr(0, end + 1));
            statement.remove_prefix(end + 1);
            before = '"';
            continue;
        }
        const std::size_t length = literal_length(statement, before);
        shape.push_back(length > 0 ? '?' : statement.front());
        before = shape.back();
        statement.remove_prefix(length > 0 ? length : 1);
    }
    return cut(std::move(shape));
}

AccessPattern pattern_of(const RequestReport& report) {
    return {.operation = std::string(report.operation),
            .tables = cut(tables_in(report)),
            .index = cut(std::string(text_member(report.request, "IndexName"))),
            .key_condition = shape_in(report.request, "KeyConditionExpression", "KeyConditions"),
            .filter = report.operation == "Scan"
                          ? shape_in(report.request, "FilterExpression", "ScanFilter")
                          : shape_in(report.request, "FilterExpression", "QueryFilter"),
            .statement = statement_shape(statement_in(report.request))};
}

std::string shown_pattern(const AccessPattern& pattern) {
    std::string shown = pattern.operation;
    if (!pattern.tables.empty()) shown.append(" ").append(pattern.tables);
    if (!pattern.index.empty()) shown.append(".").append(pattern.index);
    if (!pattern.key_condition.empty()) shown.append(" (").append(pattern.key_condition).append(")");
    if (!pattern.filter.empty()) shown.append(" filter (").append(pattern.filter).append(")");
    if (!pattern.statement.empty()) shown.append(": ").append(pattern.statement);
    return shown;
}

}  // namespace tailrace::server
