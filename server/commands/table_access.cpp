#include "server/commands/table_access.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "server/wire/percent_encoded.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_page = 64UL * 1024 * 1024;

}  // namespace

stream::HttpLimits TableAccess::limits() {
    return {std::chrono::seconds(10), std::chrono::minutes(10), largest_page};
}

TableAccess::TableAccess(const ServerTable& table)
    : server_(table.endpoint, table.token), path_("/tables/" + percent_encoded(table.table)) {
    const json::object shown = server_.ask_json({.path = path_, .limits = limits()});
    arn_ = shown.at("TableArn").as_string();
    id_ = shown.at("TableId").as_string();
    for (const json::value& each : shown.at("AttributeDefinitions").as_array()) {
        key_names_.emplace_back(each.at("AttributeName").as_string());
        keys_.emplace(key_names_.back(), attribute_type_named(each.at("AttributeType").as_string()).value());
    }
    if (table.rules_file.empty()) return;
    rules_file_ = table.rules_file;
    rules_ = AttributeRules::read(table.rules_file, table.rules_key);
    std::vector<std::string> table_keys;
    for (const json::value& each : shown.at("KeySchema").as_array())
        table_keys.emplace_back(each.at("AttributeName").as_string());
    rules_->use_for(table_keys);
}

std::string TableAccess::rules_notes(std::uint64_t left_out) const {
    if (!rules_) return {};
    std::string notes;
    if (left_out > 0) notes.append(rules_file_ + ": sample leaves out " + counted(left_out, "item") + "\n");
    for (const std::string& path : rules_->unused()) {
        notes.append(rules_file_ + ": no item has the attribute " + path + "\n");
    }
    return notes;
}

CommandResult result_of(const ServerTable& table, const std::function<CommandResult()>& run) {
    const auto failed = [](std::string_view message) {
        return CommandResult{cannot_ask, {}, "tailrace: " + std::string(message) + "\n"};
    };
    try {
        return run();
    } catch (const CommandError& error) {
        return failed(error.what());
    } catch (const DataFault& fault) {
        return failed(fault.what());
    } catch (const std::exception&) {
        // The answer lacks a member, so it is not Tailrace's.
        return failed("there is no Tailrace at " + table.endpoint);
    }
}

}  // namespace tailrace::server
