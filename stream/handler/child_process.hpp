#pragma once

#include <sys/types.h>

#include <string>
#include <system_error>
#include <vector>

namespace tailrace::stream {

/// A program to be run.
struct ChildProgram {
    /// An absolute path; see find_program().
    std::string path;
    /// With the program's name before them.
    std::vector<std::string> arguments;
    /// "NAME=value" each.
    std::vector<std::string> environment;
    /// The folder that it runs in.
    std::string folder;
};

/// The system does not run a program. what() is "PATH: why".
class ProgramError : public std::system_error {
  public:
    using std::system_error::system_error;
};

/// The absolute path of the program that a shell would run for `name`; empty when there is none that may be
/// run.
std::string find_program(const std::string& name);

/// How a process ended, in the words of Lambda's log: "exit status 1", "signal: killed"; empty for a good
/// end.
std::string exit_text(int wait_status);

/// A running program: in a process group of its own, with nothing to read, its output and its errors in one
/// pipe, no other file of this process open, and ended by the kernel when the thread that started it ends, so
/// that none is left behind whatever becomes of this process.
class ChildProcess {
  public:
    /// Throws ProgramError, and std::system_error when no process can be made at all.
    explicit ChildProcess(const ChildProgram& program);
    /// Kills what is left of the group.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Descriptors for the caller to own and close: one that is readable when the process has ended, and the
    /// end of the pipe to read from.
    int take_exit_descriptor();
    int take_output_descriptor();

    /// Sends a signal to the process and those that it started.
    void signal(int number) const noexcept;
    /// Ends the group and returns the wait status of the process, which has ended.
    int reap() noexcept;

  private:
    pid_t pid_ = -1;
    int exit_descriptor_ = -1;
    int output_descriptor_ = -1;
};

}  // namespace tailrace::stream
