#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "server/options/option_table.hpp"

namespace tailrace::server {

/// Reads "512MB": a number and KB, MB or GB, of which each is 1,024 times the previous one. Returns
/// nullopt for anything else.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// Adds the options about namespaces.
void add_namespace_options(CLI::App& app, RawOptions& raw);

/// Turns the texts of these options into Options.
void read_namespace_options(RawOptions& raw);

}  // namespace tailrace::server
