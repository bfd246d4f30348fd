#pragma once

#include <CLI/CLI.hpp>
#include <istream>
#include <string>
#include <utility>
#include <vector>

namespace tailrace::server {

/// Reads the file of --config. It contains lines, see read_config_lines(), or one JSON object:
///
///     { "port": 8100, "EventSourceMappings": [ { "TableName", "FunctionName", … }, … ],
///       "Functions": { NAME: HANDLER, … }, "Destinations": { ARN: PLACE, … } }
///
/// The other members are options by their names. parse_on_stream() says what a mapping looks like.
class ConfigFile final : public CLI::ConfigTOML {
  public:
    /// `options` are the names of all options, without dashes.
    explicit ConfigFile(std::vector<std::string> options) : options_(std::move(options)) {}

    /// Throws CLI::ConfigError, including for an unknown option.
    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

  private:
    const std::vector<std::string> options_;
};

}  // namespace tailrace::server
