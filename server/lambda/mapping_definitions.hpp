#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <string>

#include "engine/operation/engine.hpp"
#include "server/lambda/resource_tags.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::server {

/// A mapping that Lambda's API made.
struct MappingDefinition {
    /// "NAME" or "NAME:QUALIFIER".
    std::string function_name;
    std::string table_name;
    std::string event_source_arn;
    Timestamp last_modified = {};
    stream::MappingParameters parameters;
    ResourceTags tags;
    /// Why it cannot be started; empty if it can. Not saved.
    std::string start_error;
    /// The row as it was read, where something is wrong with it: it is kept as it is until it is mended. Null
    /// where nothing is.
    boost::json::value damaged_row;
};

/// By their UUIDs.
using MappingDefinitions = std::map<std::string, MappingDefinition, std::less<>>;

/// The definitions that the database keeps:
///
///     [{"UUID": …, "FunctionName": …, "TableName": …, "EventSourceArn": …,
///       "LastModified": microseconds, "Parameters": {as stream::parameters_json() has them},
///       "Tags": {KEY: VALUE, …}}, …]
///
/// Without tags there is no member Tags.
///
/// One that cannot be read, or names a destination that may not come over HTTP, has a damaged_row and its
/// start_error, and of the rest what could be read; one without a UUID gets one, the same each time.
MappingDefinitions load_definitions(Engine& engine);

/// Throws StorageError.
void save_definitions(Engine& engine, const MappingDefinitions& definitions);

}  // namespace tailrace::server
