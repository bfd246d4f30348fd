#include "stream/handler/child_process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "stream/handler/process_system.hpp"

namespace tailrace::stream {
namespace {

/// The child's descriptor for the pipe on which it reports that the program could not be run.
constexpr int report_descriptor = 3;

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

/// Owns a file descriptor and closes it.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }
    int release() { return std::exchange(number_, -1); }
    void set(int number) { number_ = number; }

  private:
    int number_;
};

struct Pipe {
    Descriptor read_end;
    Descriptor write_end;

    Pipe() {
        std::array<int, 2> ends{};
        if (open_private_pipe(ends) != 0) fail(errno, "cannot create a pipe");
        read_end.set(ends[0]);
        write_end.set(ends[1]);
    }
};

/// Everything the child needs between fork() and exec(). It must not allocate there: another thread may have
/// held the allocator's lock when the child was forked.
struct ExecArguments {
    const char* path;
    const char* folder;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    pid_t parent;
    int nothing;
    int output;
    int report;
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// Resets the signals to what a program expects when it starts: none ignored, none blocked.
void reset_signals() {
    for (const int each : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGXFSZ}) std::signal(each, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(const ExecArguments& exec) {
    // Only async-signal-safe calls are allowed here. Their order ensures that no dup2() overwrites a
    // descriptor that is still needed.
    const int report = ::fcntl(exec.report, F_DUPFD, 16);
    const int output = ::fcntl(exec.output, F_DUPFD, 16);
    end_with_parent();
    if (::getppid() != exec.parent) ::_exit(1);
    ::setpgid(0, 0);
    ::dup2(exec.nothing, 0);
    ::dup2(output, 1);
    ::dup2(output, 2);
    ::dup2(report, report_descriptor);
    ::fcntl(report_descriptor, F_SETFD, FD_CLOEXEC);
    close_from(report_descriptor + 1);
    reset_signals();
    if (::chdir(exec.folder) == 0) ::execve(exec.path, exec.arguments.data(), exec.environment.data());
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(report_descriptor, &error, sizeof error);
    ::_exit(127);
}

/// Calls fork() with every signal blocked until the child has reset its own.
pid_t fork_with_blocked_signals(const ExecArguments& exec) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    if (pid == 0) run_child(exec);
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) fail(error, "cannot create a process");
    return pid;
}

/// Returns the error that kept the child from running the program, or 0 if the program runs.
int reported_error(int descriptor) {
    int error = 0;
    ssize_t size = 0;
    do {
        size = ::read(descriptor, &error, sizeof error);
    } while (size < 0 && errno == EINTR);
    return size == sizeof error ? error : 0;
}

int wait_for(pid_t pid) noexcept {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

std::string find_program(const std::string& name) {
    namespace fs = std::filesystem;
    const auto runnable = [](const fs::path& path) {
        std::error_code ignored;
        return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string::npos) return runnable(name) ? fs::absolute(name).string() : "";
    const char* variable = std::getenv("PATH");
    std::string_view rest = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(folder.size() < rest.size() ? folder.size() + 1 : rest.size());
        const fs::path path = fs::path(folder.empty() ? "." : folder) / name;
        if (runnable(path)) return fs::absolute(path).string();
    }
    return {};
}

std::string exit_text(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        std::string name = signal_text(WTERMSIG(wait_status));
        name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
        return "signal: " + name;
    }
    const int code = WEXITSTATUS(wait_status);
    return code == 0 ? std::string() : "exit status " + std::to_string(code);
}

ChildProcess::ChildProcess(const ChildProgram& program) {
    Pipe output;
    Pipe report;
    const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const ExecArguments exec{.path = program.path.c_str(),
                             .folder = program.folder.c_str(),
                             .arguments = pointers_to(program.arguments),
                             .environment = pointers_to(program.environment),
                             .parent = ::getpid(),
                             .nothing = nothing.get(),
                             .output = output.write_end.get(),
                             .report = report.write_end.get()};
    pid_ = fork_with_blocked_signals(exec);
    report.write_end.close();
    if (const int error = reported_error(report.read_end.get()); error != 0) {
        wait_for(pid_);
        throw ProgramError(error, std::generic_category(), program.path);
    }
    exit_descriptor_ = open_exit_descriptor(pid_);
    if (exit_descriptor_ < 0) {
        const int error = errno;
        reap();
        fail(error, "cannot watch a process");
    }
    output_descriptor_ = output.read_end.release();
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) reap();
    if (exit_descriptor_ >= 0) ::close(exit_descriptor_);
    if (output_descriptor_ >= 0) ::close(output_descriptor_);
}

int ChildProcess::take_exit_descriptor() {
    return std::exchange(exit_descriptor_, -1);
}

int ChildProcess::take_output_descriptor() {
    return std::exchange(output_descriptor_, -1);
}

void ChildProcess::signal(int number) const noexcept {
    if (pid_ > 0) ::kill(-pid_, number);
}

int ChildProcess::reap() noexcept {
    // The system does not reuse the id of the group before its leader has been waited for.
    signal(SIGKILL);
    const int status = wait_for(pid_);
    pid_ = -1;
    return status;
}

}  // namespace tailrace::stream
