#include "conformance/runner/case/case_file.hpp"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "conformance/runner/wire/json_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

/// Reads an object of a file member by member and checks the kind of each.
class Members {
  public:
    // The value must outlive this object, so a temporary is refused.
    Members(json::value&&, std::string) = delete;
    Members(const json::value& value, std::string place) : place_(std::move(place)) {
        if (!value.is_object()) throw FormatError(place_ + " is not an object");
        object_ = &value.get_object();
    }

    /// Throws FormatError if the object has a member that is not in `known`.
    void only(std::initializer_list<std::string_view> known) const {
        for (const auto& member : *object_) {
            const std::string_view key(member.key().data(), member.key().size());
            if (std::find(known.begin(), known.end(), key) == known.end()) {
                throw FormatError(place_ + " has no member '" + std::string(key) + "'");
            }
        }
    }
    bool has(std::string_view key) const { return object_->contains(key); }
    const json::value& at(std::string_view key) const {
        const json::value* found = object_->if_contains(key);
        if (!found) throw FormatError(place_ + " lacks '" + std::string(key) + "'");
        return *found;
    }
    std::string text(std::string_view key) const {
        if (!at(key).is_string()) throw FormatError(place_ + ": '" + std::string(key) + "' is not a string");
        return std::string(at(key).get_string());
    }
    json::object object(std::string_view key) const {
        if (!has(key)) return {};
        if (!at(key).is_object()) throw FormatError(place_ + ": '" + std::string(key) + "' is not an object");
        return at(key).get_object();
    }
    const json::array& list(std::string_view key) const {
        if (!at(key).is_array()) throw FormatError(place_ + ": '" + std::string(key) + "' is not a list");
        return at(key).get_array();
    }
    std::vector<std::string> texts(std::string_view key) const {
        if (!has(key)) return {};
        if (at(key).is_string()) return {text(key)};
        std::vector<std::string> all;
        for (const json::value& each : list(key)) {
            if (!each.is_string())
                throw FormatError(place_ + ": '" + std::string(key) + "' holds no strings");
            all.emplace_back(each.get_string());
        }
        return all;
    }
    const std::string& place() const { return place_; }

  private:
    std::string place_;
    const json::object* object_;
};

void check_name(const std::string& name, const std::string& place) {
    static const std::regex pattern("[a-z0-9]+(-[a-z0-9]+)*");
    if (!std::regex_match(name, pattern)) {
        throw FormatError(place + ": '" + name + "' is not lower case words with hyphens between");
    }
}

json::object read_expect(const Members& step) {
    json::object expect = step.object("expect");
    if (!expect.empty()) {
        Members(step.at("expect"), step.place() + ".expect")
            .only({"status", "headers", "body", "text", "error", "observed"});
    }
    if (expect.contains("observed") && expect.size() > 1) {
        throw FormatError(step.place() + ".expect has more than 'observed'");
    }
    const int bodies =
        int(expect.contains("body")) + int(expect.contains("text")) + int(expect.contains("error"));
    if (bodies > 1) throw FormatError(step.place() + ".expect has more than one of body, text and error");
    return expect;
}

Step read_step(const json::value& value, const std::string& place) {
    const Members members(value, place);
    members.only({"name", "operation", "request", "raw", "wait", "eventually", "expect"});
    if (int(members.has("operation")) + int(members.has("raw")) + int(members.has("wait")) != 1) {
        throw FormatError(place + " must have one of operation, raw and wait");
    }
    Step step;
    if (members.has("name")) check_name(step.name = members.text("name"), place);
    if (members.has("operation")) {
        step.operation = members.text("operation");
        step.request = members.at("request");
    } else if (members.has("raw")) {
        step.kind = Step::Kind::raw;
        step.raw = members.object("raw");
        Members(members.at("raw"), place + ".raw")
            .only(
                {"method", "path", "target", "headers", "sign", "json", "text", "base64", "gzip", "chunked"});
    } else {
        step.kind = Step::Kind::wait;
        step.wait = members.object("wait");
        const Members wait(members.at("wait"), place + ".wait");
        wait.only({"table", "until"});
        wait.text("table");
        if (wait.text("until") != "active" && wait.text("until") != "deleted") {
            throw FormatError(place + ".wait: 'until' is neither active nor deleted");
        }
        if (members.has("expect") || members.has("eventually")) {
            throw FormatError(place + " waits and expects nothing");
        }
    }
    if (members.has("eventually")) {
        if (!members.at("eventually").is_bool()) throw FormatError(place + ": 'eventually' is not a boolean");
        step.eventually = members.at("eventually").get_bool();
    }
    step.expect = read_expect(members);
    return step;
}

std::vector<Step> read_steps(const json::array& list, const std::string& place) {
    std::vector<Step> steps;
    for (const json::value& each : list) {
        steps.push_back(read_step(each, place + " step " + std::to_string(steps.size() + 1)));
    }
    return steps;
}

int read_tier(const Members& members) {
    const json::value& tier = members.at("tier");
    if (!tier.is_int64() || tier.get_int64() < 1 || tier.get_int64() > 3) {
        throw FormatError(members.place() + ": 'tier' is not 1, 2 or 3");
    }
    return static_cast<int>(tier.get_int64());
}

Case read_case(const Members& file, const json::value& value, const std::string& folder) {
    const std::string name = Members(value, folder).text("name");
    check_name(name, folder);
    const Members members(value, folder + "/" + name);
    members.only({"name", "reason", "source", "tier", "tags", "variables", "steps"});
    Case one;
    one.name = name;
    one.reason = members.text("reason");
    one.source = (members.has("source") ? members : file).texts("source");
    if (one.source.empty()) throw FormatError(members.place() + " lacks 'source'");
    one.tier = read_tier(members.has("tier") ? members : file);
    one.tags = file.texts("tags");
    for (std::string& tag : members.texts("tags")) one.tags.push_back(std::move(tag));
    one.variables = file.object("variables");
    for (const auto& variable : members.object("variables")) one.variables[variable.key()] = variable.value();
    one.steps = read_steps(members.list("steps"), members.place());
    if (one.steps.empty()) throw FormatError(members.place() + " has no steps");
    return one;
}

json::value parse_or_name(const std::string& text, const std::string& place) {
    json::error_code error;
    json::value value = parse_json(text, error);
    if (error) throw FormatError(place + " is not JSON: " + error.message());
    return value;
}

/// The observed answers in which AWS's regions differ, by name.
class ObservedAnswers {
  public:
    /// `text` is the content of observed-answers.json.
    explicit ObservedAnswers(const std::string& text) {
        const std::string file = "observed-answers.json";
        const json::value value = parse_or_name(text, file);
        const Members whole(value, file);
        whole.only({"$schema", "answers"});
        for (const json::value& each : whole.list("answers")) add(Members(each, file));
    }

    void apply(Step& step, const std::string& place) {
        const json::value* name = step.expect.if_contains("observed");
        if (!name) return;
        const auto found =
            name->is_string() ? answers_.find(std::string(name->get_string())) : answers_.end();
        if (found == answers_.end()) {
            throw FormatError(place +
                              " expects an observed answer that does not exist: " + json::serialize(*name));
        }
        found->second.used = true;
        step.expect = found->second.newer;
        step.older = found->second.older;
    }

    void require_all_used() const {
        for (const auto& [name, answer] : answers_) {
            if (!answer.used) throw FormatError("no step expects the observed answer '" + name + "'");
        }
    }

  private:
    struct Answer {
        json::object newer;
        OlderAnswer older;
        bool used = false;
    };

    void add(const Members& members) {
        const std::string name = members.text("name");
        check_name(name, members.place());
        members.only({"name", "reason", "source", "newer", "older", "older-regions"});
        members.text("reason");
        Answer answer{members.object("newer"), {members.object("older"), members.texts("older-regions")}};
        const bool is_whole = !answer.newer.empty() && !answer.older.expect.empty() &&
                              !answer.older.regions.empty() && !members.texts("source").empty();
        if (!is_whole) throw FormatError(members.place() + ": '" + name + "' lacks a member");
        if (!answers_.emplace(name, std::move(answer)).second) {
            throw FormatError("two observed answers are called " + name);
        }
    }

    std::map<std::string, Answer> answers_;
};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw FormatError("cannot read " + path.string());
    return text.str();
}

std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

void check_ids(const Suite& suite) {
    std::set<std::string> ids;
    for (const Case& each : suite.cases) {
        if (!ids.insert(each.id()).second) throw FormatError("two cases are called " + each.id());
        for (const char* kind : {"table", "own-table"}) {
            for (const std::string& shape : each.tables(kind)) suite.table(shape);
        }
    }
}

void apply_observed(Suite& suite, const std::filesystem::path& path) {
    ObservedAnswers answers(std::filesystem::exists(path) ? read_file(path) : R"({"answers": []})");
    for (Case& each : suite.cases) {
        for (Step& step : each.steps) answers.apply(step, each.id());
    }
    answers.require_all_used();
}

void collect_tables(const json::value& value, const std::regex& pattern, std::set<std::string>& shapes) {
    const std::string text = json::serialize(value);
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
        shapes.insert((*match)[1].matched ? (*match)[1].str().substr(1) : "");
    }
}

}  // namespace

bool Case::has_tag(const std::string& tag) const {
    if (tag == "quick") return !has_tag("slow");
    if (tag == "tier-" + std::to_string(tier)) return true;
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

std::vector<std::string> Case::tables(const std::string& kind) const {
    const std::regex pattern("\\$\\{" + kind + "(:[a-z0-9-]+)?\\}");
    std::set<std::string> shapes;
    collect_tables(variables, pattern, shapes);
    for (const Step& step : steps) {
        collect_tables(step.request, pattern, shapes);
        collect_tables(step.raw, pattern, shapes);
        collect_tables(step.wait, pattern, shapes);
        collect_tables(step.expect, pattern, shapes);
        collect_tables(step.older.expect, pattern, shapes);
    }
    return {shapes.begin(), shapes.end()};
}

std::vector<Case> parse_cases(const std::string& area, const std::string& operation,
                              const std::string& text) {
    const std::string folder = area + "/" + operation;
    const json::value value = parse_or_name(text, folder);
    const Members file(value, folder);
    file.only({"$schema", "source", "tier", "tags", "variables", "cases"});
    std::vector<Case> cases;
    for (const json::value& each : file.list("cases")) {
        cases.push_back(read_case(file, each, folder));
        cases.back().area = area;
        cases.back().operation = operation;
    }
    return cases;
}

TableShape parse_table(const std::string& name, const std::string& text) {
    const std::string place = "tables/" + name;
    const json::value value = parse_or_name(text, place);
    const Members file(value, place);
    file.only({"reason", "create", "then"});
    file.text("reason");
    TableShape shape{name, file.object("create"), {}};
    if (shape.create.empty() || shape.create.contains("TableName")) {
        throw FormatError(place + ": 'create' is a CreateTable request without TableName");
    }
    if (file.has("then")) shape.then = read_steps(file.list("then"), place);
    return shape;
}

const TableShape& Suite::table(const std::string& name) const {
    const auto found =
        std::find_if(tables.begin(), tables.end(), [&](const auto& each) { return each.name == name; });
    if (found == tables.end()) throw FormatError("unknown table shape '" + name + "'");
    return *found;
}

Suite load_suite(const std::filesystem::path& folder) {
    Suite suite;
    for (const char* part : {"cases", "tables"}) {
        if (!std::filesystem::is_directory(folder / part)) {
            throw FormatError("there is no folder " + (folder / part).string());
        }
    }
    for (const auto& path : json_files(folder / "tables")) {
        suite.tables.push_back(parse_table(path.stem().string(), read_file(path)));
    }
    for (const auto& path : json_files(folder / "cases")) {
        const auto within = path.lexically_relative(folder / "cases");
        if (std::distance(within.begin(), within.end()) != 3) {
            throw FormatError(path.string() + " is not at cases/<area>/<operation>/<file>.json");
        }
        try {
            const std::string area = within.begin()->string();
            const std::string operation = std::next(within.begin())->string();
            auto cases = parse_cases(area, operation, read_file(path));
            std::move(cases.begin(), cases.end(), std::back_inserter(suite.cases));
        } catch (const FormatError& error) {
            throw FormatError(path.string() + ": " + error.what());
        }
    }
    apply_observed(suite, folder / "observed-answers.json");
    check_ids(suite);
    return suite;
}

}  // namespace tailrace::conformance
