#include "stream/mapping/performance.hpp"

#include "stream/mapping/delivery/function_call.hpp"

namespace tailrace::stream {

Performance perform(const StreamCursors& cursors, StreamCursors::Work& work, Handler& handler,
                    const Clock& clock) {
    Performance done;
    Delivery& delivery = work.work.delivery;
    Invocation& invocation = done.invocation;
    if (work.work.condition == DiscardCondition::none) {
        invocation = call_function(handler, delivery.batch, clock);
        done.answer = read_answer(invocation.result, *delivery.batch, cursors.rules().parameters);
        if (done.answer.kind != BatchAnswer::Kind::not_invoked) {
            ++delivery.invocations;
            delivery.last_result = invocation.result;
        }
        invocation.error = done.answer.error;
    } else {
        invocation.time = clock.now();
        invocation.batch = delivery.batch;
        invocation.result = delivery.last_result;
        invocation.error = "the records are older than the mapping sends them";
    }
    invocation.attempt = delivery.invocations;
    done.verdict = cursors.judge(work, done.answer, clock.now());
    if (done.verdict.discard) invocation.condition = done.verdict.discard->condition;
    return done;
}

}  // namespace tailrace::stream
