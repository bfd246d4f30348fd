// No member is accepted and then ignored. For each member of each request in the service model, there is a
// sample request whose outcome changes if the member is removed or gets another value. The only exceptions
// are the members listed in member_effects.json, which are refused, or have no effect on AWS either. The
// samples are in sample_requests.json. Those that need other requests before them, or whose condition fails,
// are in member_effects.json.

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/validation/shape_check.hpp"
#include "engine/validation/shape_table.hpp"
#include "tests/catch.hpp"
#include "tests/inputs/sample_engine.hpp"
#include "tests/inputs/sample_requests.hpp"
#include "tests/request_json.hpp"

namespace tailrace::inputs {
namespace {

namespace json = boost::json;
using validation::Kind;
using validation::Shape;

/// Paths of member names from the request down, joined by dots: "Tags.Key". Elements of lists and maps share
/// a path.
using Paths = std::set<std::string>;

std::string below(const std::string& path, std::string_view name) {
    std::string joined = path.empty() ? path : path + ".";
    return joined.append(name);
}

/// The types of an attribute value are not members that could be ignored: they are the stored data.
bool is_attribute_value(const Shape& shape) {
    return shape.name == "AttributeValue";
}

void add_members(const Shape& shape, const std::string& path, Paths& to) {
    if (is_attribute_value(shape)) return;
    for (const validation::Member& member : shape.members) {
        const std::string name = below(path, member.name);
        to.insert(name);
        add_members(*member.shape, name, to);
    }
    if (shape.element != nullptr) add_members(*shape.element, path, to);
}

/// One place of a body that has a member.
struct Place {
    std::string path;
    const Shape* shape;
    /// Its place in the body, like a JSON pointer without escapes.
    std::vector<std::string> way;
};

void add_places(const json::value& value, const Shape& shape, const Place& at, std::vector<Place>& to) {
    if (is_attribute_value(shape)) return;
    const auto next = [&](std::string step) {
        Place place = at;
        place.way.push_back(std::move(step));
        return place;
    };
    if (const auto* list = value.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            add_places((*list)[i], *shape.element, next(std::to_string(i)), to);
        }
        return;
    }
    const auto* object = value.if_object();
    if (object == nullptr) return;
    if (shape.kind == Kind::map) {
        for (const auto& each : *object) add_places(each.value(), *shape.element, next(each.key()), to);
        return;
    }
    for (const validation::Member& member : shape.members) {
        const json::value* inner = object->if_contains(member.name);
        if (inner == nullptr) continue;
        Place place = next(std::string(member.name));
        place.path = below(at.path, member.name);
        place.shape = member.shape;
        to.push_back(place);
        add_places(*inner, *member.shape, place, to);
    }
}

/// The object or list that contains the place.
json::value& owner(json::value& body, const Place& place) {
    json::value* at = &body;
    for (std::size_t i = 0; i + 1 < place.way.size(); ++i) {
        at = at->is_array() ? &at->as_array()[std::stoul(place.way[i])] : &at->as_object()[place.way[i]];
    }
    return *at;
}

json::value other_attribute_value(const json::object& value) {
    if (value.contains("S")) return {{"S", "zz"}};
    if (value.contains("N")) return {{"N", "77"}};
    return {{"B", "Bw=="}};
}

std::vector<json::value> other_elements(const json::value& value, const Shape& shape);

/// Other valid values for `value`, with a different meaning.
std::vector<json::value> others(const json::value& value, const Shape& shape) {
    if (is_attribute_value(shape)) return {other_attribute_value(value.as_object())};
    switch (shape.kind) {
        case Kind::string: {
            std::vector<json::value> all(shape.allowed.begin(), shape.allowed.end());
            std::erase(all, value);
            if (all.empty()) all.emplace_back(std::string(value.as_string()) + "0");
            return all;
        }
        case Kind::boolean:
            return {!value.as_bool()};
        case Kind::integer:
        case Kind::long_integer:
            return {value.as_int64() + 1};
        case Kind::list:
        case Kind::map:
            return other_elements(value, shape);
        default:
            return {};
    }
}

std::vector<json::value> other_elements(const json::value& value, const Shape& shape) {
    std::vector<json::value> all;
    if (const auto* list = value.if_array(); list != nullptr && !list->empty()) {
        json::array fewer = *list;
        fewer.pop_back();
        all.emplace_back(std::move(fewer));
        for (json::value& other : others(list->front(), *shape.element)) {
            json::array changed = *list;
            changed.front() = std::move(other);
            all.emplace_back(std::move(changed));
        }
    }
    if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
        const auto& first = *object->begin();
        for (json::value& other : others(first.value(), *shape.element)) {
            json::object changed = *object;
            changed[first.key()] = std::move(other);
            all.emplace_back(std::move(changed));
        }
    }
    return all;
}

/// The bodies that differ from `body` only at `place` and have a valid shape.
std::vector<json::object> changes(std::string_view operation, const json::value& body, const Place& place) {
    std::vector<json::object> all;
    const auto add = [&](const json::value& changed) {
        try {
            validation::check_shape(operation, changed.as_object());
            all.push_back(changed.as_object());
        } catch (const ApiError&) {
            return;
        }
    };
    json::value without = body;
    owner(without, place).as_object().erase(place.way.back());
    add(without);
    json::value with = body;
    json::value& member = owner(with, place).as_object()[place.way.back()];
    for (json::value& other : others(json::value(member), *place.shape)) {
        member = std::move(other);
        add(with);
    }
    return all;
}

/// The members used in the samples, and those of them that make a difference.
struct Tried {
    std::map<std::string, Paths> given;
    std::map<std::string, Paths> effective;
};

void try_members(const SampleEngine& engine, const SampleRequest& sample, Tried& tried) {
    const json::value body = tests::request_json(engine.filled_in(json::serialize(sample.body)));
    const std::string outcome = engine.outcome(sample, body.as_object());
    const std::string answer = outcome.substr(0, outcome.find('\n'));
    INFO(sample.operation << " " << json::serialize(body) << " is answered " << answer);
    const bool same_again = engine.outcome(sample, body.as_object()) == outcome;
    REQUIRE(same_again);
    REQUIRE((!answer.starts_with(R"({"__type")") || !sample.written));
    std::vector<Place> places;
    add_places(body, *sample.shape, {"", sample.shape, {}}, places);
    Paths& effective = tried.effective[sample.operation];
    for (const Place& place : places) {
        tried.given[sample.operation].insert(place.path);
        if (effective.contains(place.path)) continue;
        const auto bodies = changes(sample.operation, body, place);
        const bool matters = std::ranges::any_of(
            bodies, [&](const json::object& changed) { return engine.outcome(sample, changed) != outcome; });
        if (matters) effective.insert(place.path);
    }
    // A structure makes a difference if one of its members does.
    for (const Place& place : places) {
        const auto inner = effective.lower_bound(place.path + ".");
        if (inner != effective.end() && inner->starts_with(place.path + ".")) effective.insert(place.path);
    }
}

/// Reads member_effects.json.
json::object written_effects() {
    std::ifstream file(TAILRACE_MEMBER_EFFECTS);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return json::parse(text).as_object();
}

std::string text_of(const json::value& line, const char* name) {
    return line.at(name).as_string().c_str();
}

/// Samples whose condition fails, or that need other requests before them.
std::vector<SampleRequest> further_requests(const json::object& effects) {
    std::vector<SampleRequest> all;
    for (const json::value& line : effects.at("samples").as_array()) {
        const std::string operation = text_of(line, "operation");
        SampleRequest sample{.operation = operation,
                             .shape = validation::find_input_shape(operation),
                             .body = line.at("body"),
                             .written = false};
        if (const json::value* before = line.as_object().if_contains("before")) {
            for (const json::value& each : before->as_array()) {
                sample.before.emplace_back(text_of(each, "operation"), each.at("body").as_object());
            }
        }
        all.push_back(std::move(sample));
    }
    return all;
}

/// The members without effect, by operation.
std::map<std::string, Paths> members_without_effect(const json::object& effects) {
    std::map<std::string, Paths> all;
    for (const json::value& line : effects.at("without effect").as_array()) {
        for (const json::value& member : line.at("members").as_array()) {
            all[text_of(line, "operation")].insert(member.as_string().c_str());
        }
    }
    return all;
}

/// Removes the refused members, and everything in them, from `members`.
void take_out_refused(const json::object& effects, const std::string& operation, Paths& members) {
    for (const json::value& line : effects.at("refused").as_array()) {
        if (text_of(line, "operation") != operation) continue;
        for (const json::value& name : line.at("members").as_array()) {
            const std::string path = name.as_string().c_str();
            std::erase_if(members, [&](const std::string& each) {
                return each == path || each.starts_with(path + ".");
            });
        }
    }
}

std::set<std::string> refused_operations(const json::object& effects) {
    std::set<std::string> all;
    for (const json::value& line : effects.at("refused operations").as_array()) {
        all.insert(text_of(line, "operation"));
    }
    return all;
}

/// "ValidationException: ..." for an error's body.
std::string message_of(const std::string& body) {
    const json::value error = tests::request_json(body);
    const std::string type = text_of(error, "__type");
    return type.substr(type.find('#') + 1) + ": " + text_of(error, "message");
}

std::string joined(const std::string& operation, const Paths& members) {
    std::string text;
    for (const std::string& each : members) text += operation + " " + each + "\n";
    return text;
}

}  // namespace

TEST_CASE("each member of a request makes a difference or is known to make none", "[member_effects]") {
    const SampleEngine engine;
    const json::object effects = written_effects();
    const auto idle = members_without_effect(effects);
    const auto refused = refused_operations(effects);
    Tried tried;
    for (const SampleRequest& sample : sample_requests()) {
        if (sample.written) try_members(engine, sample, tried);
    }
    for (const SampleRequest& sample : further_requests(effects)) try_members(engine, sample, tried);
    std::string forgotten;
    std::string wrong;
    for (const validation::OperationShape& each : validation::operation_shapes) {
        const std::string operation(each.operation);
        if (!engine.knows(operation) || refused.contains(operation)) continue;
        Paths unknown;
        add_members(*each.input, "", unknown);
        take_out_refused(effects, operation, unknown);
        for (const std::string& path : tried.effective[operation]) unknown.erase(path);
        const Paths lines = idle.contains(operation) ? idle.at(operation) : Paths();
        for (const std::string& path : lines) {
            if (unknown.erase(path) == 0 || !tried.given[operation].contains(path)) {
                wrong += operation + " " + path + "\n";
            }
        }
        forgotten += joined(operation, unknown);
    }
    INFO("no sample shows what these members change:\n" << forgotten);
    CHECK(forgotten.empty());
    INFO("these members are in no sample, or change something after all:\n" << wrong);
    CHECK(wrong.empty());
}

TEST_CASE("a member that would be forgotten is refused", "[member_effects]") {
    const SampleEngine engine;
    const json::object effects = written_effects();
    for (const json::value& line : effects.at("refused").as_array()) {
        const std::string operation = text_of(line, "operation");
        for (const json::value& name : line.at("members").as_array()) {
            json::object body = line.at("beside").as_object();
            INFO(operation << " " << name);
            const std::string member = name.as_string().c_str();
            body[member] = line.at("values").at(member);
            CHECK(message_of(engine.answer(operation, body)) ==
                  "ValidationException: " + member +
                      " is not supported by Tailrace: " + text_of(line, "reason"));
        }
    }
}

TEST_CASE("an operation that reads nothing refuses everything", "[member_effects]") {
    const SampleEngine engine;
    const json::object effects = written_effects();
    for (const json::value& line : effects.at("refused operations").as_array()) {
        INFO(text_of(line, "operation"));
        CHECK(message_of(engine.answer(text_of(line, "operation"), line.at("body").as_object())) ==
              text_of(line, "answer"));
    }
}

}  // namespace tailrace::inputs
