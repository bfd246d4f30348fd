#include "server/harness/test_function.hpp"

namespace tailrace::harness {

stream::HandlerResult TestFunction::handle(const stream::EventBatch& batch) {
    {
        const std::lock_guard lock(mutex_);
        batches_.push_back(batch);
    }
    return body_.call(harness_, batch);
}

std::vector<stream::EventBatch> TestFunction::batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
}

}  // namespace tailrace::harness
