#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "stream/handler/function_definition.hpp"
#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"

namespace tailrace::stream {

class FaultyHandler;

/// A function, known to mappings and callers by its name.
struct Function {
    /// As in Lambda: 1 to 64 characters from A-Z a-z 0-9 - _
    std::string name;
    /// The text that make_handler() takes, for display. Empty if the function has a definition, or if a
    /// program registered a handler object of its own.
    std::string handler_name;
    std::shared_ptr<Handler> handler;
    /// The handler as it was added, without the faults of this registry's engine.
    std::shared_ptr<Handler> added = {};
    /// The definition that the function was made from. Null if it was made from a handler instead.
    std::shared_ptr<const FunctionDefinition> definition = {};

    /// The time limit of a call, if the function has one of its own.
    std::optional<std::chrono::seconds> timeout() const {
        return definition ? definition->timeout : std::nullopt;
    }
};

/// The functions that Tailrace runs. Thread-safe.
class FunctionRegistry {
  public:
    /// Whatever the context refers to must outlive the registry. Each function gets a copy of the context
    /// with its own name.
    explicit FunctionRegistry(HandlerContext context) : context_(std::move(context)) {}

    /// Adds a function whose handler is given as text; see make_handler(). Throws UnknownHandler, or
    /// std::invalid_argument if the name is taken or not valid.
    Function add(std::string name, const std::string& handler_name);
    Function add(std::string name, std::shared_ptr<Handler> handler);

    /// Adds a function, or a published version of one, that runs from its folder; see
    /// make_defined_function(). It is not loaded before its first call. Mappings of a removed function with
    /// this name call it. Throws as the others do.
    Function add(FunctionDefinition definition);
    /// Replaces the function with the definition's name and version. Whoever has its handler calls the new
    /// one from then on; the calls under way end with the old one. May wait while processes of the old one
    /// end. Throws UnknownHandler, or std::invalid_argument if there is no such function. Nothing has changed
    /// then.
    Function replace(FunctionDefinition definition);
    /// Makes "NAME:ALIAS" point to a version that was added, "$LATEST" or a number. Whoever has the alias's
    /// handler calls that version from then on. Throws std::invalid_argument if there is no such version.
    void set_alias(const std::string& name, const std::string& alias, const std::string& version);
    /// Removes a function, a version or an alias, "NAME" or "NAME:VERSION". Later calls of those who have its
    /// handler are answered as not invoked, until there is one with this name again. Returns false if there
    /// is none.
    bool remove(std::string_view reference);

    /// Adds a function of another registry. If its handler is an object that a program registered, the two
    /// share it. Otherwise this one gets a handler of its own, whose process is not started before its first
    /// call.
    Function add_copy(const Function& function);

    /// Sets the URL of this server, "http://127.0.0.1:8000". Functions that are added afterwards get it.
    void set_endpoint(std::string url);

    /// Returns the function that a text on the command line refers to. That is the function with this name,
    /// or else a handler. A handler that is not registered yet is added under a name made from its text.
    Function find_or_add(const std::string& name_or_handler);

    /// Returns the function with that name, ARN or partial ARN ("123456789012:function:NAME"), with or
    /// without a version or an alias after it. See FunctionDefinition::has_versions for what these mean. The
    /// result has no handler if there is no such function. The handler message-groups is found by its name
    /// even if nobody added it; no other function is created from a name.
    Function find(std::string_view name_or_arn) const;
    /// Returns all functions, each without its published versions and its aliases.
    std::vector<Function> all() const;

    /// "arn:aws:lambda:REGION:ACCOUNT:function:NAME"; `reference` may be "NAME:QUALIFIER".
    std::string arn_of(std::string_view reference) const;
    /// The places for the processes of functions, which other registries may share.
    const std::shared_ptr<FunctionProcesses>& processes() const { return context_.processes; }
    /// The time limit of a call of a function that has none of its own.
    std::chrono::milliseconds timeout() const { return context_.timeout; }

    /// Ends the calls that are under way; see Handler::stop().
    void stop(StopReason reason) noexcept;
    /// See Handler::rest().
    void rest() noexcept;

  private:
    struct Known {
        Function function;
        /// The function's handler.
        std::shared_ptr<FaultyHandler> door;
    };

    Function add(Function function, const std::string& reference);
    Function made(FunctionDefinition definition) const;
    HandlerContext new_context() const;
    std::vector<std::shared_ptr<FaultyHandler>> doors() const;
    std::shared_ptr<FaultyHandler> door_to(const Function& function, const std::string& reference);
    std::chrono::milliseconds timeout_of(const Function& function) const;
    /// Returns the handler with the faults that its calls may meet.
    std::shared_ptr<FaultyHandler> with_faults(std::shared_ptr<Handler> handler, const std::string& name,
                                               std::chrono::milliseconds timeout) const;

    mutable std::mutex mutex_;
    HandlerContext context_;
    /// Keyed by "NAME", "NAME:VERSION" and "NAME:ALIAS".
    std::map<std::string, Known, std::less<>> functions_;
    /// The handlers of removed functions that somebody still has.
    std::map<std::string, std::weak_ptr<FaultyHandler>, std::less<>> removed_;
    /// Created on first use.
    mutable std::shared_ptr<Handler> built_in_;
};

}  // namespace tailrace::stream
