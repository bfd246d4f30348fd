#include "engine/validation/constraint_report.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/model/detected_faults.hpp"
#include "engine/model/request.hpp"
#include "engine/validation/constraint.hpp"
#include "engine/validation/older_reading.hpp"
#include "engine/validation/value_text.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

/// AWS's message for a member that expects the name or the ARN of a table, but has the ARN of something else.
/// Sources: DynamoDB Local for the text; the observations of AWS in aws-controllers-k8s/dynamodb-controller,
/// docs/api-quirks, for the beginning of the text.
constexpr std::string_view arn_format =
    "Valid ARN format is 'arn:<awsPartition>:<vendor>:<region>:<subscriber>:resourceType/resourceName', "
    "where "
    "Resource name must have length less than or equal to 255, Resource name must have length greater than "
    "or "
    "equal to 3, Resource name must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";

/// AWS shows at most this many errors, and does not count more.
constexpr std::size_t max_errors = 10;

/// The place of a value: a path from the request's root. Each step points to the one before it, which must
/// outlive it. A place is written out only if there is an error about it.
class Place {
  public:
    Place() = default;

    Place member(std::string_view name) const { return {this, name, false}; }
    Place element(std::string_view key) const { return {this, key, true}; }

    /// AWS writes it in two ways: "keySchema.1.member.keyType" and "KeySchema.1.member.KeyType".
    std::string lower() const {
        std::string text;
        append(text, true);
        return text;
    }
    std::string plain() const {
        std::string text;
        append(text, false);
        return text;
    }

  private:
    Place(const Place* parent, std::string_view step, bool is_element)
        : parent_(parent), step_(step), is_element_(is_element) {}

    void append(std::string& text, bool in_lower) const {
        if (parent_ == nullptr) return;
        parent_->append(text, in_lower);
        if (!text.empty()) text.push_back('.');
        text.append(in_lower && !is_element_ ? lower_first(step_) : step_);
        if (is_element_) text.append(".member");
    }

    const Place* parent_ = nullptr;
    std::string_view step_;
    bool is_element_ = false;
};

/// Visits a request and collects the faults that AWS would report. The order of the visit is the order of the
/// message.
class Report {
  public:
    void structure(const Shape& shape, const json::object& object, const Place& place) {
        for (const Member& member : shape.members) {
            const json::value* value = Request(object).find(member.name);
            const Place at = place.member(member.name);
            if (value == nullptr) {
                if (member.required) add("null", at, "Member must not be null");
            } else if (!member.when_empty.empty() && !member.shape->table_name && is_empty(*value)) {
                answer_late(std::string(member.when_empty));
            } else if (member.late && !constraints_hold(*member.shape, *value)) {
                answer_late(detected_faults({"Value at '" + at.plain() + "' failed to satisfy constraint: " +
                                             broken_constraints(*member.shape, *value).front()}));
            } else {
                described(*member.shape, *value, at);
            }
        }
    }

    void described(const Shape& shape, const json::value& value, const Place& place) {
        own(shape, value, place);
        contents(shape, value, place);
    }

    [[noreturn]] void give() const {
        throw ApiError::validation(errors_.empty() ? late_ : detected_faults(errors_));
    }

    bool empty() const { return errors_.empty() && late_.empty(); }
    bool has_one() const { return errors_.size() + (late_.empty() ? 0 : 1) == 1; }

  private:
    /// Later errors are skipped, but an answer that AWS gives instead of the errors may still follow.
    bool is_full() const { return errors_.size() == max_errors; }

    void add(std::string error) {
        if (!is_full()) errors_.push_back(std::move(error));
    }

    void add(const std::string& value, const Place& place, const std::string& constraint) {
        if (is_full()) return;
        add("Value " + value + " at '" + place.lower() + "' failed to satisfy constraint: " + constraint);
    }

    void add_value(const Shape& shape, const json::value& value, const Place& place,
                   const std::string& constraint) {
        if (is_full()) return;
        if (shape.sensitive) {
            add("Value at '" + place.lower() + "' failed to satisfy constraint: " + constraint);
        } else {
            add("'" + value_text(shape, value) + "'", place, constraint);
        }
    }

    void answer_late(std::string answer) {
        if (late_.empty()) late_ = std::move(answer);
    }

    void own(const Shape& shape, const json::value& value, const Place& place) {
        const auto broken = broken_constraints(shape, value);
        for (const std::string& constraint : broken) add_value(shape, value, place, constraint);
        const auto* text = value.if_string();
        if (broken.empty() && text != nullptr && is_other_arn(shape, *text)) add(std::string(arn_format));
    }

    void contents(const Shape& shape, const json::value& value, const Place& place) {
        switch (shape.kind) {
            case Kind::structure:
                structure(shape, value.as_object(), place);
                break;
            case Kind::map:
                map(shape, value, place);
                break;
            case Kind::list:
                list(shape, value, place);
                break;
            default:
                break;
        }
    }

    void map(const Shape& shape, const json::value& value, const Place& place) {
        const json::object& entries = value.as_object();
        const auto key_at_fault = [&shape](const auto& entry) {
            return !constraints_hold(*shape.key, std::string_view(entry.key()));
        };
        const bool gives_way = shape.keys_give_way && !errors_.empty();
        if (!gives_way && shape.key->constrained() && std::ranges::any_of(entries, key_at_fault)) {
            add_value(shape, value, place,
                      "Map keys must satisfy constraint: " + listed_constraints(*shape.key));
        }
        const auto value_at_fault = [&shape](const auto& entry) {
            return !entry.value().is_null() && !constraints_hold(*shape.element, entry.value());
        };
        if (std::ranges::any_of(entries, value_at_fault)) {
            add_value(shape, value, place,
                      "Map value must satisfy constraint: " + listed_constraints(*shape.element));
        }
        for (const auto& entry : entries) {
            if (entry.value().is_null()) continue;
            contents(*shape.element, entry.value(), place.element(std::string(entry.key())));
        }
    }

    void list(const Shape& shape, const json::value& value, const Place& place) {
        const json::array& elements = value.as_array();
        const auto at_fault = [&shape](const json::value& element) {
            return !element.is_null() && !constraints_hold(*shape.element, element);
        };
        if (std::ranges::any_of(elements, at_fault)) {
            add_value(shape, value, place,
                      "Member must satisfy constraint: " + listed_constraints(*shape.element));
        }
        // DynamoDB's own words for this are not known. These were seen in an emulator of Cognito.
        if (!shape.nulls && std::ranges::any_of(elements, &json::value::is_null)) {
            add_value(shape, value, place, "Member must satisfy constraint: [Member must not be null]");
        }
        for (std::size_t i = 0; i < elements.size(); ++i) {
            if (elements[i].is_null()) continue;
            contents(*shape.element, elements[i], place.element(std::to_string(i + 1)));
        }
    }

    std::vector<std::string> errors_;
    std::string late_;
};

bool lacks_required(const Shape& input, const json::object& request) {
    return std::ranges::any_of(input.members, [&request](const Member& member) {
        return member.required && !Request(request).has(member.name);
    });
}

/// AWS routes a request by the table that it names, so a fault in the name is reported first and alone. But
/// if the request lacks a required member, such as its key, AWS reports all faults together, unless the
/// operation checks the name itself.
void report_name(const Shape& input, const json::object& request) {
    for (const Member& member : input.members) {
        if (!member.when_missing.empty() && !Request(request).has(member.name)) {
            throw ApiError::validation(std::string(member.when_missing));
        }
    }
    for (const Member& member : input.members) {
        if (!member.required || !member.shape->table_name) continue;
        const json::value* name = Request(request).find(member.name);
        if (name == nullptr) continue;
        if (member.when_missing.empty() && lacks_required(input, request)) return;
        if (!member.when_empty.empty() && is_empty(*name)) {
            throw ApiError::validation(std::string(member.when_empty));
        }
        Report report;
        report.described(*member.shape, *name, Place{}.member(member.name));
        if (!report.empty()) report.give();
    }
}

/// For some members AWS uses newer words for a value that is not allowed. It does not use them if the request
/// lacks a required member.
void report_unknown(const Shape& input, const json::object& request, const Report& all) {
    if (lacks_required(input, request) || is_read_in_older_way(request)) return;
    for (const Member& member : input.members) {
        if (member.when_unknown.empty() || !(member.unknown_alone || all.has_one())) continue;
        const json::value* value = Request(request).find(member.name);
        if (value == nullptr || constraints_hold(*member.shape, *value)) continue;
        throw ApiError::validation(std::string(member.when_unknown));
    }
}

}  // namespace

void report_broken_constraints(const Shape& input, const json::object& request) {
    report_name(input, request);
    Report report;
    report.structure(input, request, {});
    report_unknown(input, request, report);
    if (!report.empty()) report.give();
}

}  // namespace tailrace::validation
