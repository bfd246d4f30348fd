#include "engine/operation/operation.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/validation/request_member.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::operation {

// Keys that the table has no tag of are passed over. The response has no body, not even an empty object.
std::string untag_resource(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    validation::check_untag_resource(request);
    return context.database.write([&](table::WriteSession& session) {
        const table::Table& table = tagged_table(context, session, request);
        table::TableDefinition definition = table.definition;
        for (const auto& key : *validation::list_member(request, "TagKeys")) {
            const auto place = find_tag(definition.tags, key.as_string());
            if (place != definition.tags.end()) definition.tags.erase(place);
        }
        session.save_table(std::move(definition));
        return std::string();
    });
}

}  // namespace tailrace::operation
