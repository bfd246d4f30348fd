#include "server/template_watch.hpp"

#include <chrono>

namespace tailrace::server {
namespace {

constexpr std::chrono::seconds template_interval{1};

}  // namespace

TemplateWatch::TemplateWatch(Templates& templates, Tailrace& home)
    : templates_(templates), home_(home), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void TemplateWatch::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, stop, template_interval, [&stop] { return stop.stop_requested(); })) {
        templates_.look_for_changes(home_);
    }
}

}  // namespace tailrace::server
