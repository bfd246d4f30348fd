#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// An option in a file of lines, with its values as they would stand on the command line.
struct ConfigLine {
    std::string name;
    std::vector<std::string> values;

    friend bool operator==(const ConfigLine&, const ConfigLine&) = default;
};

/// Reads lines such as
///
///     # the tables of a test
///     port = 8100
///     on-stream = music=message-groups,BatchSize=1      # the value is all of this but for the comment
///     on-stream = "music=listener,Filter={\"eventName\": [\"INSERT\"]}"
///     allow-origin = ["http://localhost:3000", 'http://localhost:3001']
///     no-admin
///
/// A comment begins with # or, at the start of a line, with a semicolon; after a value a space stands before
/// it. A value in double quotes may hold \" and \\; one in single quotes is as it stands. A list may go on
/// over several lines. An option alone is true. An option's values are those of all its lines. Throws
/// std::invalid_argument, "line 3: …".
std::vector<ConfigLine> read_config_lines(std::string_view text);

}  // namespace tailrace::server
