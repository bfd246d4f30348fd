#include "stream/handler/execution_environment.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <utility>

#include "engine/model/function_mark.hpp"
#include "engine/model/json_text.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using boost::system::error_code;
using std::chrono::milliseconds;

/// The time between SIGTERM and SIGKILL.
constexpr milliseconds grace{500};

/// A process has at least this long to ask for its first call. Source: Lambda's init phase, 10 seconds.
constexpr milliseconds min_start_time = std::chrono::seconds(10);

/// The most output read from a process before the loop does other work. A pipe holds no more (pipe(7)), so
/// this takes everything written up to that moment.
constexpr std::size_t max_output_bytes_at_once = 64 * 1024;

/// A longer line is logged in pieces.
constexpr std::size_t max_line_bytes = 64 * 1024;

/// Source: API_Invoke, "the last 4 KB of the execution log".
constexpr std::size_t log_tail_bytes = 4 * 1024;

/// The error type with which Tailrace's own runtime clients hand back a call.
constexpr std::string_view files_changed = "Tailrace.FilesChanged";

/// "3.00"
std::string seconds_text(milliseconds time) {
    std::array<char, 32> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(time.count()) / 1000);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string timeout_text(milliseconds time) {
    return "Task timed out after " + seconds_text(time) + " seconds";
}

RuntimeReply refusal(int status, std::string_view type, std::string_view message) {
    return {status, json::serialize(json::object{{"errorMessage", message}, {"errorType", type}})};
}

/// Returns the error that a client reported if it is JSON, else an error payload with the reported text as
/// its message.
std::string error_payload(const RuntimeRequest& request) {
    error_code error;
    parse_json(request.body, error);
    if (!error) return request.body;
    const std::string type = request.error_type.empty() ? "Runtime.Unknown" : request.error_type;
    return HandlerResult::failed(request.body, type).payload;
}

RuntimeFailure failure_at_exit(int wait_status) {
    const std::string how = exit_text(wait_status);
    return {"Runtime.ExitError",
            how.empty() ? "Runtime exited without providing a reason" : "Runtime exited with error: " + how};
}

}  // namespace

ExecutionEnvironment::ExecutionEnvironment(asio::io_context& loop, const HandlerContext& context,
                                           Owner& owner)
    : context_(context), owner_(owner), loop_(loop), exit_(loop), output_(loop), timer_(loop) {}

void ExecutionEnvironment::start(ChildProgram program) {
    auto receiver = [self = weak_from_this()](const std::shared_ptr<RuntimeConnection>& connection,
                                              RuntimeRequest request) {
        if (const auto environment = self.lock()) environment->receive(connection, std::move(request));
    };
    api_ = std::make_shared<RuntimeApi>(loop_, std::move(receiver));
    program.environment.push_back("AWS_LAMBDA_RUNTIME_API=" + api_->address());
    process_ = std::make_unique<ChildProcess>(program);
    exit_.assign(process_->take_exit_descriptor());
    output_.assign(process_->take_output_descriptor());
    output_.non_blocking(true);
    exit_.async_wait(asio::posix::descriptor_base::wait_read,
                     [self = shared_from_this()](const error_code&) { self->on_exit(); });
    read_output();
    api_->accept();
    begin_time(std::max(context_.timeout, min_start_time));
}

void ExecutionEnvironment::deliver(std::shared_ptr<FunctionCall> call) {
    call_ = std::move(call);
    call_output_.clear();
    state_ = State::busy;
    // The function compares the deadline with the machine's time, so the engine's clock does not matter here.
    const auto deadline =
        std::chrono::floor<milliseconds>(SystemClock().now()).time_since_epoch() + context_.timeout;
    const std::string& reference =
        context_.function_reference.empty() ? context_.function_name : context_.function_reference;
    const std::string arn = lambda_arn(context_.engine.options(), "function:" + reference);
    // A trace id is "1-", the time in hexadecimal, "-" and 96 random bits. The request id has as many digits,
    // so its digits are used.
    std::string trace = "Root=1-" + call_->request_id.substr(0, 8) + "-";
    for (const char c : call_->request_id.substr(9)) {
        if (c != '-') trace.push_back(c);
    }
    // The call keeps a copy of its event, because it may be handed back and sent again.
    RuntimeReply reply{200, call_->event_json};
    std::array<char, 24> lineage{};
    std::snprintf(lineage.data(), lineage.size(), ";Lineage=1:%08" PRIx32 ":0",
                  function_mark(context_.function_name));
    reply.headers = {{"Lambda-Runtime-Aws-Request-Id", call_->request_id},
                     {"Lambda-Runtime-Deadline-Ms", std::to_string(deadline.count())},
                     {"Lambda-Runtime-Invoked-Function-Arn", arn},
                     {"Lambda-Runtime-Trace-Id", trace + ";Sampled=0" + lineage.data()}};
    begin_time(context_.timeout);
    std::exchange(waiting_, nullptr)->reply(std::move(reply));
}

void ExecutionEnvironment::stop(std::string_view reason) {
    if (state_ == State::ending) return;
    if (call_) answer_call(HandlerResult::not_invoked(reason));
    state_ = State::ending;
    process_->signal(SIGTERM);
    kill_after_grace();
}

void ExecutionEnvironment::receive(const std::shared_ptr<RuntimeConnection>& connection,
                                   RuntimeRequest request) {
    switch (request.kind) {
        case RuntimeRequest::Kind::next:
            return receive_next(connection);
        case RuntimeRequest::Kind::response:
        case RuntimeRequest::Kind::error:
            return receive_answer(connection, request);
        case RuntimeRequest::Kind::init_error:
            return receive_start_error(connection, request);
        case RuntimeRequest::Kind::unknown:
            return connection->reply(refusal(404, "InvalidPath", "The Runtime API has no such path."));
    }
}

void ExecutionEnvironment::receive_next(const std::shared_ptr<RuntimeConnection>& connection) {
    if (state_ == State::ending) return connection->close();
    if (state_ == State::busy) {
        return connection->reply(
            refusal(403, "InvalidStateTransition", "The previous call has not been answered."));
    }
    // A client that asks again has given up its first request.
    if (waiting_) waiting_->close();
    waiting_ = connection;
    if (state_ == State::ready) return;
    end_time();
    state_ = State::ready;
    owner_.on_ready(*this);
}

void ExecutionEnvironment::receive_answer(const std::shared_ptr<RuntimeConnection>& connection,
                                          RuntimeRequest& request) {
    if (state_ != State::busy || request.request_id != call_->request_id) {
        return connection->reply(refusal(400, "InvalidRequestID", "Invalid request ID"));
    }
    if (request.error_type == files_changed) {
        connection->reply({});
        return hand_back_call();
    }
    // Everything the function wrote during this call is logged before anybody gets the answer.
    take_output();
    if (request.is_too_large) {
        answer_call(response_too_large());
        return connection->reply(refusal(413, "RequestEntityTooLarge", "The response is too large."));
    }
    if (request.kind == RuntimeRequest::Kind::error) {
        answer_call({CallOutcome::function_error, error_payload(request)});
    } else {
        answer_call({CallOutcome::returned, request.body.empty() ? "null" : std::move(request.body)});
    }
    connection->reply({});
}

void ExecutionEnvironment::receive_start_error(const std::shared_ptr<RuntimeConnection>& connection,
                                               RuntimeRequest& request) {
    if (state_ != State::starting) {
        return connection->reply(
            refusal(403, "InvalidStateTransition", "Initialization has already finished."));
    }
    connection->reply({});
    fail_start({{}, {}, error_payload(request)});
    // The client exits by itself after it has written its output.
    state_ = State::ending;
    kill_after_grace();
}

void ExecutionEnvironment::answer_call(HandlerResult result) {
    end_time();
    state_ = State::returning;
    const std::size_t excess = call_output_.size() - std::min(call_output_.size(), log_tail_bytes);
    result.log_tail = call_output_.substr(excess);
    std::exchange(call_, nullptr)->answer(std::move(result));
}

/// The client exits by itself after this.
void ExecutionEnvironment::hand_back_call() {
    end_time();
    context_.log(context_.function_name, "The function's files have changed; reloading it.");
    state_ = State::ending;
    kill_after_grace();
    owner_.on_outdated(*this, std::exchange(call_, nullptr));
}

void ExecutionEnvironment::fail_start(const RuntimeFailure& failure) {
    if (std::exchange(start_failed_, true)) return;
    owner_.on_start_failed(*this, failure);
}

void ExecutionEnvironment::begin_time(milliseconds time) {
    timer_.expires_after(time);
    // A wait that had expired before it was cancelled still calls this handler.
    timer_.async_wait([self = shared_from_this(), turn = ++turn_](const error_code& error) {
        if (!error && turn == self->turn_) self->on_time_up();
    });
}

void ExecutionEnvironment::end_time() {
    ++turn_;
    timer_.cancel();
}

void ExecutionEnvironment::on_time_up() {
    const std::string type = "Sandbox.Timedout";
    if (state_ == State::starting) {
        fail_start({type, timeout_text(std::max(context_.timeout, min_start_time))});
    } else if (state_ == State::busy) {
        const std::string text = timeout_text(context_.timeout);
        write_line(call_->request_id + " " + text);
        const HandlerResult result = RuntimeFailure{type, text}.result_for(call_->request_id);
        answer_call(result);
    } else {
        return;
    }
    state_ = State::ending;
    process_->signal(SIGKILL);
}

void ExecutionEnvironment::kill_after_grace() {
    timer_.expires_after(grace);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error && self->process_) self->process_->signal(SIGKILL);
    });
}

void ExecutionEnvironment::read_output() {
    output_.async_wait(asio::posix::descriptor_base::wait_read,
                       [self = shared_from_this()](const error_code& error) {
                           if (!error && self->take_output()) self->read_output();
                       });
}

/// Reads what the process has written so far. Returns false at the end of the output.
bool ExecutionEnvironment::take_output() {
    std::array<char, 4096> piece;
    error_code error;
    for (std::size_t taken = 0; !error && taken < max_output_bytes_at_once;) {
        const std::size_t size = output_.read_some(asio::buffer(piece), error);
        taken += size;
        line_.append(piece.data(), size);
        write_lines(false);
    }
    return !error || error == asio::error::would_block;
}

void ExecutionEnvironment::write_lines(bool is_end) {
    std::size_t start = 0;
    for (std::size_t end = 0; (end = line_.find('\n', start)) != std::string::npos; start = end + 1) {
        std::string_view line = std::string_view(line_).substr(start, end - start);
        if (line.ends_with('\r')) line.remove_suffix(1);
        write_line(line);
    }
    line_.erase(0, start);
    if (line_.empty() || (!is_end && line_.size() < max_line_bytes)) return;
    write_line(line_);
    line_.clear();
}

void ExecutionEnvironment::write_line(std::string_view line) {
    context_.log(context_.function_name, line);
    if (!call_) return;
    call_output_.append(line).push_back('\n');
    if (call_output_.size() > max_line_bytes) {
        call_output_.erase(0, call_output_.size() - log_tail_bytes);
    }
}

void ExecutionEnvironment::on_exit() {
    const auto self = shared_from_this();
    const RuntimeFailure failure = failure_at_exit(process_->reap());
    // Other processes may hold the pipe open, so this does not wait for its end.
    take_output();
    write_lines(true);
    end_time();
    if (waiting_) std::exchange(waiting_, nullptr)->close();
    api_->close();
    error_code ignored;
    output_.close(ignored);
    exit_.close(ignored);
    const State last = state_;
    process_.reset();
    if (call_) answer_call(failure.result_for(call_->request_id));
    state_ = State::ending;
    if (last == State::starting) fail_start(failure);
    owner_.on_ended(*this);
}

}  // namespace tailrace::stream
