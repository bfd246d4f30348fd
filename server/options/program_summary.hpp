#pragma once

#include <string>
#include <vector>

namespace tailrace::server {

/// An option, or an argument, as people see it.
struct ShownOption {
    /// "--port", or "SHELL".
    std::string name;
    /// The placeholder for its value, "FILE"; empty for a flag.
    std::string value;
    /// The range of a number, "1 - 900"; may be empty.
    std::string range;
    std::string purpose;
    /// The value by default; may be empty.
    std::string otherwise;
    /// The environment variable that may give it; may be empty.
    std::string variable;
    /// The words that it accepts, if it accepts no others.
    std::vector<std::string> choices;

    bool is_argument() const { return !name.starts_with('-'); }
};

struct ShownCommand {
    std::string name;
    std::string purpose;
    /// The options that it has besides the program's.
    std::vector<ShownOption> options;
    /// Lines below the options.
    std::string footer;
};

/// Everything that --help shows, for texts in other forms.
struct ProgramSummary {
    /// Paragraphs; the first is one line, "Tailrace: a local …".
    std::string description;
    std::vector<ShownOption> options;
    std::vector<ShownCommand> commands;
    /// Paragraphs. Lines that begin with two spaces stay as they are.
    std::string footer;
};

}  // namespace tailrace::server
