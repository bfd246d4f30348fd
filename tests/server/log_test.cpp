#include "server/process/log.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>

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

/// How often this thread has given up the processor to wait for something.
long waits_of_this_thread() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

}  // namespace

// The process must end even if its last line cannot be written.
TEST_CASE("a log that no longer waits drops unread lines at once") {
    const ManualClock clock{Timestamp()};
    const Log log(LogLevel::error, clock);
    log.stop_waiting();
    long waits = 0;
    {
        const UnreadStandardError unread;
        const long before = waits_of_this_thread();
        log.error("the time to stop is up");
        waits = waits_of_this_thread() - before;
    }
    CHECK(waits == 0);
}
