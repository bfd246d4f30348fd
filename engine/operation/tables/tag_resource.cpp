#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/tables/table_tags.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::operation {
namespace {

constexpr std::size_t max_tags = 50;

struct TagResourceRequest {
    std::string_view resource_arn;
    std::vector<Tag> tags;
};

TagResourceRequest read_tag(const Request& request) {
    validation::check_tag_resource(request);
    return {*request.text("ResourceArn"), read_tags(request)};
}

}  // namespace

// A tag replaces an existing one with the same key; new tags come last. The response has no body, not even an
// empty object.
std::string tag_resource(OperationContext& context, const Request& request) {
    const TagResourceRequest wanted = read_tag(request);
    context.write([&](table::WriteSession& session) {
        table::TableDefinition definition = tagged_table(context, session, wanted.resource_arn);
        for (const Tag& tag : wanted.tags) {
            const auto place = find_tag(definition.tags, tag.key);
            if (place == definition.tags.end()) {
                definition.tags.push_back(tag_json(tag));
            } else {
                *place = tag_json(tag);
            }
        }
        if (definition.tags.size() > max_tags) {
            throw ApiError::validation(
                "Number of Tags exceed the current limit for the provided ResourceArn");
        }
        session.save_table(std::move(definition));
    });
    return {};
}

}  // namespace tailrace::operation
