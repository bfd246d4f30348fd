#include "stream/mapping/filter/filter_criteria.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "engine/model/json_text.hpp"
#include "stream/mapping/filter/value_matcher.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

using Path = std::vector<std::string>;

/// The alternatives for one field of a record.
struct Leaf {
    std::string key;
    /// The path from the record's root, including the key.
    Path path;
    std::vector<ValueMatcher> alternatives{};
    bool may_be_absent = false;
};

}  // namespace

/// A compiled object of a pattern.
struct FilterCriteria::Fields {
    struct Object {
        std::string key;
        std::shared_ptr<const Fields> fields;
    };
    std::vector<Leaf> leaves;
    std::vector<Object> objects;
    /// One list for each $or.
    std::vector<std::vector<Fields>> choices;
};

namespace {

using Fields = FilterCriteria::Fields;

constexpr std::string_view or_key = "$or";

/// Operators that are refused as names of fields inside $or, because there they are a mistake.
constexpr std::array<std::string_view, 9> not_names_in_or = {
    "exactly", "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but",
    "numeric", "cidr",   "exists"};

class Compiler {
  public:
    Fields compile(const json::value& value) {
        if (!value.is_object() || value.get_object().empty()) throw InvalidFilterPattern();
        Fields fields;
        for (const json::key_value_pair& member : value.get_object()) add(fields, member);
        return fields;
    }

  private:
    void add(Fields& fields, const json::key_value_pair& member) {
        if (member.key() == or_key) {
            fields.choices.push_back(compile_choice(member.value()));
            return;
        }
        if (choice_depth_ > 0 &&
            std::ranges::find(not_names_in_or, std::string_view(member.key())) != not_names_in_or.end())
            throw InvalidFilterPattern();
        std::string key(member.key());
        path_.push_back(key);
        if (member.value().is_array()) {
            fields.leaves.push_back(compile_leaf(std::move(key), member.value().get_array()));
        } else {
            auto nested = std::make_shared<const Fields>(compile(member.value()));
            fields.objects.push_back({std::move(key), std::move(nested)});
        }
        path_.pop_back();
    }

    std::vector<Fields> compile_choice(const json::value& value) {
        constexpr std::size_t fewest = 2;
        if (!value.is_array() || value.get_array().size() < fewest) throw InvalidFilterPattern();
        ++choice_depth_;
        std::vector<Fields> choice;
        for (const json::value& each : value.get_array()) choice.push_back(compile(each));
        --choice_depth_;
        return choice;
    }

    Leaf compile_leaf(std::string key, const json::array& alternatives) const {
        if (alternatives.empty()) throw InvalidFilterPattern();
        Leaf leaf{.key = std::move(key), .path = path_};
        for (const json::value& each : alternatives) {
            leaf.alternatives.push_back(make_value_matcher(each));
            const json::object* object = each.if_object();
            const json::value* exists = object == nullptr ? nullptr : object->if_contains("exists");
            if (exists != nullptr && !exists->get_bool()) leaf.may_be_absent = true;
        }
        return leaf;
    }

    Path path_;
    int choice_depth_ = 0;
};

/// Returns whether there is a value at the path that is neither an object nor a list. For a list, any of its
/// elements counts.
bool has_value(const json::value& at, std::span<const std::string> path) {
    if (at.is_array()) {
        return std::ranges::any_of(at.get_array(),
                                   [path](const json::value& each) { return has_value(each, path); });
    }
    if (path.empty()) return !at.is_object();
    const json::value* next = at.is_object() ? at.get_object().if_contains(path.front()) : nullptr;
    return next != nullptr && has_value(*next, path.subspan(1));
}

/// Compares one record with compiled patterns.
class Matcher {
  public:
    explicit Matcher(const json::value& record) : record_(record) {}

    /// Looks for the fields in `at`, which is null if the record has nothing there.
    bool matches(const Fields& fields, const json::value* at) const {
        if (at != nullptr && at->is_array() && has_objects(at->get_array())) {
            return std::ranges::any_of(at->get_array(), [&](const json::value& each) {
                return each.is_structured() && matches(fields, &each);
            });
        }
        const json::object* object = at == nullptr ? nullptr : at->if_object();
        const auto under = [object](const std::string& key) {
            return object == nullptr ? nullptr : object->if_contains(key);
        };
        return std::ranges::all_of(fields.leaves,
                                   [&](const Leaf& leaf) { return matches(leaf, under(leaf.key)); }) &&
               std::ranges::all_of(
                   fields.objects,
                   [&](const auto& each) { return matches(*each.fields, under(each.key)); }) &&
               std::ranges::all_of(fields.choices, [&](const std::vector<Fields>& choice) {
                   return std::ranges::any_of(choice, [&](const Fields& each) { return matches(each, at); });
               });
    }

  private:
    static bool has_objects(const json::array& list) {
        return std::ranges::any_of(list, [](const json::value& each) {
            return each.is_object() || (each.is_array() && has_objects(each.get_array()));
        });
    }

    bool matches(const Leaf& leaf, const json::value* at) const {
        if (leaf.may_be_absent && !has_value(record_, leaf.path)) return true;
        return at != nullptr && has_match(leaf, *at);
    }

    static bool has_match(const Leaf& leaf, const json::value& value) {
        if (value.is_object()) return false;
        if (value.is_array()) {
            return std::ranges::any_of(value.get_array(),
                                       [&](const json::value& each) { return has_match(leaf, each); });
        }
        return std::ranges::any_of(leaf.alternatives,
                                   [&](const ValueMatcher& alternative) { return alternative(value); });
    }

    const json::value& record_;
};

}  // namespace

FilterCriteria::FilterCriteria(const std::vector<std::string>& patterns) {
    if (patterns.size() > max_filters) {
        throw std::invalid_argument("A mapping has at most " + std::to_string(max_filters) + " filters.");
    }
    for (const std::string& pattern : patterns) {
        if (pattern.size() > max_filter_length) throw InvalidFilterPattern();
        json::error_code error;
        const json::value parsed = parse_json(pattern, error);
        if (error) throw InvalidFilterPattern();
        patterns_.push_back(std::make_shared<const Fields>(Compiler().compile(parsed)));
    }
}

bool FilterCriteria::matches(const json::value& record) const {
    const Matcher matcher(record);
    return patterns_.empty() || std::ranges::any_of(patterns_, [&](const auto& pattern) {
               return matcher.matches(*pattern, &record);
           });
}

}  // namespace tailrace::stream
