#include "engine/validation/key_schema_rules.hpp"

#include <algorithm>
#include <string>

#include "engine/model/listed.hpp"
#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

constexpr auto max_attributes_per_key_part = 4;

bool has_repeated_name(const std::vector<KeyElement>& key) {
    for (auto each = key.begin(); each != key.end(); ++each) {
        if (std::ranges::find(each + 1, key.end(), each->name, &KeyElement::name) != key.end()) return true;
    }
    return false;
}

}  // namespace

std::vector<KeyElement> key_elements(const Request& owner) {
    const json::array& schema = *owner.list("KeySchema");
    std::vector<KeyElement> elements;
    elements.reserve(schema.size());
    for (const json::value& each : schema) {
        const Request element = owner.element(each);
        elements.push_back({*element.text("AttributeName"), element.text("KeyType") == "HASH"});
    }
    return elements;
}

DefinedAttributes::DefinedAttributes(const Request& request) {
    const json::array& definitions = *request.list("AttributeDefinitions");
    names_.reserve(definitions.size());
    for (const json::value& each : definitions) {
        const std::string_view name = *request.element(each).text("AttributeName");
        if (!known_.insert(name).second) {
            refuse("Attribute Name is duplicated: " + std::string(name));
        }
        names_.push_back(name);
    }
}

void check_defined(const std::vector<KeyElement>& key, const DefinedAttributes& definitions) {
    const auto is_undefined = [&definitions](const KeyElement& element) {
        return !definitions.contains(element.name);
    };
    if (std::ranges::any_of(key, is_undefined)) {
        refuse_parameters("Some index key attributes are not defined in AttributeDefinitions. Keys: [" +
                          listed(key, &KeyElement::name) + "], AttributeDefinitions: [" +
                          listed(definitions.names()) + "]");
    }
}

void check_simple_key(const std::vector<KeyElement>& key) {
    if (has_repeated_name(key)) {
        refuse("Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if (!key[0].is_hash) refuse("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    if (key.size() > 1 && key[1].is_hash) {
        refuse("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
}

void check_multi_attribute_key(const std::vector<KeyElement>& key) {
    const bool is_pair = key.size() == 2 && key[0].is_hash && !key[1].is_hash;
    if (has_repeated_name(key)) {
        refuse(is_pair ? "Both the Hash Key and the Range Key element in the KeySchema have the same name"
                       : "The KeySchema contains multiple key attributes with the same name");
    }
    if (!key[0].is_hash) refuse("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    if (!std::ranges::is_partitioned(key, &KeyElement::is_hash)) {
        refuse_parameters("All HASH key attributes must precede RANGE key attributes in the KeySchema");
    }
    const auto hashes = std::ranges::count_if(key, &KeyElement::is_hash);
    if (hashes > max_attributes_per_key_part) {
        refuse_parameters("The KeySchema exceeds the maximum allowed number of HASH key attributes");
    }
    if (std::ssize(key) - hashes > max_attributes_per_key_part) {
        refuse_parameters("The KeySchema exceeds the maximum allowed number of RANGE key attributes");
    }
}

}  // namespace tailrace::validation
