#include "server/options/completion.hpp"

#include <algorithm>
#include <vector>

namespace tailrace::server {
namespace {

bool is_file(const ShownOption& option) {
    return option.value == "FILE";
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty()) text.append(separator);
        text.append(word);
    }
    return text;
}

/// Returns the names of the options, but not of the arguments, that meet a condition.
template <typename Condition>
std::vector<std::string> names_of(const std::vector<ShownOption>& options, Condition condition) {
    std::vector<std::string> names;
    for (const ShownOption& option : options) {
        if (!option.is_argument() && condition(option)) names.push_back(option.name);
    }
    return names;
}

std::vector<std::string> names_of(const std::vector<ShownCommand>& commands) {
    std::vector<std::string> names(commands.size());
    std::ranges::transform(commands, names.begin(), &ShownCommand::name);
    return names;
}

/// Returns all options, whatever the command.
std::vector<ShownOption> every_option(const ProgramSummary& program) {
    std::vector<ShownOption> options = program.options;
    for (const ShownCommand& command : program.commands) {
        for (const ShownOption& option : command.options) {
            if (std::ranges::find(options, option.name, &ShownOption::name) == options.end())
                options.push_back(option);
        }
    }
    return options;
}

/// Shortens a purpose to fit beside a name: up to its first semicolon.
std::string brief(const std::string& purpose) {
    return purpose.substr(0, purpose.find("; "));
}

/// Puts a backslash before each of these characters.
std::string escaped(std::string_view text, std::string_view characters) {
    std::string result;
    for (const char c : text) {
        if (characters.find(c) != std::string_view::npos) result.push_back('\\');
        result.push_back(c);
    }
    return result;
}

constexpr std::string_view bash_start = R"(# Completion for bash, made by: tailrace completion bash
_tailrace() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word
    local IFS=$'\n'
    # An equals sign is a word of its own.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD-2]}
    fi
)";

void append_bash_values(std::string& script, const std::vector<ShownOption>& options) {
    script.append("    case $previous in\n");
    for (const ShownOption& option : options) {
        if (option.is_argument() || option.choices.empty()) continue;
        script.append("        ").append(option.name).append(") COMPREPLY=($(compgen -W $'");
        script.append(joined(option.choices, "\\n")).append("' -- \"$current\")); return ;;\n");
    }
    script.append("        ").append(joined(names_of(options, is_file), "|"));
    script.append(")\n            compopt -o filenames 2>/dev/null\n");
    script.append("            COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n");
    const auto others = names_of(options, [](const ShownOption& option) {
        return !option.value.empty() && option.choices.empty() && !is_file(option);
    });
    script.append("        ").append(joined(others, "|")).append(") return ;;\n    esac\n");
}

std::string bash_script(const ProgramSummary& program) {
    const auto any = [](const ShownOption&) { return true; };
    const std::vector<std::string> commands = names_of(program.commands);
    std::string script(bash_start);
    script.append("    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        case $word in\n");
    script.append("            ").append(joined(commands, "|"));
    script.append(") command=$word; break ;;\n        esac\n    done\n");
    append_bash_values(script, every_option(program));
    script.append("    local options=$'").append(joined(names_of(program.options, any), "\\n"));
    script.append("' words=\n    case $command in\n        '') words=$'");
    script.append(joined(commands, "\\n")).append("' ;;\n");
    for (const ShownCommand& command : program.commands) {
        if (command.options.empty()) continue;
        script.append("        ").append(command.name).append(") options+=$'");
        for (const std::string& name : names_of(command.options, any)) script.append("\\n").append(name);
        for (const ShownOption& option : command.options) {
            if (option.is_argument()) script.append("' words=$'").append(joined(option.choices, "\\n"));
        }
        script.append("' ;;\n");
    }
    script.append("    esac\n    [[ $current == -* ]] && words=$options\n");
    script.append("    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n");
    return script.append("complete -F _tailrace tailrace\n");
}

std::string zsh_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') {
            quoted.append(R"('\'')");
        } else {
            quoted.push_back(c);
        }
    }
    return quoted.append("'");
}

/// Returns an option in the form of _arguments: "*--db-path=[Keep the tables in this file]:FILE:_files".
std::string zsh_option(const ShownOption& option) {
    std::string text = "*" + option.name;
    if (!option.value.empty()) text.push_back('=');
    text.append("[").append(escaped(brief(option.purpose), "[]:\\")).append("]");
    if (!option.value.empty()) text.append(":").append(escaped(option.value, ":\\")).append(":");
    if (is_file(option)) text.append("_files");
    if (!option.choices.empty()) text.append("(").append(joined(option.choices, " ")).append(")");
    return zsh_quoted(text);
}

void append_zsh_options(std::string& script, const std::vector<ShownOption>& options) {
    for (const ShownOption& option : options) {
        if (!option.is_argument()) script.append("        ").append(zsh_option(option)).append("\n");
    }
}

std::string zsh_script(const ProgramSummary& program) {
    std::string script =
        "#compdef tailrace\n# Completion for zsh, made by: tailrace completion zsh\n"
        "_tailrace() {\n    local -a commands options line\n    local state\n    commands=(\n";
    for (const ShownCommand& command : program.commands) {
        const std::string text = command.name + ":" + escaped(brief(command.purpose), ":\\");
        script.append("        ").append(zsh_quoted(text)).append("\n");
    }
    script.append("    )\n    options=(\n");
    append_zsh_options(script, program.options);
    script.append("    )\n");
    for (const ShownCommand& command : program.commands) {
        std::string of_command;
        append_zsh_options(of_command, command.options);
        if (of_command.empty()) continue;
        script.append("    (( ${words[(I)").append(command.name).append("]} )) && options+=(\n");
        script.append(of_command).append("    )\n");
    }
    script.append("    _arguments -S $options '1: :->command' '*: :->argument'\n    case $state in\n");
    script.append("        command) _describe command commands ;;\n        argument)\n");
    script.append("            case $line[1] in\n");
    for (const ShownCommand& command : program.commands) {
        for (const ShownOption& option : command.options) {
            if (!option.is_argument() || option.choices.empty()) continue;
            script.append("                ").append(command.name).append(") compadd ");
            script.append(joined(option.choices, " ")).append(" ;;\n");
        }
    }
    return script.append(
        "            esac ;;\n    esac\n}\n"
        "if [[ $funcstack[1] == _tailrace ]]; then _tailrace \"$@\"; else compdef _tailrace "
        "tailrace; fi\n");
}

std::string fish_quoted(std::string_view text) {
    return "'" + escaped(text, "\\'") + "'";
}

std::string fish_option(const ShownOption& option, const std::string& condition) {
    std::string line = "complete -c tailrace" + condition;
    line.append(" -l ").append(option.name.substr(2));
    if (is_file(option)) {
        line.append(" -r -F");
    } else if (!option.value.empty()) {
        line.append(" -x");
    }
    if (!option.choices.empty()) line.append(" -a ").append(fish_quoted(joined(option.choices, " ")));
    return line.append(" -d ").append(fish_quoted(brief(option.purpose))).append("\n");
}

std::string fish_script(const ProgramSummary& program) {
    std::string script =
        "# Completion for fish, made by: tailrace completion fish\ncomplete -c tailrace -f\n";
    for (const ShownOption& option : program.options) script.append(fish_option(option, ""));
    for (const ShownCommand& command : program.commands) {
        script.append("complete -c tailrace -n __fish_use_subcommand -a ").append(command.name);
        script.append(" -d ").append(fish_quoted(brief(command.purpose))).append("\n");
        const std::string condition = " -n '__fish_seen_subcommand_from " + command.name + "'";
        for (const ShownOption& option : command.options) {
            if (!option.is_argument()) {
                script.append(fish_option(option, condition));
            } else if (!option.choices.empty()) {
                script.append("complete -c tailrace").append(condition).append(" -a ");
                script.append(fish_quoted(joined(option.choices, " "))).append("\n");
            }
        }
    }
    return script;
}

}  // namespace

std::string completion_script(std::string_view shell, const ProgramSummary& program) {
    if (shell == "zsh") return zsh_script(program);
    return shell == "fish" ? fish_script(program) : bash_script(program);
}

}  // namespace tailrace::server
