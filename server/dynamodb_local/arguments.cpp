#include "server/dynamodb_local/arguments.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tailrace::server {
namespace {

/// DynamoDB Local calls its file shared-local-instance.db. Our file has another format, so it has another
/// name, and neither program finds the other's file.
constexpr std::string_view database_file = "shared-local-instance.tailrace.db";

constexpr std::string_view shared_flag = "-sharedDb";

constexpr std::string_view not_shared_note =
    "-sharedDb was not given, but all credentials and regions share one set of tables anyway.";

struct LocalFlag {
    std::string_view name;
    /// The flag that replaces it here; empty if there is none.
    std::string_view replacement{};
    bool takes_value = false;
    /// The value if none is given.
    std::string_view usual_value{};
    /// Why it is left out; empty if there is nothing to say.
    std::string_view note{};
};

constexpr std::array<LocalFlag, 11> local_flags = {{
    {.name = "-port", .replacement = "--port", .takes_value = true},
    {.name = "-dbPath", .replacement = "--db-path", .takes_value = true},
    {.name = "-inMemory", .replacement = "--in-memory"},
    {.name = "-help", .replacement = "--help"},
    {.name = "-version", .replacement = "--version"},
    {.name = "-jar", .takes_value = true},
    {.name = "-cors", .replacement = "--cors", .takes_value = true, .usual_value = "*"},
    {.name = shared_flag, .note = "-sharedDb: all credentials and regions share one set of tables."},
    {.name = "-delayTransientStatuses", .replacement = "--table-delay-ms=5000"},
    {.name = "-optimizeDbBeforeStartup", .note = "-optimizeDbBeforeStartup has no effect."},
    {.name = "-disableTelemetry", .note = "-disableTelemetry: there is no telemetry."},
}};

/// DynamoDB Local accepts its flags with one dash or two. Our flags of the same names have two and mean the
/// same.
const LocalFlag* find_flag(std::string_view name) {
    if (name.starts_with("--")) name.remove_prefix(1);
    const auto flag = std::ranges::find(local_flags, name, &LocalFlag::name);
    return flag == local_flags.end() ? nullptr : &*flag;
}

/// Splits "-port=8000" into "-port" and "8000" if the name is one of DynamoDB Local's.
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

/// The beginnings of java's own options that are one argument each. Source: java --help and --help-extra, JDK
/// 17.
constexpr std::array<std::string_view, 20> java_options = {"-D",
                                                           "-X",
                                                           "-agentlib:",
                                                           "-agentpath:",
                                                           "-javaagent:",
                                                           "-verbose",
                                                           "-ea",
                                                           "-da",
                                                           "-esa",
                                                           "-dsa",
                                                           "-enableassertions",
                                                           "-disableassertions",
                                                           "-showversion",
                                                           "-splash:",
                                                           "--enable-",
                                                           "--illegal-",
                                                           "-enablesystem",
                                                           "-disablesystem",
                                                           "--class-path=",
                                                           "--module-path="};

/// java's own options whose value is the next argument, unless the value comes after an equals sign.
constexpr std::array<std::string_view, 9> java_options_with_value = {
    "-cp",           "-classpath",    "--class-path", "-p",         "--module-path",
    "--add-exports", "--add-modules", "--add-opens",  "--add-reads"};

/// The class that starts DynamoDB Local if it is not started by its archive.
constexpr std::string_view main_class = ".ServerRunner";

bool is_for_java(std::string_view argument) {
    if (argument == "-server" || argument == "-client" || argument.ends_with(main_class)) return true;
    if (argument.starts_with("--add-")) return true;
    return std::ranges::any_of(java_options, [&](auto option) { return argument.starts_with(option); });
}

bool takes_value(std::string_view java_option) {
    return std::ranges::find(java_options_with_value, java_option) != java_options_with_value.end();
}

/// Returns true if the name "java" may come after these arguments. The image's entry point passes one
/// argument of ours before the arguments of its user.
bool may_begin(const std::vector<std::string>& before) {
    return before.empty() || (before.size() == 1 && before.front() == "--as-dynamodb-local");
}

std::string in_folder(std::string folder) {
    if (folder.empty()) return folder;
    if (folder.back() != '/') folder.push_back('/');
    return folder.append(database_file);
}

}  // namespace

RewrittenArguments rewrite_dynamodb_local_arguments(std::vector<std::string> arguments) {
    RewrittenArguments result;
    arguments = split_at_equals(std::move(arguments));
    bool is_shared = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const bool takes_java_value = takes_value(arguments[i]);
        const bool is_program = is_java(arguments[i]) && may_begin(result.arguments);
        if (takes_java_value || is_for_java(arguments[i]) || is_program) {
            result.for_dynamodb_local = true;
            if (takes_java_value) ++i;
            continue;
        }
        const LocalFlag* flag = find_flag(arguments[i]);
        if (flag == nullptr) {
            result.arguments.push_back(std::move(arguments[i]));
            continue;
        }
        // --port, --cors, --help and --version are flags of ours as well.
        if (arguments[i] != flag->replacement) result.for_dynamodb_local = true;
        if (flag->name == shared_flag) is_shared = true;
        if (!flag->note.empty()) result.notes.emplace_back(flag->note);
        if (!flag->replacement.empty()) result.arguments.emplace_back(flag->replacement);
        const bool has_value =
            flag->takes_value && i + 1 < arguments.size() && !arguments[i + 1].starts_with('-');
        if (!has_value) {
            if (!flag->usual_value.empty()) result.arguments.emplace_back(flag->usual_value);
            continue;
        }
        ++i;
        if (flag->replacement == "--db-path") arguments[i] = in_folder(std::move(arguments[i]));
        if (!flag->replacement.empty()) result.arguments.push_back(std::move(arguments[i]));
    }
    if (result.for_dynamodb_local && !is_shared) result.notes.emplace_back(not_shared_note);
    return result;
}

bool is_java(std::string_view program) {
    return program.substr(program.rfind('/') + 1) == "java";
}

}  // namespace tailrace::server
