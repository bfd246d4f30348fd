#include "stream/handler/faulty_handler.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <utility>

#include "engine/model/sequence_number.hpp"

namespace tailrace::stream {
namespace {

using operation::CallFault;

/// Returns an answer that reports the last records of a batch as failed.
std::string item_failures(const EventBatch& batch, std::size_t count) {
    boost::json::array failures;
    const std::size_t size = batch.records.size();
    for (std::size_t i = size - std::min(size, count); i < size; ++i) {
        failures.push_back(boost::json::object{{"itemIdentifier", sequence_text(batch.records[i].sequence)}});
    }
    return boost::json::serialize(boost::json::object{{"batchItemFailures", std::move(failures)}});
}

/// Returns Lambda's message for a call that takes too long.
std::string scripted_timeout_text(std::chrono::milliseconds timeout) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "Task timed out after %.2f seconds",
                  static_cast<double>(timeout.count()) / 1000);
    return text.data();
}

}  // namespace

HandlerResult FaultyHandler::handle(const EventBatch& batch) {
    const auto rule = meet(batch.table_name);
    if (!rule) return current()->handle(batch);
    const CallFault& fault = *rule->effect.call;
    if (fault.kind != CallFault::Kind::items_failed) return failure(fault);
    HandlerResult result = current()->handle(batch);
    if (result.has_returned()) result.payload = item_failures(batch, fault.items);
    return result;
}

HandlerResult FaultyHandler::invoke(std::string_view event_json) {
    const auto rule = meet({});
    const bool has_records = rule && rule->effect.call->kind == CallFault::Kind::items_failed;
    return rule && !has_records ? failure(*rule->effect.call) : current()->invoke(event_json);
}

void FaultyHandler::stop(StopReason reason) noexcept {
    const std::lock_guard lock(mutex_);
    if (stop_reason_ == nullptr) stop_reason_ = reason;
    handler_->stop(reason);
    for (const auto& each : replaced_) {
        if (const auto handler = each.lock()) handler->stop(reason);
    }
}

std::shared_ptr<Handler> FaultyHandler::replace(std::shared_ptr<Handler> handler,
                                                std::chrono::milliseconds timeout) {
    const std::lock_guard lock(mutex_);
    std::erase_if(replaced_, [](const auto& each) { return each.expired(); });
    replaced_.push_back(handler_);
    if (stop_reason_ != nullptr) handler->stop(stop_reason_);
    handler_->rest();
    timeout_ = timeout;
    return std::exchange(handler_, std::move(handler));
}

std::shared_ptr<Handler> FaultyHandler::current() const {
    const std::lock_guard lock(mutex_);
    return handler_;
}

std::shared_ptr<const operation::FaultRule> FaultyHandler::meet(std::string_view table_name) const {
    if (!script_.is_armed()) return nullptr;
    auto rule =
        script_.meet({.operation = function_call, .function_name = function_name_, .table_name = table_name});
    return rule && rule->effect.call ? rule : nullptr;
}

HandlerResult FaultyHandler::failure(const CallFault& fault) const {
    if (fault.kind == CallFault::Kind::not_invoked) return HandlerResult::not_invoked(fault.message);
    if (fault.kind == CallFault::Kind::failed) return HandlerResult::failed(fault.message, fault.error_type);
    const std::lock_guard lock(mutex_);
    return HandlerResult::failed(scripted_timeout_text(timeout_), "Sandbox.Timedout");
}

}  // namespace tailrace::stream
