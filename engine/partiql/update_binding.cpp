#include "engine/partiql/update_binding.hpp"

#include <algorithm>
#include <utility>

#include "engine/expression/function.hpp"
#include "engine/expression/value_relation.hpp"
#include "engine/model/api_error.hpp"

namespace tailrace::partiql {
namespace {

using expression::Function;
using expression::Path;
using expression::UpdateAction;
using expression::UpdateClause;
using expression::UpdateValue;
using Kind = Expression::Kind;

class UpdateBinder {
  public:
    explicit UpdateBinder(Parameters parameters) : parameters_(parameters) {}

    UpdateAction action(const Assignment& assignment) const {
        Path target = bind_path(assignment.target);
        if (!assignment.value) return {UpdateClause::remove, std::move(target), std::nullopt};
        const Expression& value = *assignment.value;
        const bool is_call = value.kind == Kind::call;
        if (is_call && value.text == "set_add")
            return set_change(UpdateClause::add, std::move(target), value);
        if (is_call && value.text == "set_delete") {
            return set_change(UpdateClause::delete_, std::move(target), value);
        }
        return {UpdateClause::set, std::move(target), bound(value)};
    }

  private:
    /// SET a = set_add(a, <<…>>): the set to be changed is on both sides.
    UpdateAction set_change(UpdateClause clause, Path target, const Expression& call) const {
        const std::string name = clause == UpdateClause::add ? "SET_ADD" : "SET_DELETE";
        if (call.operands.size() != 2) {
            throw ApiError::validation(name + " must have exactly two arguments" + call.position.at());
        }
        const Expression& first = call.operands[0];
        if (first.kind != Kind::path || bind_path(first) != target) {
            throw ApiError::validation("The first argument to " + name + " must equal the assignment value" +
                                       call.position.at());
        }
        auto members = bind_value(call.operands[1], parameters_);
        if (!members || !expression::is_set(members->type())) {
            throw ApiError::validation("The second argument to " + name + " must be a value with type SET" +
                                       first.position.at());
        }
        return {clause, std::move(target), UpdateValue::constant(std::move(*members))};
    }

    UpdateValue bound(const Expression& value) const {
        switch (value.kind) {
            case Kind::path:
                return UpdateValue::attribute(bind_path(value));
            case Kind::missing:
                throw ApiError::validation("MISSING must be compared using IS operator");
            case Kind::query:
                throw ApiError::validation("Unsupported token in expression: SELECT" + value.position.at());
            case Kind::operation:
                return arithmetic(value);
            case Kind::call:
                return function(value);
            default:
                return UpdateValue::constant(require_value(value, parameters_));
        }
    }

    UpdateValue arithmetic(const Expression& value) const {
        if (value.text == "is" || value.text == "is_not") {
            throw ApiError::validation("IS operator is not supported in update expressions");
        }
        if (value.text != "+" && value.text != "-") {
            throw ApiError::validation("Unsupported operator in Update Expression. Operator: " + value.text);
        }
        operand_rules.require_count(value.text, value.operands.size(), 2);
        UpdateValue left = operand(value, 0, AttributeType::N);
        UpdateValue right = operand(value, 1, AttributeType::N);
        return value.text == "+" ? UpdateValue::sum(std::move(left), std::move(right))
                                 : UpdateValue::difference(std::move(left), std::move(right));
    }

    UpdateValue function(const Expression& call) const {
        const auto function = expression::function_named(call.text);
        if (!function) throw ApiError::validation("Unrecognized function: " + call.text + call.position.at());
        operand_rules.require_allowed(*function, true);
        operand_rules.require_count(call.text, call.operands.size(), expression::operand_count(*function));
        if (*function == Function::list_append) {
            UpdateValue first = operand(call, 0, AttributeType::L);
            return UpdateValue::list_append(std::move(first), operand(call, 1, AttributeType::L));
        }
        if (call.operands.front().kind != Kind::path) operand_rules.reject_value(call.text);
        return UpdateValue::if_not_exists(bind_path(call.operands[0]), bound(call.operands[1]));
    }

    /// If the statement shows the operand's type, it must be the allowed one.
    UpdateValue operand(const Expression& of, std::size_t place, AttributeType allowed) const {
        const Expression& operand = of.operands[place];
        auto value = bind_value(operand, parameters_);
        if (!value) return bound(operand);
        if (value->type() != allowed) operand_rules.reject_type(of.text, type_name(value->type()));
        return UpdateValue::constant(std::move(*value));
    }

    Parameters parameters_;
};

/// No path may be equal to or contain another, or treat as a list what another treats as a map. Sorting the
/// paths by their steps puts those with a common beginning next to each other.
void require_disjoint(std::vector<Path> paths) {
    std::sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) { return a.steps() < b.steps(); });
    for (std::size_t i = 1; i < paths.size(); ++i) {
        const Path& one = paths[i - 1];
        const Path& two = paths[i];
        const std::size_t shared = std::min(one.size(), two.size());
        std::size_t same = 0;
        while (same < shared && one.steps()[same] == two.steps()[same]) ++same;
        const bool overlap = same == shared;
        const bool conflict = !overlap && one.steps()[same].index() != two.steps()[same].index();
        if (!overlap && !conflict) continue;
        throw ApiError::validation(expression::PathClash::text(overlap ? "overlap" : "conflict", one, two));
    }
}

}  // namespace

expression::Update bind_update(const std::vector<Assignment>& assignments, Parameters parameters) {
    const UpdateBinder binder(parameters);
    std::vector<UpdateAction> actions;
    std::vector<Path> targets;
    for (const Assignment& each : assignments) {
        actions.push_back(binder.action(each));
        targets.push_back(actions.back().path);
    }
    require_disjoint(std::move(targets));
    return {std::move(actions), expression::Update::Dialect::update_expression};
}

}  // namespace tailrace::partiql
