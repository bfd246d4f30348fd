#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "server/options/options.hpp"
#include "server/options/program_summary.hpp"

namespace tailrace::server {

/// What is wrong with an empty value, whatever the option.
inline constexpr const char* empty_value_fault = "the value is empty; to have none, leave the option out";

/// What the parser fills in before it is turned into Options.
struct RawOptions {
    Options options;
    bool in_memory = false;
    bool no_admin = false;
    bool no_cors = false;
    std::vector<std::string> cors;
    std::vector<std::string> functions;
    std::vector<std::string> on_stream;
    std::string log_level = "warning";
    std::string durability = "normal";
    std::string manual_clock;
    std::vector<std::string> destinations;
    std::vector<std::string> caches;
    int cache_memory_megabytes = 64;
    /// Whose completion is asked for.
    std::string shell;
};

/// The options and the commands that there are, with the texts that people see of them. The parser writes
/// into `raw`, so a table stays where it is.
struct OptionTable {
    OptionTable();
    OptionTable(const OptionTable&) = delete;
    OptionTable& operator=(const OptionTable&) = delete;

    RawOptions raw;
    CLI::App app;
};

/// What there is to tell of them.
ProgramSummary summary_of(const OptionTable& table);

}  // namespace tailrace::server
