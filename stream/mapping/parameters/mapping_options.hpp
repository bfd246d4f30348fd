#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "stream/handler/handler.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// Everything needed to attach a handler to a stream.
struct MappingOptions {
    /// The table with the stream. It need not exist yet.
    std::string table_name;
    /// The function's name for people. If the dispatcher creates the handler, the text that make_handler()
    /// takes.
    std::string handler_name;
    MappingParameters parameters = {};
    /// The only stream to read. If empty, the mapping reads all streams that the table has had and will have,
    /// one after another.
    std::string stream_arn = {};
    /// A UUID. If empty, it is made from the names of the table and the handler, so it is the same each time.
    std::string id = {};
    /// The function's ARN, for OnFailure records. If empty, it is made from the handler's name.
    std::string function_arn = {};
    /// The wait before the first retry of a failed batch. It doubles up to a hundredfold.
    std::chrono::milliseconds first_retry_wait{100};

    /// The mapping's name for people: "messages/cruddur".
    std::string name() const { return table_name + "/" + handler_name; }
    /// The key under which its checkpoint is kept. It contains the name of a mapping that follows a table,
    /// and the id of a mapping that reads one stream.
    std::string state_name() const { return "mapping/" + (stream_arn.empty() ? name() : id); }
};

/// The function of a mapping.
struct MappedFunction {
    std::shared_ptr<Handler> handler;
    /// As in MappingOptions.
    std::string handler_name = {};
    std::string function_arn = {};
};

/// Returns the default id of a mapping: a UUID made from its name.
std::string mapping_id(std::string_view name);

}  // namespace tailrace::stream
