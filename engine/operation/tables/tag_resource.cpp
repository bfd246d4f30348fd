#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/validation/request_member.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::operation {
namespace {

constexpr std::size_t most_tags = 50;

}  // namespace

// A tag of a key that is there takes its place; others come last. The response has no body, not even an empty
// object.
std::string tag_resource(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    validation::check_tag_resource(request);
    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = tagged_table(context, session, request);
        table::TableDefinition definition = table.definition;
        for (const auto& tag : *validation::list_member(request, "Tags")) {
            const auto place = find_tag(definition.tags, tag.at("Key").as_string());
            if (place == definition.tags.end()) {
                definition.tags.push_back({{"Key", tag.at("Key")}, {"Value", tag.at("Value")}});
            } else {
                place->at("Value") = tag.at("Value");
            }
        }
        if (definition.tags.size() > most_tags) {
            throw ApiError::validation(
                "Number of Tags exceed the current limit for the provided ResourceArn");
        }
        session.save_table(std::move(definition));
        return std::string();
    });
}

}  // namespace tailrace::operation
