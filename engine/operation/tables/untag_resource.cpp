#include "engine/operation/operation.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::operation {
namespace {

struct UntagResourceRequest {
    std::string_view resource_arn;
    std::vector<std::string_view> keys;
};

UntagResourceRequest read_untag(const Request& request) {
    validation::check_untag_resource(request);
    UntagResourceRequest untag{*request.text("ResourceArn"), {}};
    for (const auto& key : *request.list("TagKeys")) untag.keys.push_back(key.as_string());
    return untag;
}

}  // namespace

// Keys for which the table has no tag are skipped. The response has no body, not even an empty object.
std::string untag_resource(OperationContext& context, const Request& request) {
    const UntagResourceRequest untag = read_untag(request);
    context.write([&](table::WriteSession& session) {
        table::TableDefinition definition = tagged_table(context, session, untag.resource_arn);
        for (const std::string_view key : untag.keys) {
            const auto place = find_tag(definition.tags, key);
            if (place != definition.tags.end()) definition.tags.erase(place);
        }
        session.save_table(std::move(definition));
    });
    return {};
}

}  // namespace tailrace::operation
