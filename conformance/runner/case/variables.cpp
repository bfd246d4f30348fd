#include "conformance/runner/case/variables.hpp"

#include <charconv>
#include <cstdint>

#include "conformance/runner/wire/json_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

/// A 64-bit hash of a text: FNV-1a with a final mix, spread well enough that names do not collide.
std::uint64_t spread(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdULL;
    return hash ^ hash >> 33U;
}

std::string letters(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
    std::string text = "c";
    for (int i = 0; i < 11; ++i, number >>= 5U) text += digits[number & 31U];
    return text;
}

std::string twelve_digits(std::uint64_t number) {
    return std::to_string(100'000'000'000ULL + number % 900'000'000'000ULL);
}

const json::value& member(const json::object& object, std::string_view generator, const char* name) {
    const json::value* found = object.if_contains(name);
    if (!found) throw VariableError(std::string(generator) + " lacks '" + name + "'");
    return *found;
}

std::size_t count_of(const json::value& value, std::string_view generator) {
    if (!value.is_int64() || value.get_int64() < 0) {
        throw VariableError(std::string(generator) + " needs a number of repetitions");
    }
    return static_cast<std::size_t>(value.get_int64());
}

/// How deep variables may be nested: deeper than anybody nests them. Without a limit, a variable that refers
/// to itself would never end.
constexpr int max_depth = 50;

}  // namespace

Scope::Scope(const std::string& case_id, const std::string& run_id) {
    const std::uint64_t number = spread(run_id + "\n" + case_id);
    unique_ = letters(number);
    names_["case"] = json::string(unique_);
    names_["case-number"] = json::string(twelve_digits(number));
    names_["case-binary"] = json::string(to_base64(unique_));
}

void Scope::set(const std::string& name, json::value value) {
    names_[name] = std::move(value);
}

void Scope::set_variables(const json::object& variables) {
    for (const auto& variable : variables) names_[std::string(variable.key())] = variable.value();
}

void Scope::set_answer(std::size_t step, const std::string& name, const json::value& body) {
    answers_["step-" + std::to_string(step)] = body;
    if (!name.empty()) answers_[name] = body;
}

const json::value* Scope::find_answer(std::string_view path) const {
    const std::size_t dot = path.find('.');
    const auto answer = answers_.find(path.substr(0, dot));
    if (answer == answers_.end()) return nullptr;
    return find_path(answer->second, dot == std::string_view::npos ? "" : path.substr(dot + 1));
}

json::value Scope::lookup(std::string_view name) const {
    if (const auto found = names_.find(name); found != names_.end())
        return resolve_variable(found->first, found->second);
    if (const json::value* found = find_answer(name)) return *found;
    if (name == "now") return json::string(std::to_string(now_));
    if (name.starts_with("now+") || name.starts_with("now-")) {
        long long seconds = 0;
        const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), seconds);
        if (error == std::errc() && end == name.data() + name.size()) {
            return json::string(std::to_string(name[3] == '+' ? now_ + seconds : now_ - seconds));
        }
    }
    throw VariableError("unknown variable ${" + std::string(name) + "}");
}

std::string Scope::text_of(const json::value& value) const {
    const json::value resolved = resolve(value);
    return resolved.is_string() ? std::string(resolved.get_string()) : json::serialize(resolved);
}

json::value Scope::resolve_variable(const std::string& name, const json::value& value) const {
    if (depth_ == max_depth) throw VariableError("${" + name + "} refers to itself");
    const struct Level {
        int& depth;
        ~Level() { --depth; }
    } level{++depth_};
    return resolve(value);
}

json::value Scope::resolve_text(std::string text) const {
    std::string done;
    while (true) {
        const std::size_t open = text.find("${");
        if (open == std::string::npos) return json::string(done + text);
        if (open > 0 && text[open - 1] == '$') {
            done.append(text, 0, open - 1).append("${");
            text.erase(0, open + 2);
            continue;
        }
        const std::size_t close = text.find('}', open);
        if (close == std::string::npos) throw VariableError("'${' without '}' in " + text);
        // A name may itself contain variables; the innermost is replaced first.
        const std::size_t inner = text.rfind("${", close);
        json::value value = lookup(text.substr(inner + 2, close - inner - 2));
        if (inner == 0 && close + 1 == text.size() && done.empty()) return value;
        const std::string replaced =
            value.is_string() ? std::string(value.get_string()) : json::serialize(value);
        if (inner != open) {
            text.replace(inner, close + 1 - inner, replaced);
        } else {
            done.append(text, 0, open).append(replaced);
            text.erase(0, close + 1);
        }
    }
}

json::value Scope::resolve(const json::value& value) const {
    if (value.is_string()) return resolve_text(std::string(value.get_string()));
    if (value.is_object()) return resolve_object(value.get_object());
    if (!value.is_array()) return value;
    json::array list;
    for (const json::value& each : value.get_array()) list.push_back(resolve(each));
    return list;
}

json::value Scope::resolve_object(const json::object& object) const {
    if (object.size() == 1) {
        const std::string_view key(object.begin()->key().data(), object.begin()->key().size());
        const bool is_variable = key.starts_with("${") || key == "$match";
        if (key.starts_with('$') && !is_variable) return generate(key, object.begin()->value());
    }
    json::object resolved;
    for (const auto& each : object) {
        const json::value key = resolve_text(std::string(each.key()));
        if (!key.is_string()) throw VariableError(std::string(each.key()) + " is not a string");
        resolved[key.get_string()] = resolve(each.value());
    }
    return resolved;
}

Scope Scope::with(const std::string& name, json::value value) const {
    Scope inner(*this);
    inner.set(name, std::move(value));
    return inner;
}

json::value Scope::generate(std::string_view generator, const json::value& argument) const {
    if (generator == "$bytes")
        return json::string(to_base64(std::string(count_of(argument, generator), '\0')));
    if (generator == "$base64") return json::string(to_base64(text_of(argument)));
    if (argument.is_object()) {
        return generator == "$nest" ? nest(argument.get_object())
                                    : replicate(generator, argument.get_object());
    }
    if (!argument.is_array()) throw VariableError(std::string(generator) + " does not accept this value");
    const json::array& list = argument.get_array();
    if (generator == "$repeat" && list.size() == 2) {
        const std::string piece = text_of(list[0]);
        json::string text;
        for (std::size_t i = count_of(list[1], generator); i > 0; --i) text.append(piece);
        return text;
    }
    if (generator == "$text") {
        json::string text;
        for (const json::value& each : list) text.append(text_of(each));
        return text;
    }
    if (generator != "$merge" && generator != "$concat") {
        throw VariableError(std::string(generator) + " does not accept this value");
    }
    json::object merged;
    json::array concatenated;
    for (const json::value& each : list) {
        const json::value part = resolve(each);
        if (part.is_array() == (generator == "$merge"))
            throw VariableError("$merge needs objects and $concat needs lists");
        if (part.is_array())
            concatenated.insert(concatenated.end(), part.get_array().begin(), part.get_array().end());
        if (part.is_object()) {
            for (const auto& one : part.get_object()) merged[one.key()] = one.value();
        }
    }
    return generator == "$merge" ? json::value(merged) : json::value(concatenated);
}

json::value Scope::replicate(std::string_view generator, const json::object& argument) const {
    const std::size_t times = count_of(member(argument, generator, "times"), generator);
    const json::value& of = member(argument, generator, "of");
    json::array list;
    json::object map;
    json::string text;
    for (std::size_t i = 0; i < times; ++i) {
        const Scope inner = with("index", json::string(std::to_string(i)));
        if (generator == "$list") {
            list.push_back(inner.resolve(of));
        } else if (generator == "$map") {
            map[inner.text_of(member(argument, generator, "key"))] = inner.resolve(of);
        } else if (generator == "$join") {
            if (i > 0) text.append(text_of(member(argument, generator, "with")));
            text.append(inner.text_of(of));
        } else {
            throw VariableError("unknown generator " + std::string(generator));
        }
    }
    if (generator == "$list") return list;
    return generator == "$map" ? json::value(map) : json::value(text);
}

json::value Scope::nest(const json::object& argument) const {
    const json::value& of = member(argument, "$nest", "of");
    json::value inner = resolve(member(argument, "$nest", "inner"));
    for (std::size_t i = count_of(member(argument, "$nest", "times"), "$nest"); i > 0; --i) {
        inner = with("inner", std::move(inner)).resolve(of);
    }
    return inner;
}

}  // namespace tailrace::conformance
