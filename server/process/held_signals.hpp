#pragma once

#include <csignal>

namespace tailrace::server {

/// Holds SIGINT and SIGTERM back from this thread, and from those that it starts, until somebody asks for
/// them. Those that nobody has asked for have no effect.
class HeldSignals {
  public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    /// Takes one that has come. Returns false if there is none.
    bool take() noexcept;

  private:
    ::sigset_t held_{};
    ::sigset_t before_{};
};

}  // namespace tailrace::server
