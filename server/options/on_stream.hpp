#pragma once

#include <stdexcept>
#include <string>

#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::server {

/// A function on a table's stream, as requested by a person.
struct OnStream {
    std::string table;
    /// A function's name or the text of a handler.
    std::string handler;
    stream::MappingParameters parameters = {};

    friend bool operator==(const OnStream&, const OnStream&) = default;
};

/// Reads one of these:
///
///     TABLE=HANDLER
///     TABLE=HANDLER,NAME=VALUE,…
///     { "TableName": TABLE, "FunctionName": HANDLER, NAME: VALUE, … }
///
/// NAME is a parameter of Lambda's CreateEventSourceMapping. In the second form it may also be Filter, a
/// pattern, which may be repeated; OnFailure, a destination; or EmptyResponse, which belongs to the handler.
/// A list of one element needs no brackets in this form. A handler and a value may contain commas: they end
/// only at a comma that is followed by a parameter's name and an equals sign. Any other word in that place is
/// refused if it begins with a capital letter or resembles a parameter's name. In the third form
/// EventSourceArn may replace TableName, and means the table of that stream. Throws std::invalid_argument
/// with one line for people.
OnStream parse_on_stream(const std::string& text);

}  // namespace tailrace::server
