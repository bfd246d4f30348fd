#include "stream/mapping/delivery/invocation_history.hpp"

namespace tailrace::stream {
namespace {

std::size_t bytes_of(const Invocation& invocation) {
    const HandlerResult& result = invocation.result;
    std::size_t bytes =
        sizeof(Invocation) + result.payload.size() + result.log_tail.size() + invocation.error.size();
    for (const EventRecord& record : invocation.batch->records) bytes += sizeof(record) + record.json.size();
    return bytes;
}

}  // namespace

std::uint64_t InvocationHistory::add(Invocation invocation) {
    const std::size_t bytes = bytes_of(invocation);
    invocation.number = ++newest_;
    kept_.push_back({std::move(invocation), bytes});
    bytes_ += bytes;
    while (kept_.size() > 1 && (kept_.size() > max_invocations || bytes_ > max_bytes)) {
        bytes_ -= kept_.front().bytes;
        kept_.pop_front();
    }
    return newest_;
}

std::vector<Invocation> InvocationHistory::after(std::uint64_t number) const {
    std::vector<Invocation> found;
    for (const Kept& each : kept_) {
        if (each.invocation.number > number) found.push_back(each.invocation);
    }
    return found;
}

}  // namespace tailrace::stream
