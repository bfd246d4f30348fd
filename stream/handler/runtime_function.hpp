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

/// What runs as a Lambda function in a process of its own.
struct RuntimeProgram {
    /// A program and its arguments, as "node", "-e", ….
    std::vector<std::string> command;
    /// The folder that it runs in, and its LAMBDA_TASK_ROOT.
    std::string folder;
    /// _HANDLER: "messages.handler".
    std::string handler;
};

/// A command's words, as a shell would split them: by blanks, with '…', "…" and \ to keep what they hold
/// together. Nothing else has a meaning.
std::vector<std::string> split_command(std::string_view command);

/// A Lambda function in child processes that speak the Runtime API. One process takes one call at a time and
/// is kept for the next; a call that finds none waiting starts another, up to a bound, beyond which calls are
/// not invoked, as Lambda throttles. A process that crashes, or whose call takes too long, fails that call
/// and is started again for the next; one whose client says that the function's files have changed is
/// replaced before the call. Source: "Understanding the Lambda execution environment lifecycle".
///
/// One thread of its own starts the processes and serves them.
class RuntimeFunction final : public EventHandler, private ExecutionEnvironment::Owner {
  public:
    /// Throws UnknownHandler when there is no such program.
    RuntimeFunction(const RuntimeProgram& program, HandlerContext context);
    /// Ends the processes. No call may be under way.
    ~RuntimeFunction() override;
    RuntimeFunction(const RuntimeFunction&) = delete;
    RuntimeFunction& operator=(const RuntimeFunction&) = delete;

    /// Starts a process ahead of the first call, and waits until it is ready. Throws UnknownHandler with what
    /// the runtime client says when the function cannot be loaded.
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

    // Used by the thread alone.
    bool stopping_ = false;
    std::vector<std::shared_ptr<ExecutionEnvironment>> environments_;
    std::deque<std::shared_ptr<FunctionCall>> waiting_calls_;
    std::shared_ptr<std::promise<std::string>> started_;

    std::thread thread_;
};

}  // namespace tailrace::stream
