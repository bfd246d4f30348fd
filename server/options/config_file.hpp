#pragma once

#include <CLI/CLI.hpp>
#include <istream>
#include <string>
#include <utility>
#include <vector>

namespace tailrace::server {

/// Reads the file of --config: lines, see read_config_lines(), or one JSON object,
///
///     { "port": 8100, "EventSourceMappings": [ { "TableName", "FunctionName", … }, … ],
///       "Functions": { NAME: HANDLER, … }, "Destinations": { ARN: PLACE, … } }
///
/// whose other members are options by their names. A mapping is as parse_on_stream() takes it.
class ConfigFile final : public CLI::ConfigTOML {
  public:
    /// `options` are the names of the options that there are, without dashes.
    explicit ConfigFile(std::vector<std::string> options) : options_(std::move(options)) {}

    /// Throws CLI::ConfigError, also for an option that there is not.
    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

  private:
    const std::vector<std::string> options_;
};

}  // namespace tailrace::server
