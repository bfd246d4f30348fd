#include "server/dynamodb_local_arguments.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tailrace::server {
namespace {

/// DynamoDB Local calls its file shared-local-instance.db; one of another format gets another name, so that
/// neither program finds the other's.
constexpr std::string_view database_file = "shared-local-instance.tailrace.db";

struct LocalFlag {
    std::string_view name;
    /// What stands for it here; empty where nothing does.
    std::string_view replacement;
    bool takes_value;
    /// Why it is left out; empty where there is nothing to tell.
    std::string_view note;
};

constexpr std::array<LocalFlag, 11> local_flags = {{
    {"-port", "--port", true, ""},
    {"-dbPath", "--db-path", true, ""},
    {"-inMemory", "--in-memory", false, ""},
    {"-help", "--help", false, ""},
    {"-version", "--version", false, ""},
    {"-jar", "", true, ""},
    {"-cors", "", true, "-cors: every origin is allowed."},
    {"-sharedDb", "", false, "-sharedDb: all credentials and regions share one set of tables."},
    {"-delayTransientStatuses", "--table-delay-ms=5000", false, ""},
    {"-optimizeDbBeforeStartup", "", false, "-optimizeDbBeforeStartup has no effect."},
    {"-disableTelemetry", "", false, "-disableTelemetry: there is no telemetry."},
}};

/// DynamoDB Local takes its flags with one dash or two. Ours keep their two dashes, and mean the same.
const LocalFlag* find_flag(std::string_view name) {
    if (name.starts_with("--")) name.remove_prefix(1);
    const auto flag = std::ranges::find(local_flags, name, &LocalFlag::name);
    return flag == local_flags.end() ? nullptr : &*flag;
}

/// "-port=8000" as "-port" and "8000", where the name is one of DynamoDB Local's.
std::vector<std::string> split_at_equals(std::vector<std::string> arguments) {
    std::vector<std::string> split;
    for (std::string& each : arguments) {
        const std::size_t equals = each.find('=');
        if (equals == std::string::npos || find_flag(each.substr(0, equals)) == nullptr) {
            split.push_back(std::move(each));
            continue;
        }
        split.push_back(each.substr(0, equals));
        split.push_back(each.substr(equals + 1));
    }
    return split;
}

bool is_for_java(std::string_view argument) {
    return argument.starts_with("-D") || argument.starts_with("-X");
}

std::string in_folder(std::string folder) {
    if (!folder.empty() && folder.back() != '/') folder.push_back('/');
    return folder.append(database_file);
}

}  // namespace

RewrittenArguments rewrite_dynamodb_local_arguments(std::vector<std::string> arguments) {
    RewrittenArguments result;
    arguments = split_at_equals(std::move(arguments));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if ((i == 0 && arguments[i] == "java") || is_for_java(arguments[i])) continue;
        const LocalFlag* flag = find_flag(arguments[i]);
        if (flag == nullptr) {
            result.arguments.push_back(std::move(arguments[i]));
            continue;
        }
        if (!flag->note.empty()) result.notes.emplace_back(flag->note);
        if (!flag->replacement.empty()) result.arguments.emplace_back(flag->replacement);
        const bool has_value =
            flag->takes_value && i + 1 < arguments.size() && !arguments[i + 1].starts_with('-');
        if (!has_value) continue;
        ++i;
        if (flag->replacement == "--db-path") arguments[i] = in_folder(std::move(arguments[i]));
        if (!flag->replacement.empty()) result.arguments.push_back(std::move(arguments[i]));
    }
    return result;
}

}  // namespace tailrace::server
