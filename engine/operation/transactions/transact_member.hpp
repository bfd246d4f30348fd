#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/expression/condition.hpp"
#include "engine/expression/update.hpp"
#include "engine/model/request.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/table/items/item_writer.hpp"
#include "engine/table/transactions/write_transaction.hpp"

namespace tailrace::operation {

/// These throw ApiError::validation if a transaction's request or response is larger than 4 MB. Each member
/// adds the size of its item or key, of its expressions, and of what their placeholders stand for. The stored
/// items that it changes do not count. Source: API_TransactWriteItems and API_TransactGetItems; the words are
/// DynamoDB Local's.
void require_payload_size(std::size_t size_bytes);
void require_response_size(std::size_t size_bytes);

/// The Responses of a transaction that reads: one for each item, with its Item if it was found.
/// `shown(place, stored_json)` returns the item at that place as the response shows it, in wire JSON; if that
/// is empty, there is no Item.
template <typename Shown>
std::string item_responses(const std::vector<std::optional<std::string>>& items, Shown&& shown) {
    ResponseList responses;
    for (std::size_t i = 0; i < items.size(); ++i) {
        ResponseBody response;
        const std::string item = items[i] ? shown(i, *items[i]) : std::string();
        if (!item.empty()) response.member("Item", item);
        responses.add(std::move(response).take());
    }
    return responses.elements_json();
}

/// One member of a TransactWriteItems: exactly one of ConditionCheck, Put, Delete and Update, parsed and
/// bound. Refers to the request.
class TransactMember {
  public:
    /// Throws ApiError::validation for a fault that fails the whole request.
    static TransactMember read(const Request& transact_item);

    std::string_view table_name() const { return table_name_; }
    /// The item to be put, or the key.
    const AttributeMap& key() const { return image_ ? image_->item : key_; }
    /// The member's share of the transaction's payload.
    std::size_t payload_bytes() const { return payload_bytes_; }

    /// What the member does to its table. Throws ApiError::validation if the member's item, key or update
    /// does not fit the table. The plan refers to the table and to this member.
    table::PlannedWrite plan(const table::TableDefinition& definition) const;

  private:
    enum class Action { condition_check, put, erase, update };

    static TransactMember read(Action action, const Request& content);
    void check(const table::TableDefinition& definition) const;
    /// Null for a ConditionCheck.
    std::unique_ptr<const table::WriteStep> step(const table::TableDefinition& definition) const;

    Action action_ = Action::condition_check;
    std::string_view table_name_;
    table::ItemImagePtr image_;
    AttributeMap key_;
    std::optional<expression::Update> update_;
    /// Null if there is none.
    std::shared_ptr<const expression::Condition> condition_;
    table::FailedCondition failure_ = table::FailedCondition::plain;
    std::size_t payload_bytes_ = 0;
};

/// All members of the request. Throws if together they are too large.
std::vector<TransactMember> read_transact_members(const Request& request);

}  // namespace tailrace::operation
