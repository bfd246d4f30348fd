#include "engine/table/ranges/index_reads.hpp"

#include "engine/model/api_error.hpp"
#include "engine/model/listed.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::table {

void require_created(const TableDefinition& definition, const IndexDefinition& index, Timestamp now) {
    const Transition* transition = definition.transition_at(now);
    const bool is_shown_as_created = transition != nullptr && transition->created_index == index.name;
    if (!is_shown_as_created && !index.backfilling()) return;
    throw ApiError::validation("Cannot read from backfilling global secondary index: " + index.name);
}

std::vector<std::string> not_projected(const TableDefinition& definition, const IndexDefinition& index,
                                       std::vector<std::string> attributes) {
    std::erase_if(attributes, [&](const std::string& name) { return projects(definition, index, name); });
    return attributes;
}

bool must_fetch(const IndexDefinition& index, const std::vector<std::string>& missing) {
    if (missing.empty()) return false;
    if (index.global) {
        throw ApiError::validation("One or more parameter values were invalid: Global secondary index " +
                                   index.name + " does not project [" + listed(missing) + "]");
    }
    return true;
}

}  // namespace tailrace::table
