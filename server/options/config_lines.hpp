#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// An option in a file of lines, with its values in the form of the command line.
struct ConfigLine {
    std::string name;
    std::vector<std::string> values;

    friend bool operator==(const ConfigLine&, const ConfigLine&) = default;
};

/// Reads lines such as these:
///
///     # the tables of a test
///     port = 8100
///     on-stream = music=message-groups,BatchSize=1      # the value is everything before this comment
///     on-stream = "music=listener,Filter={\"eventName\": [\"INSERT\"]}"
///     allow-origin = ["http://localhost:3000", 'http://localhost:3001']
///     no-admin
///
/// A comment begins with #, or with a semicolon at the start of a line. After a value, the # must follow a
/// space. A value in double quotes may contain \" and \\; a value in single quotes is taken as it is. A list
/// may span several lines. An option without a value is true. An option that is on several lines has the
/// values of all of them. Throws std::invalid_argument, "line 3: …".
std::vector<ConfigLine> read_config_lines(std::string_view text);

}  // namespace tailrace::server
