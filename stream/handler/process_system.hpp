#pragma once

#include <sys/types.h>

#include <array>
#include <string>

namespace tailrace::stream {

// What starting and watching a process takes that Linux has and others have not, or otherwise. Errors are
// told as the system calls do: -1, with errno set.

/// Both ends are closed in programs that are run.
int open_private_pipe(std::array<int, 2>& ends) noexcept;
/// Closes every descriptor from `first` on. Safe in a signal's handler.
void close_from(unsigned int first) noexcept;
/// In a child process: has the kernel kill it when the thread that made it ends, where there is such a
/// kernel. Safe in a signal's handler.
void end_with_parent() noexcept;
/// A descriptor that is readable when a child that has not been waited for has ended.
int open_exit_descriptor(pid_t child) noexcept;
/// "Killed"; "signal 42" for one that has no name.
std::string signal_text(int number);

}  // namespace tailrace::stream
