#include "engine/operation/items/write_answer.hpp"

#include "engine/model/api_error.hpp"
#include "engine/operation/consumed_capacity.hpp"
#include "engine/operation/items/item_collection_metrics.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {

WrittenItem write_item(table::WriteSession& session, const table::WriteRequest& write,
                       const AttributeMap& key, const WriteReport& report) {
    WrittenItem written{table::ItemWriter(session).write(write)};
    if (!written.outcome.condition_held) {
        throw ApiError::conditional_check_failed(report.failed_item ? old_item_json(written.outcome)
                                                                    : std::string_view());
    }
    const table::TableDefinition& definition = write.table;
    written.consumed = consumed_capacity(write.table, written.outcome.capacity, report.capacity);
    if (report.metrics && definition.has_local_indexes()) {
        written.metrics = item_collection_metrics(definition, key);
    }
    return written;
}

std::string_view old_item_json(const table::WriteOutcome& outcome) {
    return outcome.old_stored ? std::string_view(outcome.old_stored->bytes) : std::string_view();
}

std::string write_answer(const WrittenItem& written, std::string_view attributes_json) {
    ResponseBody body;
    if (!attributes_json.empty()) body.member("Attributes", attributes_json);
    if (written.consumed) body.member("ConsumedCapacity", *written.consumed);
    if (written.metrics) body.member("ItemCollectionMetrics", *written.metrics);
    return std::move(body).take();
}

}  // namespace tailrace::operation
