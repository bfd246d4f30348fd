#include "server/process/held_signals.hpp"

namespace tailrace::server {

HeldSignals::HeldSignals() {
    ::sigemptyset(&held_);
    ::sigaddset(&held_, SIGINT);
    ::sigaddset(&held_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
}

HeldSignals::~HeldSignals() {
    while (take()) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool HeldSignals::take() noexcept {
    ::sigset_t pending;
    ::sigpending(&pending);
    if (::sigismember(&pending, SIGINT) != 1 && ::sigismember(&pending, SIGTERM) != 1) return false;
    int taken = 0;
    return ::sigwait(&held_, &taken) == 0;
}

}  // namespace tailrace::server
