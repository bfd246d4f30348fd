#include "server/template/terraform.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/json_text.hpp"
#include "server/template/gaps.hpp"
#include "server/template/terraform_functions.hpp"
#include "server/template/terraform_references.hpp"
#include "server/template/terraform_table.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

void collect_resources(const Node& module, std::vector<TerraformResource>& resources) {
    for (const Node& each : module.items_of("resources")) {
        const Node* const values = each.find("values");
        if (values == nullptr || !values->is_map()) continue;
        resources.push_back({.address = each.text_of("address"),
                             .module = module.text_of("address"),
                             .type = each.text_of("type"),
                             .name = each.text_of("name"),
                             .index = each.text_of("index"),
                             .is_data = each.text_of("mode") == "data",
                             .values = values});
    }
    for (const Node& each : module.items_of("child_modules")) collect_resources(each, resources);
}

const Node* root_module(const Node* values) {
    return values == nullptr ? nullptr : values->find("root_module");
}

/// Returns the resources of a state, or those that a plan leads to. A plan has its data sources in its
/// `prior_state`.
std::vector<TerraformResource> resources_of(const Node& root, const std::string& file) {
    std::vector<TerraformResource> resources;
    if (const Node* const state = root_module(root.find("values"))) {
        collect_resources(*state, resources);
        return resources;
    }
    const Node* const planned = root_module(root.find("planned_values"));
    if (planned == nullptr) {
        throw TemplateError(file +
                            ": there is neither a state nor a plan in it; it has to be the output of "
                            "terraform show -json");
    }
    collect_resources(*planned, resources);
    const Node* const before = root.find("prior_state");
    std::vector<TerraformResource> earlier;
    if (const Node* const state = root_module(before == nullptr ? nullptr : before->find("values"))) {
        collect_resources(*state, earlier);
    }
    for (TerraformResource& each : earlier) {
        if (each.is_data) resources.push_back(std::move(each));
    }
    return resources;
}

/// Adds an aws_dynamodb_table_item to its table.
void add_table_item(const TerraformResource& resource, Declarations& into, Gaps& gaps) {
    const Node& values = *resource.values;
    const std::string& table = values.text_of("table_name");
    json::error_code error;
    const json::value item = parse_json(values.text_of("item"), error);
    if (error || !item.is_object()) {
        gaps.add(values.line, resource.address + " is not put: its item is not a JSON object");
        return;
    }
    for (DeclaredTable& each : into.tables) {
        if (each.create_table.at("TableName").as_string() != table) continue;
        each.items.push_back(item.get_object());
        return;
    }
    gaps.add(values.line, resource.address + " is not put: its table is not in this file");
}

/// Resources of other types, by their type. All instances of one resource count as one name.
class TerraformOthers {
  public:
    void add(const TerraformResource& resource) {
        Names& others = types_.try_emplace(resource.type, Names{resource.values->line, {}}).first->second;
        if (others.names.find(resource.name) == std::string::npos) {
            others.names.append(others.names.empty() ? "" : ", ").append(resource.name);
        }
    }
    void note(Gaps& gaps) const {
        for (const auto& [type, others] : types_) {
            gaps.add(others.first_line, type + " is not made here: " + others.names);
        }
    }

  private:
    struct Names {
        int first_line;
        std::string names;
    };
    std::map<std::string, Names, std::less<>> types_;
};

void read_table_of(const TerraformResource& resource, Declarations& into, Gaps& gaps) {
    if (resource.values->text_of("name").empty()) {
        gaps.add(resource.values->line, resource.address +
                                            " is not made: the plan does not know its name; "
                                            "take the state after terraform apply");
        return;
    }
    into.tables.push_back(read_terraform_table(resource.address, *resource.values, gaps));
}

}  // namespace

Declarations read_terraform(const Node& root, const std::filesystem::path& file) {
    const std::vector<TerraformResource> resources = resources_of(root, file.string());
    const TerraformReferences references(root, resources);
    Gaps gaps(file.string());
    TerraformFunctions functions(resources, references, file.parent_path(), gaps);
    Declarations declared;
    TerraformOthers others;
    for (const TerraformResource& each : resources) {
        if (each.is_data) continue;
        if (each.type == "aws_dynamodb_table") {
            read_table_of(each, declared, gaps);
        } else if (each.type == "aws_lambda_function") {
            if (auto function = functions.read_function(each))
                declared.functions.push_back(*std::move(function));
        } else if (each.type == "aws_lambda_event_source_mapping") {
            if (auto mapping = functions.read_mapping(each)) declared.mappings.push_back(*std::move(mapping));
        } else if (each.type != "aws_dynamodb_table_item" && each.type != "aws_lambda_layer_version") {
            others.add(each);
        }
    }
    for (const TerraformResource& each : resources) {
        if (!each.is_data && each.type == "aws_dynamodb_table_item") add_table_item(each, declared, gaps);
    }
    others.note(gaps);
    declared.gaps = gaps.take();
    return declared;
}

}  // namespace tailrace::server
