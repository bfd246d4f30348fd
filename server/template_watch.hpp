#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "server/tailrace.hpp"
#include "server/templates.hpp"

namespace tailrace::server {

/// Looks for changes of templates every second, in a thread that ends with this object.
class TemplateWatch {
  public:
    /// Both must outlive this object.
    TemplateWatch(Templates& templates, Tailrace& home);

  private:
    void run(const std::stop_token& stop);

    Templates& templates_;
    Tailrace& home_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    // The last member, so that the thread ends before the others are destroyed.
    std::jthread thread_;
};

}  // namespace tailrace::server
