#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"

namespace tailrace::stream {

/// Takes one line, without its end, that a function wrote. Called from several threads at once.
using FunctionLog = std::function<void(std::string_view function_name, std::string_view line)>;

/// "NAME: line" on standard error.
void log_to_standard_error(std::string_view function_name, std::string_view line);

/// What a handler is made with.
struct HandlerContext {
    /// Outlives the handler.
    Engine& engine;
    /// The function's name, which it finds in its environment and its context.
    std::string function_name = "function";
    /// Where this server answers: "http://127.0.0.1:8000". Empty where none does; then functions reach
    /// whatever their own environment says.
    std::string endpoint_url = {};
    /// What functions sign requests with where this process's environment has no key: the server may ask for
    /// one that it knows.
    std::string access_key_id = "local";
    /// How long a call may take.
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
    FunctionLog log = log_to_standard_error;
};

}  // namespace tailrace::stream
