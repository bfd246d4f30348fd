#pragma once

#include <array>
#include <boost/json.hpp>
#include <cstddef>
#include <string_view>

#include "engine/model/api_error.hpp"
#include "engine/table/item_gate.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::table {

/// The name of an error that may cancel a transaction, and the code of the reason.
struct ReasonCode {
    std::string_view error;
    std::string_view code;
};

/// Source: API_CancellationReason.
inline constexpr std::array<ReasonCode, 6> reason_codes = {{
    {"ConditionalCheckFailedException", "ConditionalCheckFailed"},
    {"ItemCollectionSizeLimitExceededException", "ItemCollectionSizeLimitExceeded"},
    {"ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded"},
    {"ThrottlingException", "ThrottlingError"},
    {"TransactionConflictException", "TransactionConflict"},
    {"ValidationException", "ValidationError"},
}};

/// The effect of an empty key value. It ends the whole request in TransactWriteItems and TransactGetItems; in
/// ExecuteTransaction it is a reason like any other.
enum class EmptyKey { ends_request, is_reason };

/// What a reason says if a member's condition did not hold.
enum class FailedCondition { plain, with_item, duplicate_item };

/// Why a transaction is cancelled: one reason for each member, in the order of the members.
/// Source: API_CancellationReason; ExecuteTransaction also uses codes of API_BatchStatementError.
class CancellationReasons {
  public:
    /// Starts with `members` reasons, all of them "None".
    CancellationReasons(std::size_t members, EmptyKey empty_key);

    /// Calls `work` and notes the ApiError that it throws as the member's reason. Rethrows one that ends the
    /// whole request.
    template <typename Work>
    void guard(std::size_t member, Work&& work) {
        try {
            work();
        } catch (const EmptyKeyValue& error) {
            if (empty_key_ == EmptyKey::ends_request) throw;
            add(member, error);
        } catch (const ItemRefused& error) {
            add_refusal(member, error);
        } catch (const ApiError& error) {
            add(member, error);
        }
    }

    /// Notes the error that the member ended with. Throws the error itself if its status is not 400: it is
    /// then an error of the service and not of the member.
    void add(std::size_t member, const ApiError& error);
    /// Notes the error of a gate. Throws the error itself if it has no reason code: it then ends the request.
    void add_refusal(std::size_t member, const ItemRefused& error);
    void add(std::size_t member, std::string_view code, std::string_view message);
    /// `decision` is one whose condition did not hold.
    void add(std::size_t member, FailedCondition failure, const WriteDecision& decision);

    bool has(std::size_t member) const;
    /// Throws TransactionCanceledException if there is any reason.
    void require_none() const;

  private:
    boost::json::array reasons_;
    EmptyKey empty_key_;
    bool any_ = false;
};

}  // namespace tailrace::table
