#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "stream/handler/handler.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// What attaches a handler to a stream.
struct MappingOptions {
    /// The table whose stream it is, whether the table is there yet or not.
    std::string table_name;
    /// The function as people know it; as make_handler() takes it where the dispatcher is to make it.
    std::string handler_name;
    MappingParameters parameters = {};
    /// The one stream that is read. Empty for all streams that the table has had and will have, one after the
    /// other.
    std::string stream_arn = {};
    /// A UUID. Empty for one made of the table's and the handler's name, the same each time.
    std::string id = {};
    /// The function's ARN, for the records of OnFailure. Empty for one made of the handler's name.
    std::string function_arn = {};
    /// The wait before the first retry of a failed batch; it doubles up to a hundredfold.
    std::chrono::milliseconds first_retry_wait{100};

    /// What people call it: "messages/cruddur".
    std::string name() const { return table_name + "/" + handler_name; }
    /// What its place is kept under: a mapping of a table under its name, one of a stream under its id.
    std::string state_name() const { return "mapping/" + (stream_arn.empty() ? name() : id); }
};

/// The function behind a mapping.
struct MappedFunction {
    std::shared_ptr<Handler> handler;
    /// As MappingOptions has them.
    std::string handler_name = {};
    std::string function_arn = {};
};

/// The id of a mapping that was given none: a UUID made of its name.
std::string mapping_id(std::string_view name);

}  // namespace tailrace::stream
