#include "engine/model/api_error.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/transactions/request_fingerprint.hpp"
#include "engine/operation/transactions/write_transaction.hpp"
#include "engine/table/request_tokens.hpp"

namespace tailrace::operation {
namespace {

/// Whether the token was used for the same transaction before.
bool is_repeated(const table::RequestTokens& tokens, std::string_view token, std::uint64_t fingerprint) {
    const auto seen = tokens.find(token, fingerprint);
    if (seen == table::RequestTokens::Seen::with_another_request) {
        throw ApiError::idempotent_parameter_mismatch();
    }
    return seen == table::RequestTokens::Seen::with_this_request;
}

}  // namespace

std::string transact_write_items(OperationContext& context, const Request& request) {
    const std::vector<TransactMember> members = read_transact_members(request);
    const auto token = request.text("ClientRequestToken");
    const std::uint64_t fingerprint = token ? request_fingerprint(*request.find("TransactItems")) : 0;
    const WriteReport report = WriteReport::read(request);

    return context.database.write([&](table::WriteSession& session) {
        table::RequestTokens tokens(session);
        WriteTransaction transaction(session, members);
        ConsumedCapacities consumed;
        auto detail = table::CapacityDetail::with_write_units;
        if (token && is_repeated(tokens, *token, fingerprint)) {
            consumed = transaction.repeat();
            detail = table::CapacityDetail::with_read_units;
        } else {
            transaction.decide();
            consumed = transaction.apply(context.options.transaction_duration);
            if (token) tokens.remember(*token, fingerprint);
        }
        ResponseBody body;
        if (report.capacity != table::ReturnConsumedCapacity::none) {
            body.member("ConsumedCapacity", consumed.json(report.capacity, detail));
        }
        if (report.metrics) {
            body.member("ItemCollectionMetrics", transaction.item_collections());
        }
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
