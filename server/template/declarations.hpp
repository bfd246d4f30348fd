#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stream/handler/function_definition.hpp"

namespace tailrace::server {

/// Where something is declared.
struct Place {
    std::string file = {};
    /// From 1; 0 if it is not known.
    int line = 0;

    /// Returns "template.yaml:12".
    std::string text() const { return line == 0 ? file : file + ":" + std::to_string(line); }
    friend bool operator==(const Place&, const Place&) = default;
};

/// A table that a template declares.
struct DeclaredTable {
    /// The body of CreateTable.
    boost::json::object create_table = {};
    /// The TimeToLiveSpecification of UpdateTimeToLive.
    std::optional<boost::json::object> time_to_live = {};
    /// The items of a new table, in DynamoDB's JSON.
    std::vector<boost::json::object> items = {};
    std::string logical_name = {};
    Place place = {};

    std::string name() const { return boost::json::value_to<std::string>(create_table.at("TableName")); }
};

/// The code of a function that is in the template itself.
struct InlineCode {
    /// The name of the file that Lambda would put it into.
    std::string_view file;
    std::string text;

    bool operator==(const InlineCode&) const = default;
};

struct DeclaredFunction {
    stream::FunctionDefinition definition;
    Place place;
    /// The code, if it is in the template. Then the definition has no folder.
    std::optional<InlineCode> code = std::nullopt;
};

/// An event source mapping.
struct DeclaredMapping {
    std::string table;
    std::string function;
    /// The parameters of CreateEventSourceMapping, without the source and the function.
    boost::json::object parameters;
    Place place;

    std::string name() const { return table + "/" + function; }
};

/// Something in the file that has no effect here. Each is named once.
struct Gap {
    Place place;
    std::string text;
};

/// What a file declares.
struct Declarations {
    std::vector<DeclaredTable> tables = {};
    std::vector<DeclaredFunction> functions = {};
    std::vector<DeclaredMapping> mappings = {};
    std::vector<Gap> gaps = {};
    /// The files that were read besides the template itself.
    std::vector<std::string> files = {};
};

}  // namespace tailrace::server
