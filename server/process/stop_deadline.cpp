#include "server/process/stop_deadline.hpp"

#include <unistd.h>

#include <cstdlib>
#include <system_error>
#include <utility>

#include "engine/model/listed.hpp"

namespace tailrace::server {

StopDeadline::~StopDeadline() {
    {
        const std::lock_guard lock(mutex_);
        has_ended_ = true;
    }
    ended_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void StopDeadline::begin(Steps steps) {
    const std::lock_guard lock(mutex_);
    steps_ = std::move(steps);
    try {
        thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
        log_.warning(
            std::string("stopping may take long, because no thread could be created: ").append(error.what()));
        steps_.halfway();
    }
}

void StopDeadline::now_at(std::string what) {
    const std::lock_guard lock(mutex_);
    steps_ = {[] {}, [text = std::move(what)] { return std::vector<std::string>{text}; }};
}

void StopDeadline::run() {
    const std::chrono::milliseconds half = std::chrono::milliseconds(time_) / 2;
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, half, [this] { return has_ended_; })) return;
    steps_.halfway();
    if (!ended_.wait_for(lock, half, [this] { return has_ended_; })) end_process();
}

void StopDeadline::end_process() {
    const std::string names = listed(steps_.blockers());
    log_.stop_waiting();
    log_.warning("the time to stop is up; still running: " + (names.empty() ? "a connection" : names));
    ::_exit(EXIT_SUCCESS);
}

}  // namespace tailrace::server
