#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <string>

#include "engine/operation/engine.hpp"
#include "server/lambda/resource_tags.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::server {

/// A mapping that was created through Lambda's API.
struct MappingDefinition {
    /// "NAME" or "NAME:QUALIFIER".
    std::string function_name;
    std::string table_name;
    std::string event_source_arn;
    Timestamp last_modified = {};
    stream::MappingParameters parameters;
    ResourceTags tags;
    /// Why the mapping cannot be started; empty if it can. Not saved.
    std::string start_error;
    /// The row as it was read if something is wrong with it, else null. It is kept unchanged until it is
    /// repaired.
    boost::json::value damaged_row;
};

/// The key is the UUID.
using MappingDefinitions = std::map<std::string, MappingDefinition, std::less<>>;

/// Returns the definitions in the database:
///
///     [{"UUID": …, "FunctionName": …, "TableName": …, "EventSourceArn": …,
///       "LastModified": microseconds, "Parameters": {as returned by stream::parameters_json()},
///       "Tags": {KEY: VALUE, …}}, …]
///
/// Without tags there is no member Tags.
///
/// A definition that cannot be read, or whose destination only the command line and the file of --config may
/// name, has its row in damaged_row and the reason in start_error. Its other members contain what could be
/// read. A definition without a UUID gets one, which is the same each time.
MappingDefinitions load_definitions(Engine& engine);

/// Throws StorageError.
void save_definitions(Engine& engine, const MappingDefinitions& definitions);

}  // namespace tailrace::server
