#include "server/options/template_options.hpp"

#include <string>

namespace tailrace::server {
namespace {

std::string check_parameter(const std::string& text) {
    const std::size_t equals = text.find('=');
    return equals != std::string::npos && equals > 0 ? "" : "'" + text + "' is not NAME=VALUE";
}

}  // namespace

void add_template_options(CLI::App& app, RawOptions& raw) {
    TemplateOptions& templates = raw.options.templates;
    app.add_option("--template", templates.files,
                   "Make the tables, functions and event source mappings of this file: a CloudFormation or "
                   "SAM template, a serverless.yml, the folder of cdk synth, the output of terraform show "
                   "-json, or a model of NoSQL Workbench; may be repeated")
        ->envname("TAILRACE_TEMPLATE")
        ->type_name("FILE")
        ->allow_extra_args(false);
    app.add_option("--parameter", raw.parameters,
                   "Value of a template's parameter; without it, the parameter has its default; may be "
                   "repeated")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_parameter, ""));
    app.add_flag("--watch", templates.watches,
                 "Look at the files of --template every second, and apply what has changed in them; tables "
                 "keep their items")
        ->envname("TAILRACE_WATCH")
        ->take_last();
    app.add_flag("--watch-may-drop", templates.may_drop,
                 "Let --template and --watch remove tables that are no longer declared, and re-create "
                 "tables whose keys have changed; their items are lost")
        ->envname("TAILRACE_WATCH_MAY_DROP")
        ->take_last();
}

void check_template_options(RawOptions& raw) {
    TemplateOptions& templates = raw.options.templates;
    const char* without_template = templates.watches         ? "--watch"
                                   : templates.may_drop      ? "--watch-may-drop"
                                   : !raw.parameters.empty() ? "--parameter"
                                                             : nullptr;
    if (without_template != nullptr && !templates.is_on()) {
        throw CLI::ValidationError(std::string(without_template) + " needs --template");
    }
    if (templates.is_on() && raw.options.table_delay_ms > 0) {
        throw CLI::ValidationError(
            "--template and --table-delay-ms cannot be used together: the tables of a template are there "
            "from "
            "the start");
    }
    for (const std::string& text : raw.parameters) {
        const std::size_t equals = text.find('=');
        templates.parameters[text.substr(0, equals)] = text.substr(equals + 1);
    }
}

}  // namespace tailrace::server
