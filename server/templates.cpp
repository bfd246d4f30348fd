#include "server/templates.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <utility>

#include "server/deployment/template_tables.hpp"
#include "server/options/on_stream.hpp"
#include "server/template/stack_values.hpp"
#include "stream/mapping/parameters/mapping_options.hpp"
#include "stream/mapping/parameters/mapping_request.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;

/// Why calls of a function end.
constexpr stream::StopReason function_was_removed = "the function is no longer in a template";

std::string counted(std::size_t number, const char* noun) {
    return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

/// Returns a text that differs after the file has been changed.
std::string state_of(const fs::path& file) {
    std::error_code error;
    const auto changed = fs::last_write_time(file, error).time_since_epoch().count();
    const auto size = fs::is_regular_file(file, error) ? fs::file_size(file, error) : 0;
    return file.string() + " " + std::to_string(changed) + " " + std::to_string(size) + "\n";
}

/// Returns the state of the file that a function with the runtime provided.* runs; empty for other functions.
std::string program_state(const stream::FunctionDefinition& function) {
    if (!function.runtime.starts_with("provided")) return {};
    return state_of(fs::path(function.folder) / "bootstrap");
}

/// Puts the true ARN of a table's stream into the environment of a function.
void complete_stream_arns(Engine& engine, stream::FunctionDefinition& function) {
    const std::string unknown = "/stream/" + std::string(StackValues::unknown_label);
    for (auto& [name, value] : function.environment) {
        // The ARN may be a part of a longer text.
        for (std::size_t end = value.find(unknown); end != std::string::npos;
             end = value.find(unknown, end + 1)) {
            const std::size_t begin = value.rfind("arn:", end);
            const std::size_t table = value.rfind('/', end - 1) + 1;
            const std::string arn = latest_stream_arn(engine, value.substr(table, end - table));
            if (!arn.empty()) value.replace(begin, end + unknown.size() - begin, arn);
        }
    }
}

OnStream on_stream(const DeclaredMapping& declared) {
    return {.table = declared.table,
            .handler = declared.function,
            .parameters = stream::read_parameters(declared.parameters)};
}

template <typename Declared, typename Same>
const Declared* find_same(const std::vector<Declared>& all, const Declared& wanted, Same name_of) {
    const auto found = std::ranges::find(all, name_of(wanted), name_of);
    return found == all.end() ? nullptr : &*found;
}

std::string function_name(const DeclaredFunction& declared) {
    return declared.definition.name;
}

std::string mapping_name(const DeclaredMapping& declared) {
    return declared.name();
}

}  // namespace

Templates::Templates(TemplateOptions options, TemplateScope scope, const Log& log)
    : options_(std::move(options)),
      scope_(std::move(scope)),
      log_(log),
      code_folders_(log),
      declared_(std::make_shared<const Declarations>(read_templates(options_, scope_))) {
    files_ = state_of_files(*declared_);
    report_gaps(*declared_);
}

std::shared_ptr<const Declarations> Templates::declared() const {
    const std::lock_guard lock(mutex_);
    return declared_;
}

void Templates::report_gaps(const Declarations& declared) {
    for (const Gap& gap : declared.gaps) {
        // The line is not part of this text, because a change of the file may move the line.
        if (!known_gaps_.insert(gap.place.file + ": " + gap.text).second) continue;
        warn(gap.place, gap.text);
    }
}

void Templates::warn(const Place& place, const std::string& text) const {
    log_.warning(place.text() + ": " + text);
}

std::string Templates::summary() const {
    const std::shared_ptr<const Declarations> now = declared();
    std::string text = counted(now->tables.size(), "table") + ", " +
                       counted(running_.functions.size(), "function") + ", " +
                       counted(running_.mappings.size(), "event source mapping") + " from ";
    for (const std::string& file : options_.files) {
        text.append(&file == &options_.files.front() ? "" : " and ").append(file);
    }
    return text;
}

void Templates::add_tables(Engine& engine) const {
    const TableReport report = bring_tables(engine, declared()->tables, options_.may_drop);
    for (const std::string& line : report.done) log_.info(line);
    for (const std::string& line : report.lost) log_.warning(line);
    for (const std::string& line : report.refused) log_.error(line);
}

void Templates::begin(Tailrace& home) {
    const std::shared_ptr<const Declarations> now = declared();
    bring_functions(home, *now);
    bring_mappings(home, *now);
}

/// Returns true if the function runs. A function of --function, or an uploaded one, that has the same name
/// takes its place.
bool Templates::add_function(Tailrace& home, const DeclaredFunction& declared, bool is_known) {
    stream::FunctionDefinition definition = declared.definition;
    complete_stream_arns(home.engine(), definition);
    stream::FunctionRegistry& functions = home.functions();
    const std::string name = definition.name;
    if (!is_known && functions.find(name).handler) {
        warn(declared.place, "another function " + name + " takes the place of this one");
        return false;
    }
    try {
        if (declared.code) {
            const auto folder = code_folders_.write(declared.code->file, declared.code->text);
            definition.folder = folder->path().string();
            definition.folder_owner = folder;
        }
        if (is_known) {
            functions.replace(std::move(definition));
        } else {
            functions.add(std::move(definition));
        }
        return true;
    } catch (const std::exception& error) {
        warn(declared.place, "the function " + name + " does not run: " + error.what());
        return false;
    }
}

void Templates::bring_functions(Tailrace& home, const Declarations& now) {
    for (const DeclaredFunction& each : running_.functions) {
        if (find_same(now.functions, each, function_name) == nullptr) {
            const stream::Function gone = home.functions().find(each.definition.name);
            home.functions().remove(each.definition.name);
            // A call under way would hold up the removal of its mapping.
            if (gone.handler) gone.handler->stop(function_was_removed);
        }
    }
    std::vector<DeclaredFunction> running;
    for (const DeclaredFunction& each : now.functions) {
        const DeclaredFunction* const known = find_same(running_.functions, each, function_name);
        const std::string program = program_state(each.definition);
        const bool is_same = known != nullptr && known->definition == each.definition &&
                             known->code == each.code && running_.programs[each.definition.name] == program;
        running_.programs[each.definition.name] = program;
        if (is_same || add_function(home, each, known != nullptr)) running.push_back(each);
    }
    running_.functions = std::move(running);
}

void Templates::bring_mappings(Tailrace& home, const Declarations& now) {
    for (const DeclaredMapping& each : running_.mappings) {
        if (find_same(now.mappings, each, mapping_name) == nullptr) {
            home.contents().take_mapping(each.table, each.function);
        }
    }
    std::vector<DeclaredMapping> running;
    for (const DeclaredMapping& each : now.mappings) {
        const DeclaredMapping* known = find_same(running_.mappings, each, mapping_name);
        if (known != nullptr && home.dispatcher().find(stream::mapping_id(each.name())) == nullptr) {
            // A request has removed it.
            home.contents().take_mapping(each.table, each.function);
            known = nullptr;
        }
        if (known != nullptr && known->parameters == each.parameters) {
            running.push_back(each);
            continue;
        }
        if (!home.functions().find(each.function).handler) {
            warn(each.place, "nothing calls the function " + each.function + ", because it does not run");
            continue;
        }
        try {
            if (known != nullptr) {
                home.contents().change_mapping(on_stream(each));
            } else {
                home.map(on_stream(each));
            }
            running.push_back(each);
        } catch (const std::exception& error) {
            warn(each.place, std::string("the event source mapping is refused: ") + error.what());
        }
    }
    running_.mappings = std::move(running);
}

void Templates::drop_tables(Tailrace& home, const Declarations& before, const Declarations& now) {
    for (const DeclaredTable& each : before.tables) {
        const auto name_of = [](const DeclaredTable& table) { return table.name(); };
        if (find_same(now.tables, each, name_of) != nullptr) continue;
        if (!options_.may_drop) {
            log_.warning("the table " + each.name() +
                         " is no longer in a template; it stays, unless --watch-may-drop allows its removal");
            continue;
        }
        const std::string refused = drop_table(home.engine(), each.name());
        if (refused.empty()) {
            log_.warning("removed the table " + each.name() + " with its items");
        } else {
            log_.error("the table " + each.name() + " stays: " + refused);
        }
    }
}

void Templates::change(Tailrace& home) {
    const std::shared_ptr<const Declarations> before = declared();
    auto now = std::make_shared<const Declarations>(read_templates(options_, scope_));
    files_ = state_of_files(*now);
    report_gaps(*now);
    {
        const std::lock_guard lock(mutex_);
        declared_ = now;
    }
    drop_tables(home, *before, *now);
    add_tables(home.engine());
    bring_functions(home, *now);
    bring_mappings(home, *now);
    std::fputs(("the templates have changed: now " + summary() + "\n").c_str(), stdout);
    std::fflush(stdout);
}

void Templates::look_for_changes(Tailrace& home) {
    std::string files = state_of_files(*declared());
    if (files == files_) return;
    files_ = std::move(files);
    try {
        change(home);
    } catch (const std::exception& error) {
        log_.error(std::string("the templates stay as they were: ") + error.what());
    }
}

std::string Templates::state_of_files(const Declarations& declared) const {
    std::string state;
    for (const std::string& file : options_.files) state += state_of(file);
    for (const std::string& file : declared.files) state += state_of(file);
    for (const DeclaredFunction& each : declared.functions) state += program_state(each.definition);
    return state;
}

}  // namespace tailrace::server
