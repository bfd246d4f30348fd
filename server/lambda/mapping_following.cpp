// How a process repeats what another process on the same database has done to mappings.

#include <mutex>
#include <utility>

#include "server/lambda/mapping_service.hpp"
#include "stream/mapping/parameters/mapping_configuration.hpp"

namespace tailrace::server {
namespace {

/// Returns true if two definitions make the same mapping.
bool does_the_same(const MappingDefinition& one, const MappingDefinition& other) {
    return one.function_name == other.function_name && one.start_error == other.start_error &&
           stream::parameters_json(one.parameters) == stream::parameters_json(other.parameters);
}

}  // namespace

void MappingService::follow() {
    const std::lock_guard lock(mutex_);
    MappingDefinitions found = load_definitions(engine_);
    for (const auto& [uuid, definition] : definitions_) {
        if (!found.contains(uuid) && dispatcher_.find(uuid)) dispatcher_.remove(uuid, stream::Kept::state);
    }
    for (auto& [uuid, definition] : found) follow_definition(uuid, definition);
    definitions_ = std::move(found);
}

void MappingService::follow_definition(const std::string& uuid, MappingDefinition& definition) {
    const auto mapping = dispatcher_.find(uuid);
    if (mapping == nullptr) {
        if (definition.start_error.empty()) try_to_start(uuid, definition);
        return;
    }
    const auto known = definitions_.find(uuid);
    if (known != definitions_.end() && does_the_same(known->second, definition)) return;
    const stream::Function function = functions_.find(definition.function_name);
    if (definition.start_error.empty() && !function.handler)
        definition.start_error = "there is no function " + definition.function_name;
    if (definition.start_error.empty()) {
        mapping->update(definition.parameters,
                        {function.handler, function.name, functions_.arn_of(definition.function_name)});
    } else {
        dispatcher_.remove(uuid, stream::Kept::state);
    }
}

}  // namespace tailrace::server
