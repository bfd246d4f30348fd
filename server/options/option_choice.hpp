#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>

namespace tailrace::server {

/// Returns the words that an option accepts, or an empty list if it accepts any value.
std::span<const std::string_view> choices_of(std::string_view option);

/// Adds an option that accepts only its choices. The error is "'loud' is not error, warning, info or debug".
CLI::Option* add_choice(CLI::App& app, const std::string& name, std::string& value,
                        const std::string& purpose);

}  // namespace tailrace::server
