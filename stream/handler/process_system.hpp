#pragma once

#include <sys/types.h>

#include <array>
#include <string>

namespace tailrace::stream {

// The system calls for starting and watching a process that differ between Linux and other systems. Errors
// are reported as by system calls: -1, with errno set.

/// Opens a pipe. Both ends are closed in programs that are run.
int open_private_pipe(std::array<int, 2>& ends) noexcept;
/// Closes every descriptor from `first` on. Async-signal-safe.
void close_from(unsigned int first) noexcept;
/// Called in a child process. If the system can do it, makes the kernel kill the child when the thread that
/// created the child ends. Async-signal-safe.
void end_with_parent() noexcept;
/// Returns a descriptor that becomes readable when the child ends. The child must not have been waited for
/// yet.
int open_exit_descriptor(pid_t child) noexcept;
/// Returns "Killed" or the like, or "signal 42" if the signal has no name.
std::string signal_text(int number);

}  // namespace tailrace::stream
