#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/commands/data_command.hpp"
#include "server/commands/progress.hpp"
#include "server/commands/running_server.hpp"
#include "server/data/attribute_rules.hpp"
#include "server/data/item_reader.hpp"

namespace tailrace::server {

/// A table of a running server, for the commands that move its items.
class TableAccess {
  public:
    /// Asks the server for the table's keys, and reads the rules. Throws CommandError and DataFault.
    explicit TableAccess(const ServerTable& table);

    const RunningServer& server() const { return server_; }
    /// Returns the path below /_tailrace.
    const std::string& path() const { return path_; }
    /// The types of the attributes that are keys of the table or its indexes.
    const KeyTypes& keys() const { return keys_; }
    /// Their names, in the order in which the server lists them: those of the table's key come first.
    const std::vector<std::string>& key_names() const { return key_names_; }

    const std::string& arn() const { return arn_; }
    /// A UUID.
    const std::string& id() const { return id_; }

    /// Changes an item as the rules say. Returns false if it is left out.
    bool apply_rules(AttributeMap& item) { return !rules_ || rules_->apply(item); }
    /// Returns what people should know after the last item: how many items the rules have left out, and
    /// which attributes of the rules no item has. Empty, or with a newline at the end of each line.
    std::string rules_notes(std::uint64_t left_out) const;

    /// The limits of a request for a chunk or a page of items.
    static stream::HttpLimits limits();

  private:
    RunningServer server_;
    std::string path_;
    std::string arn_;
    std::string id_;
    KeyTypes keys_;
    std::vector<std::string> key_names_;
    std::string rules_file_;
    std::optional<AttributeRules> rules_;
};

/// Calls `run` and returns its result. If the command cannot do its work, returns the message and the exit
/// code for that.
CommandResult result_of(const ServerTable& table, const std::function<CommandResult()>& run);

}  // namespace tailrace::server
