#include "server/data/attribute_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/attribute_json.hpp"
#include "engine/model/nearest_name.hpp"
#include "engine/model/parse_number.hpp"
#include "server/data/data_file.hpp"
#include "server/signature/sha256.hpp"
#include "server/template/node.hpp"

namespace tailrace::server {
namespace {

constexpr std::size_t max_rules_file_bytes = 1024UL * 1024;
constexpr std::uint64_t max_sample = 1'000'000;
/// The hexadecimal digits of a hash: 128 bits.
constexpr std::size_t hash_digits = 32;

using Kind = AttributeRule::Kind;

struct RuleWord {
    std::string_view text;
    Kind kind;
};

constexpr std::array<RuleWord, 6> rule_words = {{
    {"keep", Kind::keep},
    {"hash", Kind::hash},
    {"fake name", Kind::fake_name},
    {"fake email", Kind::fake_email},
    {"fake text", Kind::fake_text},
    {"redact", Kind::redact},
}};

constexpr std::array<std::string_view, 32> first_names = {
    "Ada",   "Bela",  "Carla", "Dario", "Elif", "Farid", "Greta", "Hana", "Ivo",  "Jana", "Kofi",
    "Lena",  "Milo",  "Nora",  "Otto",  "Pia",  "Quinn", "Rosa",  "Sami", "Tara", "Umar", "Vera",
    "Wanda", "Xenia", "Yusuf", "Zoe",   "Amir", "Bruna", "Cleo",  "Dana", "Enzo", "Freya"};
constexpr std::array<std::string_view, 32> last_names = {
    "Adler",  "Brook", "Castle", "Dale",  "Elm",   "Field",  "Grove", "Hill",  "Isle",  "Jasper",    "Knoll",
    "Lake",   "Marsh", "North",  "Oakes", "Pond",  "Quarry", "Ridge", "Stone", "Thorn", "Underhill", "Vale",
    "Waters", "Yates", "Zander", "Ashby", "Birch", "Cliff",  "Dunes", "Ember", "Frost", "Glen"};
constexpr std::array<std::string_view, 16> words = {
    "amber",  "bridge",  "cloud",   "dawn",   "echo",  "forest", "garden", "harbor",
    "island", "juniper", "lantern", "meadow", "ocean", "pebble", "river",  "willow"};

[[noreturn]] void refuse_rule(const std::string& file, const Node& node, const std::string& message) {
    throw DataFault(file + ":" + std::to_string(node.line) + ": " + message);
}

AttributeRule rule_of(const std::string& file, const Node& node) {
    if (node.is_map() && node.members.size() == 1 && node.members.front().first == "redact" &&
        node.members.front().second.is_scalar()) {
        return {.kind = Kind::redact, .text = node.members.front().second.text};
    }
    const auto found = std::ranges::find(rule_words, node.text, &RuleWord::text);
    if (node.is_scalar() && found != rule_words.end()) return {.kind = found->kind};
    refuse_rule(file, node,
                "a rule is keep, hash, fake name, fake email, fake text, redact or { redact: TEXT }" +
                    (node.is_scalar() ? "; it is '" + node.text + "'" : std::string()));
}

std::string file_text(const std::string& file) {
    std::string text;
    try {
        read_data_file({.path = file}, [&](std::string_view piece) {
            text.append(piece);
            if (text.size() > max_rules_file_bytes) throw DataFault("has more than 1 MB");
        });
    } catch (const DataFault& fault) {
        throw DataFault("the rules " + file + " " + fault.what());
    }
    return text;
}

/// The first eight bytes of a hash, as a number.
std::uint64_t number_of(const Sha256& hash) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = (number << 8U) | hash[i];
    return number;
}

/// Returns an element that depends on byte number `place` of the hash.
template <std::size_t Size>
std::string_view chosen(const std::array<std::string_view, Size>& list, const Sha256& hash,
                        std::size_t place) {
    return list[hash[place] % Size];
}

std::string made_up(Kind kind, const Sha256& hash) {
    std::string text;
    if (kind == Kind::fake_text) {
        constexpr std::size_t word_count = 4;
        for (std::size_t i = 0; i < word_count; ++i)
            text.append(i == 0 ? "" : " ").append(chosen(words, hash, i));
        return text;
    }
    text.append(chosen(first_names, hash, 0)).append(kind == Kind::fake_name ? " " : ".");
    text.append(chosen(last_names, hash, 1));
    if (kind == Kind::fake_name) return text;
    constexpr std::size_t distinguishing_digits = 8;
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text.append(".").append(hex_of(hash), 2 * 2, distinguishing_digits).append("@example.com");
}

/// Hashes a value and what is inside it.
struct HashValue {
    const std::string& key;

    std::string operator()(const std::string& text) const {
        return hex_of(hmac_sha256(key, "S" + text)).substr(0, hash_digits);
    }
    Number operator()(const Number& number) const {
        constexpr std::uint64_t limit = 1'000'000'000'000'000;
        return static_cast<std::int64_t>(number_of(hmac_sha256(key, "N" + number.text())) % limit);
    }
    Binary operator()(const Binary& binary) const {
        const Sha256 hash = hmac_sha256(key, "B" + binary.bytes);
        return {std::string(bytes_of(hash).substr(0, hash_digits / 2))};
    }
    bool operator()(bool value) const { return value; }
    Null operator()(const Null&) const { return {}; }
    AttributeList operator()(const AttributeList& list) const {
        AttributeList hashed;
        for (const AttributeValue& each : list) hashed.push_back(all(each));
        return hashed;
    }
    AttributeMap operator()(const AttributeMap& map) const {
        std::vector<AttributeMap::Entry> entries;
        for (const auto& [name, each] : map) entries.emplace_back(name, all(each));
        return AttributeMap(std::move(entries));
    }
    template <typename T>
    ValueSet<T> operator()(const ValueSet<T>& set) const {
        ValueSet<T> hashed;
        for (const T& each : set.values) hashed.values.push_back((*this)(each));
        std::ranges::sort(hashed.values);
        // clang 14 cannot compile std::ranges::unique with g++'s library.
        hashed.values.erase(std::unique(hashed.values.begin(), hashed.values.end()), hashed.values.end());
        return hashed;
    }
    AttributeValue all(const AttributeValue& value) const {
        return std::visit([this](const auto& each) { return AttributeValue((*this)(each)); }, value.data());
    }
};

std::string text_of(const AttributeValue& value) {
    if (const auto* text = value.get_if<std::string>()) return *text;
    std::string json;
    append_json(json, value);
    return json;
}

}  // namespace

AttributeRules AttributeRules::read(const std::string& file, const std::string& key) {
    Node root;
    try {
        root = read_tree(file, file_text(file));
    } catch (const TemplateError& error) {
        throw DataFault(file + ": " + error.what());
    }
    if (!root.is_map())
        refuse_rule(file, root, "the rules are a map with attributes, default, sample and key");
    AttributeRules rules;
    for (const auto& [name, node] : root.members) {
        if (name == "attributes" && node.is_map()) {
            for (const auto& [path, rule] : node.members)
                rules.rules_.emplace(path, NamedRule{rule_of(file, rule)});
        } else if (name == "default") {
            rules.otherwise_ = rule_of(file, node);
        } else if (name == "key" && node.is_scalar() && !node.text.empty()) {
            rules.key_ = node.text;
        } else if (name == "sample" && node.is_scalar()) {
            const auto number = parse_number<std::uint64_t>(node.text);
            if (!number || *number == 0 || *number > max_sample)
                refuse_rule(file, node,
                            "sample is a number from 1 to 1000000: one in that many partitions is kept");
            rules.sample_ = *number;
        } else {
            refuse_rule(file, node,
                        "'" + name + "' is not attributes, default, sample or key, or has no value" +
                            did_you_mean(name, {"attributes", "default", "sample", "key"}));
        }
    }
    if (!key.empty()) rules.key_ = key;
    const auto needs_key = [](const AttributeRule& rule) {
        return rule.kind != Kind::keep && rule.kind != Kind::redact;
    };
    const bool is_needed =
        needs_key(rules.otherwise_) ||
        std::ranges::any_of(rules.rules_, [&](const auto& each) { return needs_key(each.second.rule); });
    if (is_needed && rules.key_.empty()) {
        throw DataFault(file +
                        ": hash and fake need a key, as the member key or in TAILRACE_RULES_KEY, so that "
                        "nobody without it can find out the values by trying");
    }
    return rules;
}

void AttributeRules::use_for(const std::vector<std::string>& table_keys) {
    table_keys_ = table_keys;
    for (const std::string& name : table_keys) {
        const auto found = rules_.find(name);
        if (found == rules_.end()) continue;
        const Kind kind = found->second.rule.kind;
        if (kind == Kind::keep || kind == Kind::hash) continue;
        throw DataFault("the rules must keep or hash " + name +
                        ", which is in the table's key; otherwise items would replace each other");
    }
}

bool AttributeRules::apply(AttributeMap& item) {
    if (sample_ > 1 && !table_keys_.empty()) {
        const AttributeValue* partition = item.find(table_keys_.front());
        if (partition != nullptr && number_of(hmac_sha256(key_, "P" + text_of(*partition))) % sample_ != 0)
            return false;
    }
    change_all(item, "");
    return true;
}

std::vector<std::string> AttributeRules::unused() const {
    std::vector<std::string> paths;
    for (const auto& [path, rule] : rules_) {
        if (!rule.is_used) paths.push_back(path);
    }
    return paths;
}

void AttributeRules::change_all(AttributeMap& map, const std::string& before) {
    std::vector<std::string> names;
    for (const auto& [name, value] : map) names.push_back(name);
    for (const std::string& name : names) change(*map.find(name), before + name);
}

void AttributeRules::change(AttributeValue& value, const std::string& path) {
    if (const auto found = rules_.find(path); found != rules_.end()) {
        found->second.is_used = true;
        return change_by(found->second.rule, value);
    }
    const bool is_key = std::ranges::find(table_keys_, path) != table_keys_.end();
    if (is_key) return;
    if (has_rules_below(path)) {
        if (auto* map = value.get_if<AttributeMap>()) return change_all(*map, path + ".");
        if (auto* list = value.get_if<AttributeList>()) {
            for (AttributeValue& each : *list) change(each, path);
            return;
        }
    }
    change_by(otherwise_, value);
}

void AttributeRules::change_by(const AttributeRule& rule, AttributeValue& value) const {
    switch (rule.kind) {
        case Kind::keep:
            return;
        case Kind::hash:
            value = HashValue{key_}.all(value);
            return;
        case Kind::redact:
            value = rule.text;
            return;
        default:
            value = made_up(rule.kind, hmac_sha256(key_, "S" + text_of(value)));
    }
}

bool AttributeRules::has_rules_below(const std::string& path) const {
    const std::string below = path + ".";
    const auto first = rules_.lower_bound(below);
    return first != rules_.end() && first->first.starts_with(below);
}

}  // namespace tailrace::server
