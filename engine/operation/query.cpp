#include <algorithm>

#include "engine/expression/key_condition.hpp"
#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/range_answer.hpp"
#include "engine/table/key_range.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

constexpr std::array<std::string_view, 3> expressions = {"FilterExpression", "ProjectionExpression",
                                                         "KeyConditionExpression"};

std::vector<std::string> names(const std::vector<table::KeyAttribute>& attributes) {
    std::vector<std::string> all;
    for (const table::KeyAttribute& each : attributes) all.push_back(each.name);
    return all;
}

/// A filter may not look at the key that the query is by: that is what the key condition is for.
void check_filter(const table::KeySchema& keys, const RangeParameters& parameters) {
    if (!parameters.filter) return;
    for (const std::string& name : parameters.filter->attribute_names()) {
        if (!keys.contains(name)) continue;
        throw ApiError::validation(
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: " + name);
    }
}

std::string after(const table::TableDefinition& definition, const table::RangeRequest& read,
                  const AttributeMap& start) {
    const std::string row = table::start_row_key(definition, read.index, start);
    const bool inside = row >= read.range.lower && (read.range.upper.empty() || row < read.range.upper);
    if (!inside) {
        throw ApiError::validation(
            "The provided starting key is outside query boundaries based on provided conditions");
    }
    return row;
}

}  // namespace

std::string query(OperationContext& context, const boost::json::object& request) {
    expression::Placeholders::require_expressions(request, expressions);
    auto placeholders = expression::Placeholders::read(request);
    const RangeParameters parameters = read_range_parameters(request, placeholders);
    const auto text = validation::text_member(request, "KeyConditionExpression");
    if (!text) {
        throw ApiError::validation(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
    }
    const auto condition = expression::KeyCondition::parse(*text, placeholders);
    placeholders.require_all_used();
    const bool forward = validation::boolean_member(request, "ScanIndexForward").value_or(true);

    return context.database.read([&](table::ReadSession& session) {
        const table::Table& table = session.table(request.at("TableName").as_string());
        const table::IndexDefinition* index = find_index(table.definition, parameters);
        const table::KeySchema& keys = index != nullptr ? index->keys : table.definition.keys;
        table::RangeRequest read = range_request(table, index, parameters);
        read.direction = forward ? storage::Direction::forward : storage::Direction::backward;
        read.range = table::key_range(keys, condition.match(names(keys.partition), names(keys.sort)));
        check_filter(keys, parameters);
        if (parameters.start) read.after = after(table.definition, read, *parameters.start);
        return range_answer(table, table::RangeReader(session).read(read), parameters);
    });
}

}  // namespace tailrace::operation
