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

/// What functions sign requests with.
struct FunctionCredentials {
    std::string access_key_id = "local";
    std::string secret_access_key = "local";
    /// Empty for none.
    std::string session_token = {};
    /// True if functions get these in any case; false if a key in this process's environment takes
    /// precedence.
    bool are_required = false;
};

/// What a handler is created with.
struct HandlerContext {
    /// Must outlive the handler.
    Engine& engine;
    /// The function's name, which the function sees in its environment and its context.
    std::string function_name = "function";
    /// The name with a version, for the function's ARN: "function:7". If this is empty, the ARN has
    /// `function_name`.
    std::string function_reference = {};
    /// The URL of this server: "http://127.0.0.1:8000". Empty if there is no server; functions then use
    /// whatever their own environment says.
    std::string endpoint_url = {};
    FunctionCredentials credentials = {};
    /// The time limit of a call.
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
    FunctionLog log = log_to_standard_error;
    /// The places for the processes of functions, which handlers share.
    std::shared_ptr<FunctionProcesses> processes = std::make_shared<FunctionProcesses>();
    /// True if a function that runs in a process is loaded at once, so that a fault in it shows.
    bool starts_ahead = true;
};

}  // namespace tailrace::stream
