#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"

namespace tailrace::stream {

/// A function that mappings and callers know by its name.
struct Function {
    /// As Lambda takes names: 1 to 64 of A-Z a-z 0-9 - _
    std::string name;
    /// As make_handler() takes it; for people. Empty where a program registered a handler of its own.
    std::string handler_name;
    std::shared_ptr<Handler> handler;
};

/// The functions that Tailrace runs. Thread-safe.
class FunctionRegistry {
  public:
    /// What the context refers to outlives the registry. Its function_name is each function's own.
    explicit FunctionRegistry(HandlerContext context) : context_(std::move(context)) {}

    /// Adds the handler that a text names; see make_handler(). Throws UnknownHandler, and
    /// std::invalid_argument when the name is taken or is none.
    Function add(std::string name, const std::string& handler_name);
    Function add(std::string name, std::shared_ptr<Handler> handler);

    /// Where this server answers, "http://127.0.0.1:8000": functions that are added after this are told so.
    void set_endpoint(std::string url);

    /// The function that stands behind a text on the command line: one that was added under that name, or a
    /// handler, which is added under a name made from its text when it is not there yet.
    Function find_or_add(const std::string& name_or_handler);

    /// The function with that name, ARN or partial ARN ("123456789012:function:NAME"), with or without a
    /// version or an alias behind it; one without a handler when there is none. The handler message-groups is
    /// found by its name, also when nobody has added it. Nothing else is made from a name.
    Function find(std::string_view name_or_arn) const;
    std::vector<Function> all() const;

    /// "arn:aws:lambda:REGION:ACCOUNT:function:NAME"; `reference` may be "NAME:QUALIFIER".
    std::string arn_of(std::string_view reference) const;
    /// How long a call may take.
    std::chrono::milliseconds timeout() const { return context_.timeout; }

    /// Ends the calls that are under way; see Handler::stop().
    void stop() noexcept;

  private:
    Function add(Function function);
    HandlerContext new_context() const;

    mutable std::mutex mutex_;
    HandlerContext context_;
    std::map<std::string, Function, std::less<>> functions_;
    /// Made when it is asked for.
    mutable std::shared_ptr<Handler> built_in_;
};

}  // namespace tailrace::stream
