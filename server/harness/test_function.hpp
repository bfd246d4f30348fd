#pragma once

#include <concepts>
#include <functional>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "stream/handler/handler.hpp"

namespace tailrace::harness {

class Harness;

/// What a function of a test does with a batch: any callable that takes a batch, or the harness and a batch,
/// and returns a HandlerResult, or returns nothing, which is a success. An exception is a failure of the
/// function.
class FunctionBody {
  public:
    /// Succeeds.
    FunctionBody() : FunctionBody([](const stream::EventBatch&) {}) {}

    template <std::invocable<const stream::EventBatch&> Body>
    FunctionBody(Body body)
        : FunctionBody([called = std::move(body)](Harness&, const stream::EventBatch& batch) mutable {
              return called(batch);
          }) {}

    template <std::invocable<Harness&, const stream::EventBatch&> Body>
    FunctionBody(Body body) {
        if constexpr (std::is_void_v<std::invoke_result_t<Body&, Harness&, const stream::EventBatch&>>) {
            call_ = [called = std::move(body)](Harness& harness, const stream::EventBatch& batch) mutable {
                called(harness, batch);
                return stream::HandlerResult();
            };
        } else {
            call_ = std::move(body);
        }
    }

    stream::HandlerResult call(Harness& harness, const stream::EventBatch& batch) const {
        return call_(harness, batch);
    }

  private:
    std::function<stream::HandlerResult(Harness& harness, const stream::EventBatch& batch)> call_;
};

/// A function that records the batches it was called with. As thread-safe as its body.
class TestFunction final : public stream::Handler {
  public:
    /// The harness must outlive the function.
    TestFunction(Harness& harness, FunctionBody body) : harness_(harness), body_(std::move(body)) {}

    stream::HandlerResult handle(const stream::EventBatch& batch) override;

    /// Every batch in the order of the calls, including failed ones.
    std::vector<stream::EventBatch> batches() const;
    const FunctionBody& body() const { return body_; }

  private:
    Harness& harness_;
    const FunctionBody body_;
    mutable std::mutex mutex_;
    std::vector<stream::EventBatch> batches_;
};

}  // namespace tailrace::harness
