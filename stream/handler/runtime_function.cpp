#include "stream/handler/runtime_function.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "engine/model/uuid.hpp"
#include "stream/handler/function_variables.hpp"
#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {
namespace {

namespace asio = boost::asio;
using State = ExecutionEnvironment::State;

/// The most calls of one function at a time.
constexpr std::size_t max_environments = 16;

/// How long the command line waits for a function to load. The server answers no request before it has
/// started. If a function sends it one while it loads, the two would otherwise wait for each other forever.
constexpr std::chrono::seconds start_ahead_time{10};

ChildProgram child_program(const RuntimeProgram& program, const HandlerContext& context) {
    ChildProgram child{.path = find_program(program.command.front()),
                       .arguments = program.command,
                       .environment = {},
                       .folder = program.folder};
    if (child.path.empty()) {
        throw UnknownHandler("there is no program '" + program.command.front() + "' to run the function '" +
                             context.function_name + "' with");
    }
    child.environment = function_variables(program, context);
    return child;
}

/// True if the environment will ask for its next call by itself.
bool is_about_to_be_ready(const std::shared_ptr<ExecutionEnvironment>& environment) {
    return environment->state() == State::starting || environment->state() == State::returning;
}

}  // namespace

std::vector<std::string> split_command(std::string_view command) {
    std::vector<std::string> words;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        if (quote == 0 && (c == ' ' || c == '\t')) {
            in_word = false;
            continue;
        }
        if (!in_word) words.emplace_back();
        in_word = true;
        if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = 0;
        } else if (c == '\\' && quote != '\'' && i + 1 < command.size()) {
            words.back().push_back(command[++i]);
        } else {
            words.back().push_back(c);
        }
    }
    return words;
}

RuntimeFunction::RuntimeFunction(const RuntimeProgram& program, HandlerContext context)
    : context_(std::move(context)),
      program_(child_program(program, context_)),
      work_(asio::make_work_guard(loop_)),
      thread_([this] { run(); }) {}

RuntimeFunction::~RuntimeFunction() {
    stop();
    asio::post(loop_, [this] { work_.reset(); });
    thread_.join();
}

/// An error in one process or one call ends neither the others nor the server.
void RuntimeFunction::run() {
    while (true) {
        try {
            loop_.run();
            return;
        } catch (const std::exception& error) {
            context_.log(context_.function_name, std::string("internal error: ") + error.what());
        }
    }
}

void RuntimeFunction::start_ahead() {
    const auto started = std::make_shared<std::promise<std::string>>();
    std::future<std::string> error = started->get_future();
    asio::post(loop_, [this, started] {
        started_ = started;
        try {
            start_environment();
        } catch (const std::exception& failure) {
            report_start(failure.what());
        }
    });
    if (error.wait_for(start_ahead_time) != std::future_status::ready) return;
    const std::string text = error.get();
    if (!text.empty()) throw UnknownHandler(text);
}

HandlerResult RuntimeFunction::invoke(std::string_view event_json) {
    auto call = std::make_shared<FunctionCall>();
    call->request_id = make_uuid();
    call->event_json = event_json;
    std::future<HandlerResult> result = call->result.get_future();
    asio::post(loop_, [this, call] { begin(call); });
    return result.get();
}

void RuntimeFunction::stop() noexcept {
    asio::post(loop_, [this] { end_all(); });
}

void RuntimeFunction::begin(std::shared_ptr<FunctionCall> call) {
    if (stopping_) return call->answer(HandlerResult::not_invoked("the server is stopping"));
    for (const auto& each : environments_) {
        if (each->state() == State::ready) return each->deliver(std::move(call));
    }
    waiting_calls_.push_back(std::move(call));
    start_environments();
}

/// Ensures that an environment is on its way for every waiting call. Answers a call for which none can be
/// started.
void RuntimeFunction::start_environments() {
    const auto coming = std::ranges::count_if(environments_, is_about_to_be_ready);
    for (auto count = static_cast<std::size_t>(coming); count < waiting_calls_.size();) {
        const auto call = waiting_calls_.back();
        try {
            if (start_environment()) {
                ++count;
                continue;
            }
            call->answer(HandlerResult::not_invoked("Rate Exceeded."));
        } catch (const ProgramError& error) {
            const RuntimeFailure failure{"Runtime.InvalidEntrypoint",
                                         std::string("fork/exec ") + error.what()};
            call->answer(failure.result_for(call->request_id));
        } catch (const std::exception& error) {
            call->answer(HandlerResult::not_invoked(error.what()));
        }
        waiting_calls_.pop_back();
    }
}

/// Returns false if there are already as many as allowed.
bool RuntimeFunction::start_environment() {
    if (environments_.size() >= max_environments) return false;
    auto environment = std::make_shared<ExecutionEnvironment>(loop_, context_, static_cast<Owner&>(*this));
    environment->start(program_);
    environments_.push_back(std::move(environment));
    return true;
}

void RuntimeFunction::report_start(std::string error) {
    if (const auto started = std::exchange(started_, nullptr)) started->set_value(std::move(error));
}

void RuntimeFunction::end_all() {
    stopping_ = true;
    report_start({});
    for (const auto& call : std::exchange(waiting_calls_, {})) {
        call->answer(HandlerResult::not_invoked("the server is stopping"));
    }
    for (const auto& each : environments_) each->stop();
}

void RuntimeFunction::on_ready(ExecutionEnvironment& environment) {
    report_start({});
    if (waiting_calls_.empty()) return;
    auto call = std::move(waiting_calls_.front());
    waiting_calls_.pop_front();
    environment.deliver(std::move(call));
}

void RuntimeFunction::on_start_failed(ExecutionEnvironment&, const RuntimeFailure& failure) {
    const HandlerResult result = failure.result_for("start");
    report_start(failure.payload.empty() ? failure.text : result.error_message());
    if (waiting_calls_.empty()) return;
    const auto call = std::move(waiting_calls_.front());
    waiting_calls_.pop_front();
    call->answer(failure.result_for(call->request_id));
}

void RuntimeFunction::on_outdated(ExecutionEnvironment&, std::shared_ptr<FunctionCall> call) {
    if (stopping_) return call->answer(HandlerResult::not_invoked("the server is stopping"));
    waiting_calls_.push_front(std::move(call));
    // If there is no room for another process, on_ended() of this one starts it.
    if (environments_.size() < max_environments) start_environments();
}

void RuntimeFunction::on_ended(ExecutionEnvironment& environment) {
    std::erase_if(environments_, [&](const auto& each) { return each.get() == &environment; });
    if (!stopping_) start_environments();
}

}  // namespace tailrace::stream
