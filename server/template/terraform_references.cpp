#include "server/template/terraform_references.hpp"

#include <algorithm>
#include <cstddef>

namespace tailrace::server {
namespace {

/// What one lookup may follow. Real configurations need a few dozens.
constexpr std::size_t max_steps = 10'000;
constexpr std::size_t max_depth = 32;
/// No configuration needs more targets. Beyond this number, only targets with the same index as the referring
/// resource are added.
constexpr std::size_t max_targets = 64;

/// Splits "module.songs[\"a.b\"].aws_dynamodb_table.music" at its dots; indexes stay with their words.
std::vector<std::string> words_of(std::string_view address) {
    std::vector<std::string> words(1);
    bool is_quoted = false;
    std::size_t brackets = 0;
    for (const char each : address) {
        if (each == '"') is_quoted = !is_quoted;
        if (!is_quoted && each == '[') ++brackets;
        if (!is_quoted && each == ']' && brackets > 0) --brackets;
        if (!is_quoted && brackets == 0 && each == '.') {
            words.emplace_back();
        } else {
            words.back().push_back(each);
        }
    }
    return words;
}

std::string_view without_index(std::string_view word) {
    return word.substr(0, word.find('['));
}

/// Returns the names of the modules in a module's address, without indexes.
std::vector<std::string> module_names(std::string_view address) {
    std::vector<std::string> names;
    const std::vector<std::string> words = words_of(address);
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) names.emplace_back(without_index(words[i + 1]));
    return names;
}

/// Returns true for "aws_dynamodb_table.music" and "aws_dynamodb_table.music[0].stream_arn".
bool is_part_of(std::string_view shorter, std::string_view longer) {
    if (!longer.starts_with(shorter)) return false;
    return longer.size() == shorter.size() || longer[shorter.size()] == '.' || longer[shorter.size()] == '[';
}

const Node* member(const Node* owner, std::string_view name) {
    return owner == nullptr ? nullptr : owner->find(name);
}

}  // namespace

const Node* block_of(const Node& owner, std::string_view name) {
    const auto& blocks = owner.items_of(name);
    return blocks.empty() || !blocks.front().is_map() ? nullptr : &blocks.front();
}

struct TerraformReferences::Search {
    const TerraformResource& from;
    std::string_view type;
    std::vector<const TerraformResource*> found = {};
    std::size_t steps = 0;
    std::size_t depth = 0;
};

TerraformReferences::TerraformReferences(const Node& root, const std::vector<TerraformResource>& resources)
    : root_module_(member(root.find("configuration"), "root_module")) {
    for (const TerraformResource& each : resources) by_name_.emplace(each.type + "." + each.name, &each);
}

const Node* TerraformReferences::module_at(const std::vector<std::string>& module) const {
    const Node* at = root_module_;
    for (const std::string& name : module) at = member(member(member(at, "module_calls"), name), "module");
    return at;
}

std::vector<const TerraformResource*> TerraformReferences::targets(const TerraformResource& from,
                                                                   std::string_view argument,
                                                                   std::string_view type) const {
    Search search{.from = from, .type = type};
    const std::vector<std::string> names = module_names(from.module);
    const Node* const module = module_at(names);
    if (module == nullptr) return {};
    const std::string address = from.type + "." + from.name;
    for (const Node& each : module->items_of("resources")) {
        if (each.text_of("address") != address) continue;
        follow(search, names, member(each.find("expressions"), argument));
    }
    const auto same_index = std::ranges::find_if(search.found, [&from](const TerraformResource* each) {
        return !from.index.empty() && each->index == from.index;
    });
    if (same_index != search.found.end()) return {*same_index};
    return search.found;
}

void TerraformReferences::follow(Search& search, const std::vector<std::string>& module,
                                 const Node* expression) const {
    if (expression == nullptr || search.depth == max_depth) return;
    ++search.depth;
    // After "aws_dynamodb_table.music[0].stream_arn", the list also has "aws_dynamodb_table.music[0]" and
    // "aws_dynamodb_table.music". Only the longest one says which instance is meant.
    std::string_view longest;
    for (const Node& each : expression->items_of("references")) {
        if (is_part_of(each.text, longest)) continue;
        longest = each.text;
        if (++search.steps > max_steps) break;
        follow_reference(search, module, each.text);
    }
    --search.depth;
}

void TerraformReferences::follow_reference(Search& search, const std::vector<std::string>& module,
                                           std::string_view reference) const {
    const std::vector<std::string> words = words_of(reference);
    if (words.size() < 2) return;
    if (words[0] == "var" && !module.empty()) {
        const std::vector<std::string> caller(module.begin(), module.end() - 1);
        const Node* const call = member(member(module_at(caller), "module_calls"), module.back());
        follow(search, caller, member(member(call, "expressions"), without_index(words[1])));
    } else if (words[0] == "module") {
        std::vector<std::string> called = module;
        called.emplace_back(without_index(words[1]));
        if (words.size() < 3) return;
        const Node* const outputs = member(module_at(called), "outputs");
        follow(search, called, member(member(outputs, without_index(words[2])), "expression"));
    } else {
        add_instances(search, module, reference);
    }
}

void TerraformReferences::add_instances(Search& search, const std::vector<std::string>& module,
                                        std::string_view reference) const {
    const std::vector<std::string> words = words_of(reference);
    if (words[0] != search.type) return;
    const std::string_view index = std::string_view(words[1]).substr(without_index(words[1]).size());
    const auto named = by_name_.equal_range(words[0] + "." + std::string(without_index(words[1])));
    for (auto place = named.first; place != named.second; ++place) {
        const TerraformResource* const each = place->second;
        const bool has_same_index = !search.from.index.empty() && each->index == search.from.index;
        if (search.found.size() >= max_targets && !has_same_index) continue;
        const bool is_named = each->address.ends_with(index) && module_names(each->module) == module;
        if (!is_named || std::ranges::find(search.found, each) != search.found.end()) continue;
        search.found.push_back(each);
    }
}

}  // namespace tailrace::server
