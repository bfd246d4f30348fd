#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/functions/code_folders.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "server/template/declarations.hpp"
#include "server/template/read_templates.hpp"

namespace tailrace::server {

/// What the templates of the command line declare, and what is made of it. Every empty namespace begins with
/// the tables. The default namespace also gets the functions and the event source mappings, and other
/// namespaces copy these from it. Thread-safe, except for begin() and change().
class Templates {
  public:
    /// Reads the templates. The log must outlive this object. Throws TemplateError.
    Templates(TemplateOptions options, TemplateScope scope, const Log& log);

    /// Brings the tables of a namespace into the declared state.
    void add_tables(Engine& engine) const;
    /// Adds the functions and the mappings to the default namespace, which has its tables already. What
    /// cannot be added is logged.
    void begin(Tailrace& home);
    /// Reads the templates again if one of their files has changed, and brings the default namespace into the
    /// declared state. If a template cannot be read, logs why and changes nothing.
    void look_for_changes(Tailrace& home);

    /// Returns what there is, for people: "2 tables, 1 function, 1 event source mapping from template.yaml".
    std::string summary() const;

  private:
    /// Functions and mappings that run, as declared.
    struct Running {
        std::vector<DeclaredFunction> functions = {};
        /// For each function that is an executable program: the state of its file, by the function's name. A
        /// program is restarted if its file changes. Functions that are scripts notice such a change
        /// themselves.
        std::map<std::string, std::string, std::less<>> programs = {};
        std::vector<DeclaredMapping> mappings = {};
    };

    std::shared_ptr<const Declarations> declared() const;
    void report_gaps(const Declarations& declared);
    void change(Tailrace& home);
    void drop_tables(Tailrace& home, const Declarations& before, const Declarations& now);
    void bring_functions(Tailrace& home, const Declarations& now);
    void bring_mappings(Tailrace& home, const Declarations& now);
    bool add_function(Tailrace& home, const DeclaredFunction& declared, bool is_known);
    void warn(const Place& place, const std::string& text) const;
    /// The times of the last changes of all files, in one text.
    std::string state_of_files(const Declarations& declared) const;

    const TemplateOptions options_;
    const TemplateScope scope_;
    const Log& log_;
    /// For code that is in a template.
    CodeFolders code_folders_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Declarations> declared_;
    Running running_;
    std::string files_;
    /// What has been logged already.
    std::set<std::string, std::less<>> known_gaps_;
};

}  // namespace tailrace::server
