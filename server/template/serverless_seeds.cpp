#include "server/template/serverless_seeds.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <utility>

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Returns an attribute in DynamoDB's JSON as the document clients make it. A number keeps its digits.
json::object attribute_of(const Node& value) {
    if (value.kind == Node::Kind::null) return {{"NULL", true}};
    if (value.is_list()) {
        json::array elements;
        for (const Node& each : value.items) elements.push_back(attribute_of(each));
        return {{"L", std::move(elements)}};
    }
    if (value.is_map()) {
        json::object members;
        for (const auto& [name, member] : value.members) members[name] = attribute_of(member);
        return {{"M", std::move(members)}};
    }
    const json::value scalar = to_json(value);
    if (scalar.is_bool()) return {{"BOOL", scalar}};
    if (scalar.is_number()) return {{"N", value.text}};
    return {{"S", value.text}};
}

json::object item_of(const Node& item, bool is_raw) {
    if (!item.is_map()) throw TemplateError(item.line, "an item of a seed is not an object");
    if (is_raw) return to_json(item).as_object();
    json::object made;
    for (const auto& [name, value] : item.members) made[name] = attribute_of(value);
    return made;
}

/// Reads the files of one table.
void add_files(const Node& files, bool is_raw, ServerlessVariables& variables, DeclaredTable& table) {
    for (const Node& each : files.items) {
        const Node* const content = variables.file(each.text, each.line);
        if (content == nullptr) throw TemplateError(each.line, "there is no file '" + each.text + "'");
        if (!content->is_list()) throw TemplateError(each.line, "'" + each.text + "' is not a list of items");
        for (const Node& item : content->items) table.items.push_back(item_of(item, is_raw));
    }
}

void add_source(const Node& source, ServerlessVariables& variables, Declarations& declared, Gaps& gaps) {
    const std::string& name = source.text_of("table");
    const auto table = std::ranges::find(declared.tables, name, &DeclaredTable::name);
    if (table == declared.tables.end()) {
        gaps.add(source.line,
                 "the seed of the table " + name + " is not loaded; the table is not in this file");
        return;
    }
    if (const Node* const files = source.find("sources")) add_files(*files, false, variables, *table);
    if (const Node* const files = source.find("rawsources")) add_files(*files, true, variables, *table);
}

}  // namespace

void add_serverless_seeds(const Node& custom, ServerlessVariables& variables, Declarations& declared,
                          Gaps& gaps) {
    for (const char* section : {"dynamodb", "serverless-dynamodb"}) {
        const Node* const plugin = custom.find(section);
        const Node* const seeds = plugin == nullptr ? nullptr : plugin->find("seed");
        if (seeds == nullptr) continue;
        for (const auto& [category, seed] : seeds->members) {
            for (const Node& each : seed.items_of("sources")) add_source(each, variables, declared, gaps);
        }
    }
}

}  // namespace tailrace::server
