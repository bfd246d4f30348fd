#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stream/handler/execution_environment.hpp"
#include "stream/handler/function_definition.hpp"
#include "stream/handler/loop_thread.hpp"

namespace tailrace::stream {

/// A program that runs as a Lambda function in a process of its own.
struct RuntimeProgram {
    /// The program and its arguments: "node", "-e", ….
    std::vector<std::string> command;
    /// The folder it runs in, which is also its LAMBDA_TASK_ROOT.
    std::string folder;
    /// The value of _HANDLER: "messages.handler".
    std::string handler;
    /// Says what else the function finds in its environment; null if there is no definition.
    std::shared_ptr<const FunctionDefinition> definition = {};
};

/// Splits a command into words as a shell does: at blanks, with '…', "…" and \ to keep text together. Nothing
/// else is special.
std::vector<std::string> split_command(std::string_view command);

/// A Lambda function in child processes that speak the Runtime API. A process takes one call at a time and is
/// kept for the next. A call that finds no idle process starts another, up to a limit. At the limit further
/// calls are answered as not invoked, as when Lambda throttles. If all processes of the server are busy (see
/// FunctionProcesses), a call waits for half its time limit, and is then answered as not invoked, too. A
/// function that calls another one keeps its process meanwhile, so an endless wait could be a deadlock. If a
/// process crashes or its call takes too long, that call fails, and the next call starts a new process. If a
/// runtime client reports that the function's files have changed, its process is replaced before the call.
/// Source: "Understanding the Lambda execution environment lifecycle".
///
/// One thread of its own, which the first call begins, starts the processes and serves them.
class RuntimeFunction final : public EventHandler,
                              private ExecutionEnvironment::Owner,
                              private FunctionProcesses::Member {
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
    void stop(StopReason reason) noexcept override;
    void rest() noexcept override;

  private:
    void begin(std::shared_ptr<FunctionCall> call);
    std::size_t unserved_calls() const;
    void start_environments();
    bool take_place();
    void start_environment();
    void use_places();
    void watch_waiting_calls();
    void give_up_waiting_calls();
    void wait_no_longer();
    ExecutionEnvironment& take_idle(ExecutionEnvironment& environment);
    void report_start(std::string error);
    void end_all(StopReason reason);
    void on_ready(ExecutionEnvironment& environment) override;
    void on_start_failed(ExecutionEnvironment& environment, const RuntimeFailure& failure) override;
    void on_outdated(ExecutionEnvironment& environment, std::shared_ptr<FunctionCall> call) override;
    void on_ended(ExecutionEnvironment& environment) override;
    void on_place() override;
    void on_wish() override;

    const HandlerContext context_;
    /// Kept because it may own the folder.
    const std::shared_ptr<const FunctionDefinition> definition_;
    ChildProgram program_;
    LoopThread thread_;

    // Used only by the thread.
    /// Null until it is stopped.
    StopReason stop_reason_ = nullptr;
    std::vector<std::shared_ptr<ExecutionEnvironment>> environments_;
    /// The idle environments; the one that has been idle for longest comes first.
    std::deque<ExecutionEnvironment*> idle_;
    std::deque<std::shared_ptr<FunctionCall>> waiting_calls_;
    /// Places of FunctionProcesses that have no process yet.
    std::size_t places_ = 0;
    /// Runs while calls wait for a place.
    std::optional<boost::asio::steady_timer> wait_timer_;
    std::shared_ptr<std::promise<std::string>> started_;
};

}  // namespace tailrace::stream
