#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "stream/handler/execution_environment.hpp"

namespace tailrace::stream {

/// A program that runs as a Lambda function in a process of its own.
struct RuntimeProgram {
    /// The program and its arguments: "node", "-e", ….
    std::vector<std::string> command;
    /// The folder it runs in, which is also its LAMBDA_TASK_ROOT.
    std::string folder;
    /// The value of _HANDLER: "messages.handler".
    std::string handler;
};

/// Splits a command into words as a shell does: at blanks, with '…', "…" and \ to keep text together. Nothing
/// else is special.
std::vector<std::string> split_command(std::string_view command);

/// A Lambda function in child processes that speak the Runtime API. A process takes one call at a time and is
/// kept for the next. A call that finds no idle process starts another, up to a limit. At the limit further
/// calls are answered as not invoked, as when Lambda throttles. If a process crashes or its call takes too
/// long, that call fails, and the next call starts a new process. If a runtime client reports that the
/// function's files have changed, its process is replaced before the call. Source: "Understanding the Lambda
/// execution environment lifecycle".
///
/// One thread of its own starts the processes and serves them.
class RuntimeFunction final : public EventHandler, private ExecutionEnvironment::Owner {
  public:
    /// Throws UnknownHandler if there is no such program.
    RuntimeFunction(const RuntimeProgram& program, HandlerContext context);
    /// Ends the processes. No call may be under way.
    ~RuntimeFunction() override;
    RuntimeFunction(const RuntimeFunction&) = delete;
    RuntimeFunction& operator=(const RuntimeFunction&) = delete;

    /// Starts a process before the first call and waits until it is ready, ten seconds at most. Throws
    /// UnknownHandler with the runtime client's message if the function cannot be loaded.
    void start_ahead();

    HandlerResult invoke(std::string_view event_json) override;
    void stop() noexcept override;

  private:
    void run();
    void begin(std::shared_ptr<FunctionCall> call);
    void start_environments();
    bool start_environment();
    void report_start(std::string error);
    void end_all();
    void on_ready(ExecutionEnvironment& environment) override;
    void on_start_failed(ExecutionEnvironment& environment, const RuntimeFailure& failure) override;
    void on_outdated(ExecutionEnvironment& environment, std::shared_ptr<FunctionCall> call) override;
    void on_ended(ExecutionEnvironment& environment) override;

    const HandlerContext context_;
    ChildProgram program_;
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;

    // Used only by the thread.
    bool stopping_ = false;
    std::vector<std::shared_ptr<ExecutionEnvironment>> environments_;
    std::deque<std::shared_ptr<FunctionCall>> waiting_calls_;
    std::shared_ptr<std::promise<std::string>> started_;

    std::thread thread_;
};

}  // namespace tailrace::stream
