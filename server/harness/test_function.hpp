#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "stream/handler/handler.hpp"

namespace tailrace::harness {

/// What a test lets a function do with a batch. It may throw: that is a function's failure.
using FunctionBody = std::function<stream::HandlerResult(const stream::EventBatch& batch)>;

/// A function that remembers what it was called with. Thread-safe, as far as its body is.
class TestFunction final : public stream::Handler {
  public:
    explicit TestFunction(FunctionBody body) : body_(std::move(body)) {}

    stream::HandlerResult handle(const stream::EventBatch& batch) override;

    /// Every batch in the order of the calls, also of those that failed.
    std::vector<stream::EventBatch> batches() const;

  private:
    const FunctionBody body_;
    mutable std::mutex mutex_;
    std::vector<stream::EventBatch> batches_;
};

}  // namespace tailrace::harness
