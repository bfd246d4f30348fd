#include "server/options/config_file.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/json_text.hpp"
#include "engine/model/nearest_name.hpp"
#include "server/options/config_lines.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(const std::string& message) {
    throw CLI::ConfigError(message, CLI::ExitCodes::ConfigError);
}

/// Returns a value in the form of the command line.
std::string argument_of(const json::value& value) {
    if (value.is_null()) refuse("the file of --config: null is not a value; leave the option out");
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

std::vector<std::string> arguments_of(const json::value& value) {
    if (!value.is_array()) return {argument_of(value)};
    std::vector<std::string> arguments;
    for (const json::value& each : value.get_array()) arguments.push_back(argument_of(each));
    return arguments;
}

/// Turns {NAME: TEXT, …} into one NAME=TEXT each.
std::vector<std::string> pairs_of(std::string_view member, const json::value& value) {
    if (!value.is_object()) refuse(std::string(member) + " must be an object whose values are strings");
    std::vector<std::string> pairs;
    for (const json::key_value_pair& each : value.get_object()) {
        if (!each.value().is_string())
            refuse(std::string(member) + " must be an object whose values are strings");
        pairs.push_back(std::string(each.key()) + "=" + argument_of(each.value()));
    }
    return pairs;
}

void check_name(std::string_view name, const std::vector<std::string_view>& known) {
    if (std::ranges::find(known, name) != known.end()) return;
    refuse("the file of --config: unknown option " + std::string(name) + did_you_mean(name, known));
}

CLI::ConfigItem item_of(const json::key_value_pair& member) {
    CLI::ConfigItem item;
    if (member.key() == "EventSourceMappings") {
        if (!member.value().is_array()) refuse("EventSourceMappings must be a list of objects");
        item.name = "on-stream";
        item.inputs = arguments_of(member.value());
    } else if (member.key() == "Functions") {
        item.name = "function";
        item.inputs = pairs_of(member.key(), member.value());
    } else if (member.key() == "Destinations") {
        item.name = "destination";
        item.inputs = pairs_of(member.key(), member.value());
    } else {
        item.name = member.key();
        item.inputs = arguments_of(member.value());
    }
    return item;
}

std::vector<CLI::ConfigItem> items_of(std::vector<ConfigLine> lines,
                                      const std::vector<std::string_view>& known) {
    std::vector<CLI::ConfigItem> items;
    for (ConfigLine& line : lines) {
        check_name(line.name, known);
        CLI::ConfigItem& item = items.emplace_back();
        item.name = std::move(line.name);
        item.inputs = std::move(line.values);
    }
    return items;
}

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    std::vector<std::string_view> known(options_.begin(), options_.end());
    if (start == std::string::npos || text[start] != '{') {
        try {
            return items_of(read_config_lines(text), known);
        } catch (const std::invalid_argument& error) {
            refuse(std::string("the file of --config, ").append(error.what()));
        }
    }
    known.insert(known.end(), {"EventSourceMappings", "Functions", "Destinations"});
    json::error_code error;
    const json::value parsed = parse_json(text, error);
    if (error)
        refuse("the file of --config is not valid JSON: " + error.message() + " at " +
               place_of_json_fault(text));
    std::vector<CLI::ConfigItem> read;
    for (const json::key_value_pair& member : parsed.as_object()) {
        check_name(member.key(), known);
        read.push_back(item_of(member));
    }
    return read;
}

}  // namespace tailrace::server
