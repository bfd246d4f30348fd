#pragma once

namespace tailrace {

/// Counts one level of nesting for as long as it lives. A parser that recurses refuses a level that is too
/// deep, so that no text can exhaust the stack.
class DepthGuard {
  public:
    /// `depth` outlives the guard.
    explicit DepthGuard(int& depth) : depth_(depth) { ++depth_; }
    ~DepthGuard() { --depth_; }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;

  private:
    int& depth_;
};

}  // namespace tailrace
