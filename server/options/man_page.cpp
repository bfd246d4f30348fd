#include "server/options/man_page.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace tailrace::server {
namespace {

/// Escapes a text, or a line of it, so that it is shown as it is.
std::string plain(std::string_view text) {
    std::string result;
    for (const char c : text) {
        // A dot or an apostrophe at the start of a line would make it a request of roff.
        if (result.empty() && (c == '.' || c == '\'')) result.append("\\&");
        if (c == '\\') {
            result.append("\\e");
        } else if (c == '-') {
            result.append("\\-");
        } else {
            result.push_back(c);
        }
    }
    return result;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + separator.size());
    }
    return parts;
}

/// Appends paragraphs. Lines that begin with two spaces stay as they are.
void append_text(std::string& page, std::string_view text) {
    for (const std::string_view paragraph : split_at(text, "\n\n")) {
        page.append(".PP\n");
        bool is_verbatim = false;
        for (const std::string_view line : split_at(paragraph, "\n")) {
            if (line.starts_with("  ") != is_verbatim) {
                is_verbatim = !is_verbatim;
                page.append(is_verbatim ? ".nf\n" : ".fi\n");
            }
            page.append(plain(line)).append("\n");
        }
        if (is_verbatim) page.append(".fi\n");
    }
}

void append_option(std::string& page, const ShownOption& option) {
    page.append(".TP\n\\fB").append(plain(option.name)).append("\\fR");
    if (!option.value.empty() && !option.is_argument())
        page.append(" \\fI").append(plain(option.value)).append("\\fR");
    page.append("\n").append(plain(option.purpose)).append(".\n");
    if (!option.range.empty()) page.append("Range: ").append(plain(option.range)).append(".\n");
    if (!option.otherwise.empty()) page.append("Default: ").append(plain(option.otherwise)).append(".\n");
    if (!option.variable.empty())
        page.append("Environment: \\fB").append(plain(option.variable)).append("\\fR.\n");
}

void append_synopsis(std::string& page, const ProgramSummary& program) {
    page.append(".SH SYNOPSIS\n\\fBtailrace\\fR [\\fIOPTION\\fR]...\n");
    for (const ShownCommand& command : program.commands) {
        page.append(".br\n\\fBtailrace ").append(plain(command.name)).append("\\fR");
        for (const ShownOption& option : command.options) {
            if (option.is_argument()) page.append(" [\\fI").append(plain(option.name)).append("\\fR]");
        }
        page.append(" [\\fIOPTION\\fR]...\n");
    }
}

}  // namespace

std::string man_page(const ProgramSummary& program, std::string_view version) {
    const std::size_t end_of_line = program.description.find('\n');
    const std::string_view description = program.description;
    const std::string_view purpose = description.substr(description.find(": ") + 2);
    std::string page = ".TH TAILRACE 1 \"\" \"Tailrace ";
    page.append(version).append("\" \"User Commands\"\n.nh\n.ad l\n.SH NAME\ntailrace \\- ");
    std::string name(purpose.substr(0, purpose.find('\n')));
    if (name.ends_with('.')) name.pop_back();
    page.append(plain(name)).append("\n");
    append_synopsis(page, program);
    page.append(".SH DESCRIPTION\n");
    append_text(page,
                description.substr(end_of_line == std::string::npos ? description.size() : end_of_line + 2));
    page.append(".SH OPTIONS\n");
    for (const ShownOption& option : program.options) append_option(page, option);
    page.append(".SH COMMANDS\n");
    for (const ShownCommand& command : program.commands) {
        page.append(".SS ").append(plain(command.name)).append("\n");
        page.append(plain(command.purpose)).append(".\n");
        append_text(page, command.footer);
        for (const ShownOption& option : command.options) append_option(page, option);
    }
    page.append(".SH NOTES\n");
    append_text(page, program.footer);
    return page;
}

}  // namespace tailrace::server
