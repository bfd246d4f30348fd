#pragma once

#include <string>

namespace tailrace::stream {

/// Says whether there is a stream for a mapping to read.
struct SourceState {
    enum class Kind {
        stream,
        /// The table exists, and its stream is missing or disabled.
        no_stream,
        no_table
    };
    Kind kind = Kind::no_table;
    /// A table whose name resembles that of the missing one; empty if there is none.
    std::string similar_table = {};

    friend bool operator==(const SourceState&, const SourceState&) = default;
};

}  // namespace tailrace::stream
