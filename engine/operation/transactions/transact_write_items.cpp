#include "engine/model/api_error.hpp"
#include "engine/operation/items/write_request.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/operation/transactions/request_fingerprint.hpp"
#include "engine/operation/transactions/write_transaction.hpp"
#include "engine/table/request_tokens.hpp"

namespace tailrace::operation {
namespace {

/// True if the token was used for the same transaction before.
bool is_repeated(const table::RequestTokens& tokens, std::string_view token, std::uint64_t fingerprint) {
    const auto seen = tokens.find(token, fingerprint);
    if (seen == table::RequestTokens::Seen::with_another_request) {
        throw ApiError::idempotent_parameter_mismatch();
    }
    return seen == table::RequestTokens::Seen::with_this_request;
}

struct TransactWriteRequest {
    std::vector<TransactMember> members;
    std::optional<std::string_view> token;
    /// The fingerprint of the members, if there is a token.
    std::uint64_t fingerprint = 0;
    WriteReport report;
};

TransactWriteRequest read_transaction(const Request& request) {
    TransactWriteRequest wanted;
    wanted.members = read_transact_members(request);
    wanted.token = request.text("ClientRequestToken");
    if (wanted.token) wanted.fingerprint = request_fingerprint(*request.find("TransactItems"));
    wanted.report = WriteReport::read(request);
    return wanted;
}

struct TransactionReport {
    std::optional<boost::json::array> consumed;
    std::optional<boost::json::object> metrics;
};

}  // namespace

std::string transact_write_items(OperationContext& context, const Request& request) {
    const TransactWriteRequest wanted = read_transaction(request);

    const TransactionReport report = context.database.write([&](table::WriteSession& session) {
        table::RequestTokens tokens(session);
        WriteTransaction transaction(session, wanted.members);
        TransactionReport told;
        if (wanted.token && is_repeated(tokens, *wanted.token, wanted.fingerprint)) {
            told.consumed =
                transaction.repeat().json(wanted.report.capacity, table::CapacityDetail::with_read_units);
        } else {
            transaction.decide();
            told.consumed = transaction.apply(context.options.transaction_duration)
                                .json(wanted.report.capacity, table::CapacityDetail::with_write_units);
            if (wanted.token) tokens.remember(*wanted.token, wanted.fingerprint);
        }
        if (wanted.report.metrics) told.metrics = transaction.item_collections();
        return told;
    });

    ResponseBody body;
    if (report.consumed) body.member("ConsumedCapacity", *report.consumed);
    if (report.metrics) body.member("ItemCollectionMetrics", *report.metrics);
    return std::move(body).take();
}

}  // namespace tailrace::operation
