#include "stream/handler/runtime_function.hpp"

#include <algorithm>

#include "engine/model/clock.hpp"
#include "engine/model/uuid.hpp"
#include "stream/handler/function_variables.hpp"
#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {
namespace {

using State = ExecutionEnvironment::State;

/// The maximum number of calls of one function at a time.
constexpr std::size_t max_environments = 16;

/// How long the command line waits for a function to load. The server answers no request before it has
/// started. If a function sends the server a request while it loads, each would otherwise wait for the other
/// forever.
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
      definition_(program.definition),
      program_(child_program(program, context_)),
      thread_([this](std::string_view text) {
          context_.log(context_.function_name, "internal error: " + std::string(text));
      }) {}

RuntimeFunction::~RuntimeFunction() {
    stop(server_is_stopping);
    thread_.join();
}

void RuntimeFunction::start_ahead() {
    const auto started = std::make_shared<std::promise<std::string>>();
    std::future<std::string> error = started->get_future();
    thread_.post([this, started] {
        started_ = started;
        if (take_place()) use_places();
    });
    if (error.wait_for(start_ahead_time) != std::future_status::ready) return;
    const std::string text = error.get();
    if (!text.empty()) throw UnknownHandler(text);
}

HandlerResult RuntimeFunction::invoke(std::string_view event_json) {
    auto call = std::make_shared<FunctionCall>();
    call->request_id = make_uuid();
    call->event_json = event_json;
    call->begun = steady_time();
    std::future<HandlerResult> result = call->result.get_future();
    thread_.post([this, call] { begin(call); });
    return result.get();
}

void RuntimeFunction::stop(StopReason reason) noexcept {
    thread_.post_behind([this, reason] { end_all(reason); });
}

void RuntimeFunction::rest() noexcept {
    if (!thread_.has_begun()) return;
    thread_.post_behind([this] {
        while (!idle_.empty()) take_idle(*idle_.front()).stop({});
    });
}

void RuntimeFunction::begin(std::shared_ptr<FunctionCall> call) {
    if (stop_reason_ != nullptr) return call->answer(HandlerResult::not_invoked(stop_reason_));
    if (!idle_.empty()) return take_idle(*idle_.back()).deliver(std::move(call));
    waiting_calls_.push_back(std::move(call));
    start_environments();
}

/// Returns the number of waiting calls for which no environment is on its way.
std::size_t RuntimeFunction::unserved_calls() const {
    const auto coming = std::ranges::count_if(environments_, is_about_to_be_ready);
    return waiting_calls_.size() - std::min(waiting_calls_.size(), static_cast<std::size_t>(coming));
}

/// Ensures that for every waiting call an environment is on its way, or the function waits for a place. If an
/// environment cannot be started, answers the call.
void RuntimeFunction::start_environments() {
    while (unserved_calls() > 0) {
        const auto call = waiting_calls_.back();
        try {
            if (environments_.size() < max_environments) {
                if (!take_place()) return watch_waiting_calls();
                start_environment();
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

/// Returns true if the function has a place. If not, on_place() is called as soon as there is one.
bool RuntimeFunction::take_place() {
    if (places_ == 0 && context_.processes->take(*this)) ++places_;
    return places_ > 0;
}

/// Starts an environment in a place that the function has.
void RuntimeFunction::start_environment() {
    --places_;
    try {
        auto environment =
            std::make_shared<ExecutionEnvironment>(thread_.loop(), context_, static_cast<Owner&>(*this));
        environment->start(program_);
        // Only the first process logs that its version differs, so the others do not get the variable.
        std::erase_if(program_.environment, [](std::string_view each) {
            return each.starts_with(named_runtime_variable) && each[named_runtime_variable.size()] == '=';
        });
        environments_.push_back(std::move(environment));
    } catch (...) {
        context_.processes->give_back();
        throw;
    }
}

void RuntimeFunction::on_place() {
    thread_.post_behind([this] {
        ++places_;
        use_places();
    });
}

/// Starts the environments that are needed in the places that the function has, and gives back the other
/// places.
void RuntimeFunction::use_places() {
    if (started_ && environments_.empty()) {
        try {
            start_environment();
        } catch (const std::exception& failure) {
            report_start(failure.what());
        }
    }
    if (stop_reason_ == nullptr) start_environments();
    for (; places_ > 0; --places_) context_.processes->give_back();
}

void RuntimeFunction::on_wish() {
    thread_.post_behind([this] {
        const bool is_met = !idle_.empty();
        if (is_met) {
            // FunctionProcesses no longer counts this process as idle, so note_busy() is not called.
            idle_.front()->stop({});
            idle_.pop_front();
        }
        context_.processes->answer_wish(is_met);
    });
}

/// Starts the timer that gives up the calls that have waited for a place for too long.
void RuntimeFunction::watch_waiting_calls() {
    if (!wait_timer_) wait_timer_.emplace(thread_.loop());
    wait_timer_->expires_at(waiting_calls_.front()->begun + context_.timeout / 2);
    wait_timer_->async_wait([this](const boost::system::error_code& error) {
        if (!error) give_up_waiting_calls();
    });
}

void RuntimeFunction::give_up_waiting_calls() {
    const auto begun = steady_time() - context_.timeout / 2;
    while (unserved_calls() > 0 && waiting_calls_.front()->begun <= begun) {
        waiting_calls_.front()->answer(HandlerResult::not_invoked(
            "all processes that --function-processes allows (" + std::to_string(context_.processes->limit()) +
            ") are busy with other calls"));
        waiting_calls_.pop_front();
    }
    wait_no_longer();
    if (unserved_calls() > 0) watch_waiting_calls();
}

/// Called when there are fewer waiting calls than before.
void RuntimeFunction::wait_no_longer() {
    if (wait_timer_ && unserved_calls() == 0) context_.processes->withdraw(*this);
}

/// Takes an environment out of those that have no call.
ExecutionEnvironment& RuntimeFunction::take_idle(ExecutionEnvironment& environment) {
    std::erase(idle_, &environment);
    context_.processes->note_busy(*this);
    return environment;
}

void RuntimeFunction::report_start(std::string error) {
    if (const auto started = std::exchange(started_, nullptr)) started->set_value(std::move(error));
}

void RuntimeFunction::end_all(StopReason reason) {
    if (stop_reason_ == nullptr) stop_reason_ = reason;
    report_start({});
    for (const auto& call : std::exchange(waiting_calls_, {})) {
        call->answer(HandlerResult::not_invoked(stop_reason_));
    }
    wait_timer_.reset();
    context_.processes->leave(*this);
    idle_.clear();
    for (const auto& each : environments_) each->stop(stop_reason_);
}

void RuntimeFunction::on_ready(ExecutionEnvironment& environment) {
    report_start({});
    if (waiting_calls_.empty()) {
        idle_.push_back(&environment);
        context_.processes->note_idle(*this);
        return;
    }
    // A function that always has a next call must not keep its place while others wait.
    const auto first_wait = context_.processes->first_wait_beside(*this);
    if (first_wait && *first_wait < waiting_calls_.front()->begun) {
        environment.stop({});
        return start_environments();
    }
    auto call = std::move(waiting_calls_.front());
    waiting_calls_.pop_front();
    environment.deliver(std::move(call));
    wait_no_longer();
}

void RuntimeFunction::on_start_failed(ExecutionEnvironment&, const RuntimeFailure& failure) {
    const HandlerResult result = failure.result_for("start");
    report_start(failure.payload.empty() ? failure.text : result.error_message());
    if (waiting_calls_.empty()) return;
    const auto call = std::move(waiting_calls_.front());
    waiting_calls_.pop_front();
    call->answer(failure.result_for(call->request_id));
    wait_no_longer();
}

void RuntimeFunction::on_outdated(ExecutionEnvironment&, std::shared_ptr<FunctionCall> call) {
    if (stop_reason_ != nullptr) return call->answer(HandlerResult::not_invoked(stop_reason_));
    waiting_calls_.push_front(std::move(call));
    // If there is no room for another process yet, on_ended() starts it when the outdated one has ended.
    if (environments_.size() < max_environments) start_environments();
}

void RuntimeFunction::on_ended(ExecutionEnvironment& environment) {
    if (std::ranges::find(idle_, &environment) != idle_.end()) take_idle(environment);
    std::erase_if(environments_, [&](const auto& each) { return each.get() == &environment; });
    context_.processes->give_back();
    if (stop_reason_ == nullptr) start_environments();
}

}  // namespace tailrace::stream
