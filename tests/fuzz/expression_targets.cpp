#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "engine/expression/condition.hpp"
#include "engine/expression/key_condition.hpp"
#include "engine/expression/projection.hpp"
#include "engine/expression/update.hpp"
#include "engine/model/attribute_json.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace tailrace::fuzz {
namespace {

using namespace expression;

/// One attribute of each type; "k" and "s" are the key if one is needed.
const AttributeMap& sample_item() {
    static const AttributeMap item = parse_stored_item(R"({"k":{"S":"a"},"s":{"S":"abc"},"n":{"N":"5"},
        "b":{"B":"AAEC"},"t":{"BOOL":true},"z":{"NULL":true},
        "l":{"L":[{"N":"1"},{"S":"x"},{"L":[{"N":"2"}]},{"M":{"a":{"N":"3"}}}]},
        "m":{"M":{"a":{"N":"4"},"b":{"M":{"c":{"S":"deep"}}},"l":{"L":[{"N":"6"}]}}},
        "ss":{"SS":["a","b"]},"ns":{"NS":["1","2.5"]},"bs":{"BS":["AA==","AQ=="]}})");
    return item;
}

/// The placeholders "#k", ":n" and so on: a name for each attribute, a value of each type.
Placeholders sample_placeholders() {
    static const boost::json::value request =
        boost::json::parse(R"({"ExpressionAttributeNames":{"#k":"k","#s":"s","#n":"n","#l":"l","#m":"m",
            "#a":"a","#ss":"ss","#none":"none"},
        "ExpressionAttributeValues":{":s":{"S":"abc"},":p":{"S":"ab"},":n":{"N":"5"},":o":{"N":"-0.5"},
            ":b":{"B":"AAEC"},":t":{"BOOL":true},":z":{"NULL":true},":l":{"L":[{"N":"1"}]},
            ":m":{"M":{"a":{"N":"4"}}},":ss":{"SS":["b","c"]},":ns":{"NS":["2.5","3"]},":bs":{"BS":["AQ=="]},
            ":type":{"S":"SS"}}})");
    static const Placeholders placeholders = Placeholders::read(Request(request.as_object()));
    return placeholders;
}

void require_some(const std::vector<std::string>& names) {
    require(!names.empty(), "an expression refers to some attribute");
}

void check(const Condition& condition) {
    const Condition opposite = Condition::negation(condition);
    for (const AttributeMap& item : {sample_item(), AttributeMap()}) {
        require(condition.holds(item) != opposite.holds(item), "a condition or its negation holds");
    }
    require(condition.nested_attribute_names().size() <= condition.attribute_names().size(),
            "a path names the attribute that it goes into");
}

void check(const Projection& projection) {
    const AttributeMap part = projection.apply(sample_item());
    for (const auto& [name, value] : part) {
        const AttributeValue* whole = sample_item().find(name);
        require(whole != nullptr && value.type() == whole->type(),
                "a projected attribute has its type in the item");
        require(value.size_bytes() <= whole->size_bytes(), "a part is no larger than the whole");
    }
    require(projection.apply({}).empty(), "a projection of an empty item is empty");
    require_some(projection.attribute_names());
}

void check_changed(const Update& update, const AttributeMap& old_item, const AttributeMap& item) {
    require(parse_stored_item(to_json(item)) == item, "a changed item can be stored");
    const auto names = update.attribute_names();
    for (const auto& [name, value] : old_item) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        const AttributeValue* kept = item.find(name);
        require(kept != nullptr && *kept == value, "what an update does not name stays");
    }
    for (const auto& [name, value] : update.touched(item)) {
        require(std::find(names.begin(), names.end(), name) != names.end(),
                "an update names what it changes");
    }
}

/// An update counts as accepted if it binds, whether or not the item has what it needs.
void check(const Update& update) {
    require_some(update.attribute_names());
    const AttributeMap key = {{"k", "a"}};
    for (const bool exists : {true, false}) {
        const AttributeMap& old_item = exists ? sample_item() : key;
        try {
            check_changed(update, old_item, exists ? update.apply(old_item) : update.create(key));
        } catch (const ApiError& error) {
            require_answerable(error);
        }
    }
}

void check(const KeyCondition& condition) {
    const std::array<std::string, 1> partition = {"k"};
    const std::array<std::string, 1> sort = {"s"};
    const KeyMatch match = condition.match(partition, sort);
    require(match.partition.size() == 1 && match.sort.size() <= 1,
            "a match has the partition key and at most the sort key");
    require(condition.comparisons().size() == 1 + match.sort.size(),
            "a match has all comparisons of its condition");
}

template <typename Parse>
bool run(std::string_view input, Parse parse) {
    const auto text = as_text(input);
    if (!text) return false;
    Placeholders placeholders = sample_placeholders();
    try {
        check(parse(*text, placeholders));
    } catch (const ApiError& error) {
        require_answerable(error);
        return false;
    }
    return true;
}

}  // namespace

bool run_condition(std::string_view input) {
    return run(input, [](std::string_view text, Placeholders& placeholders) {
        return Condition::parse(text, ExpressionKind::condition, placeholders);
    });
}

bool run_key_condition(std::string_view input) {
    return run(input, KeyCondition::parse);
}

bool run_projection(std::string_view input) {
    return run(input, Projection::parse);
}

bool run_update(std::string_view input) {
    return run(input, Update::parse);
}

}  // namespace tailrace::fuzz
