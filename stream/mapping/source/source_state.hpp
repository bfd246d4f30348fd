#pragma once

#include <string>

namespace tailrace::stream {

/// Whether there is a stream for a mapping to read.
struct SourceState {
    enum class Kind {
        stream,
        /// The table is there, and has no stream or one that is disabled.
        no_stream,
        no_table
    };
    Kind kind = Kind::no_table;
    /// A table whose name is almost that of the missing one; empty if there is none.
    std::string similar_table = {};

    friend bool operator==(const SourceState&, const SourceState&) = default;
};

}  // namespace tailrace::stream
