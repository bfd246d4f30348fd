#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"
#include "stream/handler/function_processes.hpp"

namespace tailrace::stream {

/// Takes one line that a function wrote, without its line end. Called from several threads at once.
using FunctionLog = std::function<void(std::string_view function_name, std::string_view line)>;

/// Writes "NAME: line" to standard error.
void log_to_standard_error(std::string_view function_name, std::string_view line);

/// What a handler is created with.
struct HandlerContext {
    /// Must outlive the handler.
    Engine& engine;
    /// The function's name, which the function sees in its environment and its context.
    std::string function_name = "function";
    /// The URL of this server: "http://127.0.0.1:8000". Empty if there is no server; functions then use
    /// whatever their own environment says.
    std::string endpoint_url = {};
    /// The access key id that functions sign requests with if this process's environment has no key. The
    /// server may require a key that it knows.
    std::string access_key_id = "local";
    /// The time limit of a call.
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
    FunctionLog log = log_to_standard_error;
    /// The places for the processes of functions, which handlers share.
    std::shared_ptr<FunctionProcesses> processes = std::make_shared<FunctionProcesses>();
    /// True if a function that runs in a process is loaded at once, so that a fault in it shows.
    bool starts_ahead = true;
};

}  // namespace tailrace::stream
