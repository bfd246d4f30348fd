#include "server/process/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "engine/model/clock.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// Makes standard error a full pipe that nobody reads.
class UnreadStandardError {
  public:
    UnreadStandardError() : original_(::dup(STDERR_FILENO)) {
        REQUIRE(::pipe2(ends_.data(), O_NONBLOCK) == 0);
        while (::write(ends_[1], "x", 1) == 1) {
        }
        REQUIRE(errno == EAGAIN);
        ::dup2(ends_[1], STDERR_FILENO);
    }
    ~UnreadStandardError() {
        ::dup2(original_, STDERR_FILENO);
        for (const int descriptor : {original_, ends_[0], ends_[1]}) ::close(descriptor);
    }
    UnreadStandardError(const UnreadStandardError&) = delete;
    UnreadStandardError& operator=(const UnreadStandardError&) = delete;

  private:
    int original_;
    std::array<int, 2> ends_ = {};
};

}  // namespace

// The process must end even if its last line cannot be written.
TEST_CASE("a log that no longer waits drops unread lines at once") {
    const ManualClock clock{Timestamp()};
    const Log log(LogLevel::error, clock);
    log.stop_waiting();
    const auto started = std::chrono::steady_clock::now();
    {
        const UnreadStandardError unread;
        log.error("the time to stop is up");
    }
    CHECK(std::chrono::steady_clock::now() - started < std::chrono::milliseconds(900));
}
