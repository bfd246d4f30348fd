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

/// A process that speaks the Runtime API, together with the server's side of that API. It takes one call at a
/// time and ends with its process. It is used only from the thread that runs its io_context, and its pending
/// operations keep it alive.
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
        /// Has been asked to end, or has ended.
        ending
    };

    /// The owner, which gives the environment its calls.
    class Owner {
      public:
        virtual ~Owner() = default;
        /// The environment is ready for a call.
        virtual void on_ready(ExecutionEnvironment& environment) = 0;
        /// The environment ended before it was ready for its first call.
        virtual void on_start_failed(ExecutionEnvironment& environment, const RuntimeFailure& failure) = 0;
        /// The function's files have changed since they were loaded. The environment is ending, and has not
        /// begun this call.
        virtual void on_outdated(ExecutionEnvironment& environment, std::shared_ptr<FunctionCall> call) = 0;
        /// The environment's process has ended.
        virtual void on_ended(ExecutionEnvironment& environment) = 0;
    };

    /// The owner and the context must outlive the environment.
    ExecutionEnvironment(boost::asio::io_context& loop, const HandlerContext& context, Owner& owner);

    /// Runs the program with AWS_LAMBDA_RUNTIME_API added to its environment. Throws whatever RuntimeApi and
    /// ChildProcess throw.
    void start(ChildProgram program);
    /// Gives a call to an environment that is ready. The environment answers the call.
    void deliver(std::shared_ptr<FunctionCall> call);
    /// Ends the process, with SIGTERM first. A call under way is answered as not_invoked, for this reason.
    void stop(std::string_view reason);

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
    /// Increases whenever a time limit begins or ends, so that an outdated expiry is recognised.
    unsigned turn_ = 0;
    std::string line_;
    /// What the process wrote during its call, or the end of it.
    std::string call_output_;
};

}  // namespace tailrace::stream
