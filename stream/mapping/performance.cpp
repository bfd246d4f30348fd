#include "stream/mapping/performance.hpp"

#include "stream/mapping/delivery/call_function.hpp"

namespace tailrace::stream {
namespace {

/// Returns why a batch is given up without another call, and the error of its last call, if there was one.
std::string reason_for(DiscardCondition condition, const Delivery& delivery) {
    std::string reason = "the records are older than the mapping's limit";
    if (condition == DiscardCondition::table_replaced) reason = "its table was deleted and created again";
    if (condition == DiscardCondition::skipped) reason = "it was skipped on request";
    if (!delivery.last_error.empty()) reason += "; its last call failed: " + delivery.last_error;
    return reason;
}

}  // namespace

Performance perform(LaneTask& task, Handler& handler, const Clock& clock) {
    Performance done;
    Delivery& delivery = task.delivery();
    Invocation& invocation = done.invocation;
    if (task.condition() == DiscardCondition::none) {
        invocation = call_function(handler, delivery.batch, clock);
        invocation.attempt = delivery.failures_in_a_row + 1;
        done.answer = read_answer(invocation.result, *delivery.batch, task.parameters());
        if (done.answer.kind != BatchAnswer::Kind::not_invoked) {
            ++delivery.invocations;
            delivery.last_result = invocation.result;
        }
        invocation.error = done.answer.error;
        delivery.last_error = done.answer.error;
        done.reason = done.answer.error;
    } else {
        done.reason = reason_for(task.condition(), delivery);
        invocation.time = clock.now();
        invocation.batch = delivery.batch;
        invocation.attempt = delivery.failures_in_a_row;
        invocation.condition = task.condition();
        // Skipping a batch is not a failure.
        if (task.condition() != DiscardCondition::skipped) {
            invocation.result = delivery.last_result;
            invocation.error = done.reason;
        }
    }
    done.verdict = task.judge(done.answer, clock.now());
    if (done.verdict.discard) invocation.condition = done.verdict.discard->condition;
    return done;
}

}  // namespace tailrace::stream
