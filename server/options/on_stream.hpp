#pragma once

#include <stdexcept>
#include <string>

#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::server {

/// A function on a table's stream, as a person asks for it.
struct OnStream {
    std::string table;
    /// A function's name or the text of a handler.
    std::string handler;
    stream::MappingParameters parameters = {};

    friend bool operator==(const OnStream&, const OnStream&) = default;
};

/// Reads one of
///
///     TABLE=HANDLER
///     TABLE=HANDLER,NAME=VALUE,…
///     { "TableName": TABLE, "FunctionName": HANDLER, NAME: VALUE, … }
///
/// where NAME is a parameter of Lambda's CreateEventSourceMapping. In the second form it may also be Filter,
/// a pattern, several times; OnFailure, a destination; EmptyResponse, which belongs to the handler; and a
/// list of one element may stand without brackets. A handler and a value may hold commas: only one that a
/// parameter's name and an equals sign follow ends them; a word with a capital letter that is no parameter is
/// refused. In the third form EventSourceArn may stand for
/// TableName: the table of that stream is meant. Throws std::invalid_argument with one line for people.
OnStream parse_on_stream(const std::string& text);

}  // namespace tailrace::server
