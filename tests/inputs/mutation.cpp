#include "tests/inputs/mutation.hpp"

#include <algorithm>
#include <vector>

#include "tests/inputs/hostile_values.hpp"
#include "tests/inputs/sample_values.hpp"

namespace tailrace::inputs {
namespace {

namespace json = boost::json;
using validation::Kind;
using validation::Shape;

/// Takes a value's place until the text is made, since the replacement may not be JSON.
std::string marker(int number) {
    return "@@" + std::to_string(number) + "@@";
}

void replace(std::string& body, int number, const std::string& raw) {
    const std::string quoted = '"' + marker(number) + '"';
    const std::size_t at = body.find(quoted);
    if (at != std::string::npos) body.replace(at, quoted.size(), raw);
}

std::string other_case(std::string name) {
    for (char& c : name) {
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        } else if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return name;
}

const Shape* shape_of_member(const Shape* shape, std::string_view name) {
    if (shape == nullptr) return nullptr;
    if (shape->kind == Kind::map) return shape->element;
    const auto member = std::ranges::find(shape->members, name, &validation::Member::name);
    return member == shape->members.end() ? nullptr : member->shape;
}

/// Walks through a request, changes it in place, and undoes each change.
class EachMutation {
  public:
    EachMutation(json::value request, const TakeBody& take) : root_(std::move(request)), take_(take) {}

    void walk(const Shape* shape) { value(root_, shape); }

  private:
    void value(json::value& place, const Shape* shape) {
        if (&place != &root_) replace_by_each(place);
        if (place.is_string()) damage(place);
        if (place.is_object()) object(place, shape);
        if (place.is_array()) array(place, shape);
    }

    void replace_by_each(json::value& place) {
        const json::value kept = place;
        place = marker(0);
        const std::string body = json::serialize(root_);
        place = kept;
        for (const std::string& raw : hostile_values()) {
            std::string mutant = body;
            replace(mutant, 0, raw);
            take_(mutant);
        }
    }

    /// Removes, replaces and cuts at each character of a text, so that expressions, statements, ARNs and
    /// tokens are only slightly wrong.
    void damage(json::value& place) {
        constexpr std::size_t longest = 200;
        const std::string text(place.get_string());
        const std::size_t step = 1 + text.size() / longest;
        for (std::size_t at = 0; at < text.size(); at += step) {
            std::string damaged = text;
            send_with(place, json::value(damaged.erase(at, 1)));
            damaged = text;
            damaged[at] = '(';
            send_with(place, json::value(damaged));
            send_with(place, json::value(text.substr(0, at)));
        }
        send_with(place, json::value(text + text));
    }

    /// Sends the request with `other` in place of a value.
    void send_with(json::value& place, json::value other) {
        std::swap(place, other);
        take_(json::serialize(root_));
        std::swap(place, other);
    }

    void object(json::value& place, const Shape* shape) {
        const json::object kept = place.get_object();
        for (const auto& member : kept) {
            json::object without = kept;
            without.erase(member.key());
            send_with(place, without);
            without[other_case(std::string(member.key()))] = member.value();
            send_with(place, without);
            send_twice(place, member.key());
        }
        json::object more = kept;
        more["Unknown"] = json::array{nullptr};
        send_with(place, more);
        if (shape != nullptr && shape->kind == Kind::structure) add_missing(place, *shape);
        for (const auto& member : kept) {
            value(place.get_object().at(member.key()), shape_of_member(shape, member.key()));
        }
    }

    /// Sends the same name twice, which JSON allows: with another value before it and after it.
    void send_twice(json::value& place, json::string_view name) {
        json::value& member = place.get_object().at(name);
        const json::value kept = member;
        member = marker(0);
        const std::string body = json::serialize(root_);
        member = kept;
        const std::string value = json::serialize(kept);
        for (const std::string& twice :
             {value + "," + json::serialize(name) + ":null", "null," + json::serialize(name) + ":" + value}) {
            std::string mutant = body;
            replace(mutant, 0, twice);
            take_(mutant);
        }
    }

    void add_missing(json::value& place, const Shape& shape) {
        if (shape.name == "AttributeValue") return;
        const json::object kept = place.get_object();
        for (const validation::Member& member : shape.members) {
            if (kept.contains(member.name)) continue;
            json::value& added = place.get_object()[member.name];
            added = sample_value(*member.shape, member.name, Members::all);
            take_(json::serialize(root_));
            replace_by_each(added);
            place = kept;
        }
    }

    void array(json::value& place, const Shape* shape) {
        const json::array kept = place.get_array();
        if (!kept.empty()) {
            json::array changed = kept;
            changed.push_back(kept.front());
            send_with(place, changed);
            changed.back() = nullptr;
            send_with(place, changed);
            changed.insert(changed.begin(), nullptr);
            send_with(place, changed);
            send_with(place, json::array(kept.begin() + 1, kept.end()));
            constexpr std::size_t many = 130;
            send_with(place, json::array(many, kept.front()));
        }
        for (std::size_t i = 0; i < kept.size(); ++i) {
            value(place.get_array()[i], shape == nullptr ? nullptr : shape->element);
        }
    }

    json::value root_;
    const TakeBody& take_;
};

void collect(json::value& value, std::vector<json::value*>& places) {
    places.push_back(&value);
    if (auto* object = value.if_object()) {
        for (auto& member : *object) collect(member.value(), places);
    } else if (auto* array = value.if_array()) {
        for (json::value& element : *array) collect(element, places);
    }
}

std::size_t below(std::size_t end, std::mt19937& generator) {
    return generator() % end;
}

/// Removes a member or an element, or duplicates an element.
void change_container(json::value& value, std::mt19937& generator) {
    if (auto* object = value.if_object(); object != nullptr && !object->empty()) {
        object->erase(object->begin() + static_cast<std::ptrdiff_t>(below(object->size(), generator)));
    } else if (auto* array = value.if_array(); array != nullptr && !array->empty()) {
        const json::value chosen = (*array)[below(array->size(), generator)];
        if (generator() % 2 == 0) {
            array->push_back(chosen);
        } else {
            array->pop_back();
        }
    }
}

}  // namespace

void mutate_once_each(const json::value& request, const Shape* shape, const TakeBody& take) {
    EachMutation(request, take).walk(shape);
}

std::string mutated(const json::value& request, int places, std::mt19937& generator) {
    json::value root = request;
    for (int i = 0; i < places; ++i) {
        std::vector<json::value*> all;
        collect(root, all);
        json::value& place = *all[below(all.size(), generator)];
        switch (generator() % 4) {
            case 0:
                change_container(place, generator);
                break;
            case 1: {
                const json::value other = *all[below(all.size(), generator)];
                place = other;
                break;
            }
            default:
                place = marker(i);
                break;
        }
    }
    std::string body = json::serialize(root);
    const auto& values = hostile_values();
    for (int i = 0; i < places; ++i) replace(body, i, values[below(values.size(), generator)]);
    return body;
}

}  // namespace tailrace::inputs
