// Writes the constant tables of shapes: shape_table_generator MODEL OBSERVED NAME OUTPUT. NAME is
// the variable that holds the operations, such as operation_shapes in shape_table.hpp.
//
//     MODEL    := { "package": TEXT, "operations": { NAME: INPUT | null, … }, "shapes": { NAME: SHAPE, … } }
//     SHAPE    := { "type", "min"?, "max"?, "pattern"?, "enum"?, "required"?, "sensitive"?, "members"?,
//                   "member"?, "key"?, "value"? }
//     OBSERVED := [ { "shape", "member"?, "set": { FACT: value, … }, "reason" }, … ]
//
// A fact is a member of SHAPE or one of the names below. A row of OBSERVED replaces facts of a shape; null
// removes a fact. With "member", the row replaces facts of that member only, for which a copy of its shape is
// made. Besides the members of SHAPE, a row may set "member_order" (the members that come first),
// "length_first", "table_name", "shown_as_json", "keys_give_way", "nulls" and "shown" (names in place of the
// members), and for a member "late", "when_missing", "when_empty", "when_unknown" and "unknown_alone".

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "engine/validation/pattern_compiler.hpp"

namespace {

namespace json = boost::json;
using tailrace::validation::generator::compile_pattern;

json::value read_json(const char* path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error(std::string("cannot read ") + path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return json::parse(text);
}

std::string text_of(const json::value& value) {
    return std::string(value.as_string());
}

bool is_member_fact(std::string_view fact) {
    return fact == "late" || fact == "when_missing" || fact == "when_empty" || fact == "when_unknown" ||
           fact == "unknown_alone";
}

void set_fact(json::object& target, std::string_view fact, const json::value& value) {
    if (value.is_null()) {
        target.erase(fact);
    } else {
        target[fact] = value;
    }
}

/// The model with the observations applied: the shapes, and facts that belong to single members.
class Model {
  public:
    Model(const json::value& model, const json::value& observed)
        : package(text_of(model.at("package"))),
          operations(model.at("operations").as_object()),
          shapes(model.at("shapes").as_object()) {
        for (const json::value& row : observed.as_array()) {
            if (row.as_object().contains("member")) continue;
            json::object& shape = shapes.at(row.at("shape").as_string()).as_object();
            for (const auto& fact : row.at("set").as_object()) set_fact(shape, fact.key(), fact.value());
        }
        for (const json::value& row : observed.as_array()) {
            if (row.as_object().contains("member")) apply_to_member(row);
        }
    }

    /// The package of the Java classes that AWS names in its answers, with a dot at its end.
    std::string package;
    json::object operations;
    json::object shapes;
    /// Maps "Structure.Member" to the facts of that member.
    std::map<std::string, json::object> member_facts;

  private:
    void apply_to_member(const json::value& row) {
        const std::string owner = text_of(row.at("shape"));
        const std::string member = text_of(row.at("member"));
        json::value& target = shapes.at(owner).at("members").as_object().at(member);
        json::object copy = shapes.at(target.as_string()).as_object();
        if (!copy.contains("class")) copy["class"] = target;
        for (const auto& fact : row.at("set").as_object()) {
            if (is_member_fact(fact.key())) {
                member_facts[owner + "." + member][fact.key()] = fact.value();
            } else {
                set_fact(copy, fact.key(), fact.value());
            }
        }
        const std::string name = owner + "." + member;
        shapes[name] = copy;
        shapes.at(owner).at("members").as_object().at(member) = name;
    }
};

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + '"';
}

std::string kind_of(std::string_view type) {
    if (type == "long") return "long_integer";
    if (type == "double") return "decimal";
    return std::string(type);
}

class TableWriter {
  public:
    TableWriter(const Model& model, std::string name, std::ostream& out)
        : model_(model), name_(std::move(name)), out_(out) {
        std::size_t count = 0;
        for (const auto& shape : model.shapes) numbers_[std::string(shape.key())] = count++;
    }

    void write() {
        out_ << "// Generated from service_model.json and observed_answers.json.\n\n"
                "#include \"engine/validation/shape_table.hpp\"\n\n"
                "namespace tailrace::validation {\n\nextern const std::span<const OperationShape> "
             << name_ << ";\n\nnamespace {\n\n"
             << "extern const Shape shapes[" << model_.shapes.size() << "];\n\n";
        for (const auto& shape : model_.shapes) write_parts(shape.key(), shape.value().as_object());
        out_ << "constinit const Shape shapes[" << model_.shapes.size() << "] = {\n";
        for (const auto& shape : model_.shapes) write_shape(shape.key(), shape.value().as_object());
        out_ << "};\n\n";
        write_operations();
        out_ << "}  // namespace tailrace::validation\n";
    }

  private:
    std::string pointer(const json::value& name) const {
        return "&shapes[" + std::to_string(numbers_.at(text_of(name))) + "]";
    }

    std::string number(std::string_view shape) const {
        return std::to_string(numbers_.at(std::string(shape)));
    }

    void write_parts(std::string_view name, const json::object& shape) {
        if (const auto* pattern = shape.if_contains("pattern")) write_pattern(name, text_of(*pattern));
        if (const auto* allowed = shape.if_contains("enum")) write_texts("allowed_" + number(name), *allowed);
        if (const auto* shown = shape.if_contains("shown")) write_texts("shown_" + number(name), *shown);
        if (is_populated(shape)) write_members(name, shape);
    }

    void write_texts(const std::string& name, const json::value& texts) {
        out_ << "constexpr std::string_view " << name << "[] = {";
        for (const json::value& each : texts.as_array()) out_ << quoted(text_of(each)) << ", ";
        out_ << "};\n";
    }

    static bool is_populated(const json::object& shape) {
        const auto* members = shape.if_contains("members");
        return members != nullptr && !members->as_object().empty();
    }

    void write_pattern(std::string_view name, const std::string& text) {
        const auto compiled = compile_pattern(text);
        out_ << "constexpr PatternSegment segments_" << number(name) << "[] = {";
        for (const auto& segment : compiled.segments) {
            out_ << "{{" << segment.ascii[0] << "u, " << segment.ascii[1] << "u}, " << segment.beyond_ascii
                 << ", " << segment.least << "u, " << segment.most << "u}, ";
        }
        out_ << "};\nconstexpr Pattern pattern_" << number(name) << "{" << quoted(text) << ", segments_"
             << number(name) << ", " << compiled.repeated << "};\n";
    }

    static json::array ordered_members(const json::object& shape) {
        json::array order;
        if (const auto* first = shape.if_contains("member_order")) order = first->as_array();
        for (const auto& member : shape.at("members").as_object()) {
            if (std::find(order.begin(), order.end(), json::value(member.key())) == order.end()) {
                order.push_back(json::value(member.key()));
            }
        }
        return order;
    }

    static bool is_required(const json::object& shape, const json::value& member) {
        const auto* required = shape.if_contains("required");
        if (required == nullptr) return false;
        const json::array& names = required->as_array();
        return std::find(names.begin(), names.end(), member) != names.end();
    }

    void write_members(std::string_view name, const json::object& shape) {
        const json::array order = ordered_members(shape);
        if (order.size() > 64) throw std::runtime_error(std::string(name) + " has more than 64 members");
        out_ << "constinit const Member members_" << number(name) << "[] = {\n";
        for (const json::value& member : order) {
            const auto found = model_.member_facts.find(std::string(name) + "." + text_of(member));
            const json::object facts = found == model_.member_facts.end() ? json::object{} : found->second;
            const auto answer = [&facts](std::string_view fact) {
                return facts.contains(fact) ? quoted(text_of(facts.at(fact))) : std::string("{}");
            };
            out_ << "    {" << quoted(text_of(member)) << ", "
                 << pointer(shape.at("members").at(member.as_string())) << ", " << is_required(shape, member)
                 << ", " << facts.contains("late") << ", " << answer("when_missing") << ", "
                 << answer("when_empty") << ", " << answer("when_unknown") << ", "
                 << facts.contains("unknown_alone") << "},\n";
        }
        out_ << "};\n";
    }

    void write_shape(std::string_view name, const json::object& shape) {
        const auto flag = [&shape](std::string_view fact) { return shape.contains(fact) ? "true" : "false"; };
        const auto bound = [&shape](std::string_view fact, const char* otherwise) {
            return shape.contains(fact) ? json::serialize(shape.at(fact)) : std::string(otherwise);
        };
        const auto part = [this, name](const char* kind) { return kind + number(name); };
        std::uint64_t required = 0;
        if (is_populated(shape)) {
            std::size_t at = 0;
            for (const json::value& member : ordered_members(shape)) {
                required |= std::uint64_t{is_required(shape, member)} << at++;
            }
        }
        const auto shape_named_by = [this, &shape](std::string_view fact) {
            return shape.contains(fact) ? pointer(shape.at(fact)) : std::string("nullptr");
        };
        out_ << "    {" << quoted(shape.contains("class") ? text_of(shape.at("class")) : std::string(name))
             << ", " << quoted(model_.package) << ", Kind::" << kind_of(shape.at("type").as_string()) << ", "
             << flag("table_name") << ", " << flag("length_first") << ", " << flag("shown_as_json") << ", "
             << flag("keys_give_way") << ", " << flag("nulls") << ", " << flag("sensitive") << ", "
             << bound("min", "no_minimum") << ", " << bound("max", "no_maximum") << ", "
             << (shape.contains("pattern") ? "&" + part("pattern_") : "nullptr") << ", "
             << (shape.contains("enum") ? part("allowed_") : "{}") << ", "
             << (is_populated(shape) ? part("members_") : "{}") << ", " << required << "u, "
             << (shape.contains("shown") ? part("shown_") : "{}") << ", " << shape_named_by("key") << ", "
             << (shape.contains("value") ? shape_named_by("value") : shape_named_by("member")) << "},\n";
    }

    void write_operations() {
        out_ << "constinit const OperationShape operations[] = {\n";
        const std::map<std::string, json::value> sorted = [this] {
            std::map<std::string, json::value> result;
            for (const auto& each : model_.operations) result.emplace(each.key(), each.value());
            return result;
        }();
        for (const auto& [operation, input] : sorted) {
            out_ << "    {" << quoted(operation) << ", " << pointer(input) << "},\n";
        }
        out_ << "};\n\n}  // namespace\n\n"
                "constinit const std::span<const OperationShape> "
             << name_ << "{operations};\n\n";
    }

    const Model& model_;
    const std::string name_;
    std::ostream& out_;
    std::map<std::string, std::size_t> numbers_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: shape_table_generator MODEL OBSERVED NAME OUTPUT\n";
        return 2;
    }
    try {
        const Model model(read_json(argv[1]), read_json(argv[2]));
        std::ofstream out(argv[4]);
        TableWriter(model, argv[3], out).write();
        out.close();
        if (!out) throw std::runtime_error(std::string("cannot write ") + argv[4]);
    } catch (const std::exception& error) {
        std::cerr << "shape_table_generator: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
