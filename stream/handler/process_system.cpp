#include "stream/handler/process_system.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#else
#include <sys/event.h>
#endif

namespace tailrace::stream {
namespace {

void close_one_by_one(unsigned int first) noexcept {
    const long limit = ::sysconf(_SC_OPEN_MAX);
    for (int each = static_cast<int>(first); each < limit; ++each) ::close(each);
}

}  // namespace

#ifdef __linux__

int open_private_pipe(std::array<int, 2>& ends) noexcept {
    return ::pipe2(ends.data(), O_CLOEXEC);
}

void close_from(unsigned int first) noexcept {
    if (::close_range(first, ~0U, 0) != 0) close_one_by_one(first);
}

void end_with_parent() noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int open_exit_descriptor(pid_t child) noexcept {
    return static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
}

std::string signal_text(int number) {
    const char* description = ::sigdescr_np(number);
    return description != nullptr ? description : "signal " + std::to_string(number);
}

#else

int open_private_pipe(std::array<int, 2>& ends) noexcept {
    if (::pipe(ends.data()) != 0) return -1;
    for (const int each : ends) ::fcntl(each, F_SETFD, FD_CLOEXEC);
    return 0;
}

void close_from(unsigned int first) noexcept {
    close_one_by_one(first);
}

// The BSDs and macOS have no such call: a child may outlive a server that is killed.
void end_with_parent() noexcept {}

int open_exit_descriptor(pid_t child) noexcept {
    const int queue = ::kqueue();
    if (queue < 0) return -1;
    ::fcntl(queue, F_SETFD, FD_CLOEXEC);
    struct kevent end;
    EV_SET(&end, static_cast<uintptr_t>(child), EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
    if (::kevent(queue, &end, 1, nullptr, 0, nullptr) == 0) return queue;
    const int error = errno;
    ::close(queue);
    errno = error;
    std::array<int, 2> ends{};
    // A process that has already ended is reported as ESRCH. The read end of a pipe without a writer is
    // readable at once.
    if (error != ESRCH || open_private_pipe(ends) != 0) return -1;
    ::close(ends[1]);
    return ends[0];
}

std::string signal_text(int number) {
    // "Killed: 9"
    const std::string text = ::strsignal(number);
    return text.starts_with("Unknown") ? "signal " + std::to_string(number) : text.substr(0, text.find(':'));
}

#endif

}  // namespace tailrace::stream
