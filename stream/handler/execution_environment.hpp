#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "stream/handler/child_process.hpp"
#include "stream/handler/function_call.hpp"
#include "stream/handler/handler_context.hpp"
#include "stream/handler/runtime_api.hpp"

namespace tailrace::stream {

/// One process that speaks the Runtime API, with the API's side of it: takes one call at a time, and is over
/// when its process is. Used from the thread that runs its io_context alone, and kept alive by what it waits
/// for.
class ExecutionEnvironment : public std::enable_shared_from_this<ExecutionEnvironment> {
  public:
    enum class State {
        /// Has not asked for a call yet.
        starting,
        /// Waits for a call.
        ready,
        /// Has a call.
        busy,
        /// Has answered its call, and not asked for another yet.
        returning,
        /// Is told to end, or has.
        ending
    };

    /// Who gives it calls.
    class Owner {
      public:
        virtual ~Owner() = default;
        /// It is ready for a call.
        virtual void on_ready(ExecutionEnvironment& environment) = 0;
        /// It ended before it was ready for its first call.
        virtual void on_start_failed(ExecutionEnvironment& environment, const RuntimeFailure& failure) = 0;
        /// The function's files are not what it loaded: it ends, and has not begun this call.
        virtual void on_outdated(ExecutionEnvironment& environment, std::shared_ptr<FunctionCall> call) = 0;
        /// Its process is gone.
        virtual void on_ended(ExecutionEnvironment& environment) = 0;
    };

    /// The owner and the context outlive it.
    ExecutionEnvironment(boost::asio::io_context& loop, const HandlerContext& context, Owner& owner);

    /// Runs the program, with AWS_LAMBDA_RUNTIME_API added to its environment. Throws what
    /// RuntimeApi and ChildProcess throw.
    void start(ChildProgram program);
    /// Gives a ready environment a call, which it answers.
    void deliver(std::shared_ptr<FunctionCall> call);
    /// Ends the process, SIGTERM first; a call that it has is not_invoked.
    void stop();

    State state() const { return state_; }

  private:
    void receive(const std::shared_ptr<RuntimeConnection>& connection, RuntimeRequest request);
    void receive_next(const std::shared_ptr<RuntimeConnection>& connection);
    void receive_answer(const std::shared_ptr<RuntimeConnection>& connection, RuntimeRequest& request);
    void receive_start_error(const std::shared_ptr<RuntimeConnection>& connection, RuntimeRequest& request);
    void answer_call(HandlerResult result);
    void hand_back_call();
    void fail_start(const RuntimeFailure& failure);

    void begin_time(std::chrono::milliseconds time);
    void end_time();
    void on_time_up();
    void kill_after_grace();
    void read_output();
    bool take_output();
    void write_lines(bool is_end);
    void write_line(std::string_view line);
    void on_exit();

    const HandlerContext& context_;
    Owner& owner_;
    State state_ = State::starting;
    bool start_failed_ = false;
    std::shared_ptr<FunctionCall> call_;
    std::shared_ptr<RuntimeConnection> waiting_;

    boost::asio::io_context& loop_;
    std::shared_ptr<RuntimeApi> api_;
    std::unique_ptr<ChildProcess> process_;
    boost::asio::posix::stream_descriptor exit_;
    boost::asio::posix::stream_descriptor output_;
    boost::asio::steady_timer timer_;
    /// Counts what the timer was set for.
    unsigned turn_ = 0;
    std::string line_;
    /// What it wrote during its call, or the end of it.
    std::string call_output_;
};

}  // namespace tailrace::stream
