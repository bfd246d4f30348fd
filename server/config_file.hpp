#pragma once

#include <CLI/CLI.hpp>
#include <istream>
#include <vector>

namespace tailrace::server {

/// Reads the file of --config: lines such as "port = 8100", or one JSON object,
///
///     { "port": 8100, "EventSourceMappings": [ { "TableName", "FunctionName", … }, … ],
///       "Functions": { NAME: HANDLER, … }, "Destinations": { ARN: PLACE, … } }
///
/// whose other members are options by their names. A mapping is as parse_on_stream() takes it.
class ConfigFile final : public CLI::ConfigTOML {
  public:
    /// Throws CLI::ConfigError.
    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
};

}  // namespace tailrace::server
