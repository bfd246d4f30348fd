#pragma once

#include <sys/types.h>

#include <string>
#include <system_error>
#include <vector>

namespace tailrace::stream {

/// A program to run.
struct ChildProgram {
    /// An absolute path; see find_program().
    std::string path;
    /// The first one is the program's name.
    std::vector<std::string> arguments;
    /// "NAME=value" each.
    std::vector<std::string> environment;
    /// The folder it runs in.
    std::string folder;
};

/// The system could not run a program. what() is "PATH: reason".
class ProgramError : public std::system_error {
  public:
    using std::system_error::system_error;
};

/// Returns the absolute path of the program that a shell would run for `name`, or an empty string if there is
/// no such executable.
std::string find_program(const std::string& name);

/// Describes how a process ended, in the words of Lambda's log: "exit status 1", "signal: killed". Returns an
/// empty string for exit status 0.
std::string exit_text(int wait_status);

/// A running program in a process group of its own. Its standard input is empty. It writes its output and its
/// errors to one pipe, and inherits no other open file of this process. On Linux the kernel kills it when the
/// thread that started it ends, so no child is left behind, however this process ends.
class ChildProcess {
  public:
    /// Throws ProgramError if the program cannot be run, and std::system_error if no process can be created.
    explicit ChildProcess(const ChildProgram& program);
    /// Kills what is left of the group.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The caller owns and closes these descriptors: one that becomes readable when the process has ended,
    /// and the read end of the output pipe.
    int take_exit_descriptor();
    int take_output_descriptor();

    /// Sends a signal to the process and to those that it started.
    void signal(int number) const noexcept;
    /// Kills what is left of the group, waits for the process and returns its wait status.
    int reap() noexcept;

  private:
    pid_t pid_ = -1;
    int exit_descriptor_ = -1;
    int output_descriptor_ = -1;
};

}  // namespace tailrace::stream
