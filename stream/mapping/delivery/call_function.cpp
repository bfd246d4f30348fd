#include "stream/mapping/delivery/call_function.hpp"

#include <exception>

namespace tailrace::stream {
namespace {

HandlerResult handle(Handler& handler, const EventBatch& batch) noexcept {
    try {
        return handler.handle(batch);
    } catch (const std::exception& error) {
        return HandlerResult::failed(error.what());
    } catch (...) {
        return HandlerResult::failed("the handler threw something that is not an exception");
    }
}

}  // namespace

Invocation call_function(Handler& handler, std::shared_ptr<const EventBatch> batch, const Clock& clock) {
    Invocation invocation;
    invocation.time = clock.now();
    invocation.result = handle(handler, *batch);
    invocation.duration = clock.now() - invocation.time;
    invocation.batch = std::move(batch);
    if (!invocation.result.has_returned()) invocation.error = invocation.result.error_message();
    return invocation;
}

}  // namespace tailrace::stream
