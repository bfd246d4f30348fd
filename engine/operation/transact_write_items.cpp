#include <set>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/operation/consumed_capacities.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/update_step.hpp"
#include "engine/operation/write_answer.hpp"
#include "engine/table/item_rules.hpp"
#include "engine/table/row_key.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

/// One member of a transaction: exactly one of ConditionCheck, Put, Delete and Update, parsed and bound.
struct TransactMember {
    std::string table_name;
    /// The item that is put; null for the others, which have a key.
    table::ItemImagePtr image;
    AttributeMap key;
    std::optional<expression::Condition> condition;
    std::optional<expression::Update> update;
    std::string_view action;
    bool returns_failed_item = false;
};

constexpr std::array<std::string_view, 4> actions = {"ConditionCheck", "Put", "Delete", "Update"};

TransactMember read_member(const boost::json::object& request) {
    TransactMember member;
    const boost::json::object* content = nullptr;
    for (const std::string_view action : actions) {
        const auto* found = validation::object_member(request, action);
        if (found == nullptr) continue;
        if (content != nullptr) {
            throw ApiError::validation("TransactItems can only contain one of Check, Put, Update or Delete");
        }
        content = found;
        member.action = action;
    }
    if (content == nullptr) {
        throw ApiError::validation(
            "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
    }
    member.table_name = content->at("TableName").as_string();
    auto placeholders = expression::Placeholders::read(*content);
    if (member.action == "Put") {
        member.image =
            std::make_shared<table::ItemImage>(parse_attribute_map(content->at("Item").as_object()));
        if (member.image->size_bytes > table::max_item_bytes) {
            throw ApiError::validation("Item size has exceeded the maximum allowed size");
        }
    } else {
        member.key = parse_attribute_map(content->at("Key").as_object());
    }
    if (const auto text = validation::text_member(*content, "UpdateExpression")) {
        member.update = expression::Update::parse(*text, placeholders);
    }
    member.condition = read_condition(*content, placeholders);
    placeholders.require_all_used();
    member.returns_failed_item = returns_failed_item(*content);
    return member;
}

std::unique_ptr<table::WriteStep> make_step(const table::Table& table, const TransactMember& member) {
    if (member.action == "Put") return std::make_unique<table::PutStep>(member.image);
    if (member.action == "Delete") return std::make_unique<table::DeleteStep>();
    if (member.action == "ConditionCheck") return std::make_unique<table::CheckStep>();
    return std::make_unique<UpdateStep>(table.definition, member.key,
                                        member.update ? &*member.update : nullptr);
}

void check_member(const table::Table& table, const TransactMember& member) {
    if (member.image) {
        table::check_item(table.definition, member.image->item);
        return;
    }
    table::check_key(table.definition, member.key);
    if (member.update) table::check_update_leaves_key(table.definition, member.update->attribute_names());
}

boost::json::object reason(std::string_view code, std::string_view message) {
    return {{"Code", code}, {"Message", message}};
}

/// Decides one member; what is against it goes into `reason_out`.
std::optional<table::WriteDecision> decide(table::ItemWriter& writer, const table::WriteRequest& write,
                                           const TransactMember& member, boost::json::value& reason_out) {
    reason_out = boost::json::object{{"Code", "None"}};
    try {
        auto decision = writer.decide(write);
        if (decision.condition_held) return decision;
        auto failed = reason("ConditionalCheckFailed", "The conditional request failed");
        if (member.returns_failed_item && decision.old_item)
            failed["Item"] = to_json_object(*decision.old_item);
        reason_out = std::move(failed);
    } catch (const ApiError& error) {
        reason_out = reason("ValidationError", error.message());
    }
    return std::nullopt;
}

/// Decides every member before it applies the first one, so that all or none take place.
ConsumedCapacities write_all(table::WriteSession& session, const std::vector<TransactMember>& members) {
    std::vector<std::unique_ptr<table::WriteStep>> steps;
    std::vector<table::WriteRequest> writes;
    std::set<std::pair<const table::Table*, std::string>> seen;
    for (const TransactMember& member : members) {
        const table::Table& table = session.table(member.table_name);
        check_member(table, member);
        std::string row =
            table::base_row_key(table.definition, member.image ? member.image->item : member.key);
        if (!seen.emplace(&table, row).second) {
            throw ApiError::validation("Transaction request cannot include multiple operations on one item");
        }
        steps.push_back(make_step(table, member));
        writes.push_back({table, std::move(row), *steps.back(),
                          member.condition ? &*member.condition : nullptr, member.returns_failed_item});
    }
    table::ItemWriter writer(session);
    std::vector<table::WriteDecision> decisions;
    boost::json::array reasons;
    for (std::size_t i = 0; i < members.size(); ++i) {
        auto decision = decide(writer, writes[i], members[i], reasons.emplace_back(nullptr));
        if (decision) decisions.push_back(std::move(*decision));
    }
    if (decisions.size() < members.size()) throw ApiError::transaction_canceled(std::move(reasons));
    ConsumedCapacities consumed;
    for (const auto& decision : decisions) {
        table::Capacity capacity = writer.apply(decision);
        // A transactional write costs double, on the table and on its indexes.
        capacity.add(table::Capacity(capacity));
        consumed.add(*decision.table, capacity);
    }
    return consumed;
}

}  // namespace

std::string transact_write_items(OperationContext& context, const boost::json::object& request) {
    std::vector<TransactMember> members;
    for (const auto& each : request.at("TransactItems").as_array())
        members.push_back(read_member(each.as_object()));
    const auto wanted = table::read_return_consumed_capacity(request);

    return context.database.write([&](table::WriteSession& session) {
        const ConsumedCapacities consumed = write_all(session, members);
        ResponseBody body;
        if (wanted != table::ReturnConsumedCapacity::none) {
            body.member("ConsumedCapacity", consumed.json(wanted, table::CapacityDetail::with_write_units));
        }
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
