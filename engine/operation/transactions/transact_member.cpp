#include "engine/operation/transactions/transact_member.hpp"

#include <array>

#include "engine/model/api_error.hpp"
#include "engine/model/value_fault.hpp"
#include "engine/operation/items/update_step.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/row_key.hpp"

namespace tailrace::operation {

namespace {

constexpr std::size_t max_transaction_bytes = 4 * 1024 * 1024;

}  // namespace

void require_payload_size(std::size_t size_bytes) {
    if (size_bytes <= max_transaction_bytes) return;
    throw ApiError::validation("Transaction payload size cannot exceed 4MB. Payload Size: " +
                               std::to_string(size_bytes));
}

void require_response_size(std::size_t size_bytes) {
    if (size_bytes <= max_transaction_bytes) return;
    throw ApiError::validation("Payload in response is too large." + std::to_string(size_bytes));
}

TransactMember TransactMember::read(const Request& transact_item) {
    constexpr std::array<std::pair<std::string_view, Action>, 4> actions = {{
        {"ConditionCheck", Action::condition_check},
        {"Put", Action::put},
        {"Delete", Action::erase},
        {"Update", Action::update},
    }};
    std::optional<TransactMember> member;
    for (const auto& [name, action] : actions) {
        const auto content = transact_item.structure(name);
        if (!content) continue;
        if (member) {
            throw ApiError::validation("TransactItems can only contain one of Check, Put, Update or Delete");
        }
        member = read(action, *content);
    }
    if (!member) {
        throw ApiError::validation(
            "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
    }
    return std::move(*member);
}

TransactMember TransactMember::read(Action action, const Request& content) {
    TransactMember member;
    member.action_ = action;
    member.table_name_ = content.table_name();
    // AWS reports the faults of a member's expressions before a key that is nested too deep.
    // Source: the observations of AWS in paritysuite/dynamodb-conformance, deepRequests.test.ts, October
    // 2026.
    bool is_key_too_deep = false;
    if (action == Action::put) {
        member.image_ = put_image(content.attributes("Item"));
    } else {
        try {
            member.key_ = content.attributes("Key");
        } catch (const NestingFault&) {
            is_key_too_deep = true;
        }
    }
    auto placeholders = expression::Placeholders::read(content);
    if (action == Action::update) {
        const auto text = content.text("UpdateExpression");
        if (text) member.update_ = expression::Update::parse(*text, placeholders);
    }
    if (auto condition = read_condition(content, placeholders)) {
        member.condition_ = std::make_shared<const expression::Condition>(std::move(*condition));
    }
    placeholders.require_all_used();
    if (is_key_too_deep) throw NestingFault();
    if (returns_failed_item(content)) member.failure_ = table::FailedCondition::with_item;
    member.payload_bytes_ = placeholders.size_bytes();
    member.payload_bytes_ += member.image_ ? member.image_->size_bytes : item_size_bytes(member.key_);
    for (const std::string_view expression : {"UpdateExpression", "ConditionExpression"}) {
        member.payload_bytes_ += content.text(expression).value_or("").size();
    }
    return member;
}

table::PlannedWrite TransactMember::plan(const table::TableDefinition& definition) const {
    check(definition);
    return {.table = definition,
            .row_key = table::base_row_key(definition, key()),
            .step = step(definition),
            .condition = condition_,
            .failure = failure_};
}

void TransactMember::check(const table::TableDefinition& definition) const {
    if (image_) {
        table::check_item(definition, image_->item);
        return;
    }
    table::check_key(definition, key_);
    if (update_) table::check_update(definition, *update_);
}

std::unique_ptr<const table::WriteStep> TransactMember::step(const table::TableDefinition& definition) const {
    switch (action_) {
        case Action::condition_check:
            return nullptr;
        case Action::put:
            return std::make_unique<table::PutStep>(image_);
        case Action::erase:
            return std::make_unique<table::DeleteStep>();
        case Action::update:
            return std::make_unique<UpdateStep>(definition, key_, update_ ? &*update_ : nullptr);
    }
    return nullptr;
}

std::vector<TransactMember> read_transact_members(const Request& request) {
    std::vector<TransactMember> members;
    std::size_t payload_bytes = 0;
    for (const auto& each : *request.list("TransactItems")) {
        members.push_back(TransactMember::read(request.element(each)));
        payload_bytes += members.back().payload_bytes();
    }
    require_payload_size(payload_bytes);
    return members;
}

}  // namespace tailrace::operation
