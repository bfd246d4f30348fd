#pragma once

#include <string>
#include <vector>

namespace tailrace::server {

/// An option, or an argument, as people see it.
struct ShownOption {
    /// "--port", or "SHELL".
    std::string name;
    /// What stands for its value, "FILE"; empty for a flag.
    std::string value;
    /// Of a number, "1 - 900"; may be empty.
    std::string range;
    std::string purpose;
    /// Its value without it; may be empty.
    std::string otherwise;
    /// The environment variable that may give it; may be empty.
    std::string variable;
    /// The words it takes, where it takes no others.
    std::vector<std::string> choices;

    bool is_argument() const { return !name.starts_with('-'); }
};

struct ShownCommand {
    std::string name;
    std::string purpose;
    /// Beside those of the program.
    std::vector<ShownOption> options;
    /// Lines that stand below them.
    std::string footer;
};

/// All that --help can tell, for texts of other shapes.
struct ProgramSummary {
    /// Paragraphs; the first is one line, "Tailrace: a local …".
    std::string description;
    std::vector<ShownOption> options;
    std::vector<ShownCommand> commands;
    /// Paragraphs; lines that begin with two spaces stand as they are.
    std::string footer;
};

}  // namespace tailrace::server
