#include "stream/function_registry.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "stream/handler/defined_function.hpp"
#include "stream/handler/faulty_handler.hpp"
#include "stream/handler/lambda_arn.hpp"
#include "stream/handler/make_handler.hpp"
#include "stream/handler/runtime_function.hpp"

namespace tailrace::stream {
namespace {

constexpr std::size_t max_name_length = 64;

/// The built-in handler, which is callable under this name even if nobody registered it.
constexpr const char* built_in_name = "message-groups";

bool is_name_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= max_name_length && std::ranges::all_of(text, is_name_character);
}

/// "python:functions/cruddur.py:handler" becomes "cruddur-py-handler"; "message-groups" does not change.
std::string name_from(std::string_view handler_name) {
    handler_name = handler_name.substr(0, handler_name.find(",EmptyResponse="));
    const std::size_t colon = handler_name.find(':');
    std::string_view rest = handler_name;
    const std::size_t folder = handler_name.rfind('/');
    if (folder != std::string_view::npos) {
        rest = handler_name.substr(folder + 1);
    } else if (colon != std::string_view::npos && handler_name.find('.') != std::string_view::npos) {
        rest = handler_name.substr(colon + 1);
    }
    std::string name;
    for (const char c : rest.substr(0, max_name_length)) name.push_back(is_name_character(c) ? c : '-');
    return name.empty() ? "function" : name;
}

/// Stands for a function that was removed.
class RemovedFunction final : public EventHandler {
  public:
    explicit RemovedFunction(std::string arn) : arn_(std::move(arn)) {}
    HandlerResult invoke(std::string_view) override {
        return HandlerResult::not_invoked("Function not found: " + arn_);
    }

  private:
    const std::string arn_;
};

}  // namespace

Function FunctionRegistry::add(std::string name, const std::string& handler_name) {
    HandlerContext context = new_context();
    context.function_name = name;
    const std::string reference = name;
    return add(Function{std::move(name), handler_name, make_handler(handler_name, context)}, reference);
}

Function FunctionRegistry::add(std::string name, std::shared_ptr<Handler> handler) {
    const std::string reference = name;
    return add(Function{std::move(name), {}, std::move(handler)}, reference);
}

Function FunctionRegistry::add(FunctionDefinition definition) {
    const std::string reference = definition.reference();
    return add(made(std::move(definition)), reference);
}

/// Returns a function with the handler itself. Callers get a FaultyHandler that leads to it; see door_to().
Function FunctionRegistry::made(FunctionDefinition definition) const {
    HandlerContext context = new_context();
    context.function_name = definition.name;
    context.function_reference = definition.reference();
    if (definition.timeout) context.timeout = *definition.timeout;
    Function function;
    function.name = definition.name;
    function.definition = std::make_shared<const FunctionDefinition>(std::move(definition));
    function.handler = make_defined_function(function.definition, context);
    return function;
}

Function FunctionRegistry::replace(FunctionDefinition definition) {
    const std::string reference = definition.reference();
    Function function = made(std::move(definition));
    function.added = function.handler;
    // These are destroyed after the lock is released, because their destructors may wait for processes.
    Function before;
    std::shared_ptr<Handler> replaced;
    const std::lock_guard lock(mutex_);
    const auto known = functions_.find(reference);
    if (known == functions_.end()) {
        throw std::invalid_argument("there is no function with the name '" + reference + "'");
    }
    replaced = known->second.door->replace(function.added, timeout_of(function));
    function.handler = known->second.door;
    before = std::exchange(known->second.function, function);
    return function;
}

void FunctionRegistry::set_alias(const std::string& name, const std::string& alias,
                                 const std::string& version) {
    const std::string reference = name + ":" + alias;
    Function function = find(name + ":" + version);
    if (!function.handler) {
        throw std::invalid_argument("there is no version '" + version + "' of the function '" + name + "'");
    }
    // These are destroyed after the lock is released, because their destructors may wait for processes.
    Function before;
    std::shared_ptr<Handler> replaced;
    const std::lock_guard lock(mutex_);
    const auto known = functions_.find(reference);
    if (known == functions_.end()) {
        auto door = door_to(function, reference);
        function.handler = door;
        functions_.emplace(reference, Known{std::move(function), std::move(door)});
    } else if (known->second.function.added != function.added) {
        replaced = known->second.door->replace(function.added, timeout_of(function));
        function.handler = known->second.door;
        before = std::exchange(known->second.function, std::move(function));
    }
}

bool FunctionRegistry::remove(std::string_view reference) {
    // These are destroyed after the lock is released, because their destructors may wait for processes.
    Known before;
    std::shared_ptr<Handler> replaced;
    const std::lock_guard lock(mutex_);
    const auto known = functions_.find(reference);
    if (known == functions_.end()) return false;
    before = std::move(known->second);
    functions_.erase(known);
    replaced = before.door->replace(std::make_shared<RemovedFunction>(arn_of(reference)), context_.timeout);
    std::erase_if(removed_, [](const auto& each) { return each.second.expired(); });
    removed_[std::string(reference)] = before.door;
    return true;
}

Function FunctionRegistry::add_copy(const Function& function) {
    if (function.definition) return add(*function.definition);
    if (function.handler_name.empty()) return add(function.name, function.added);
    HandlerContext context = new_context();
    context.function_name = function.name;
    context.starts_ahead = false;
    return add(Function{function.name, function.handler_name, make_handler(function.handler_name, context)},
               function.name);
}

void FunctionRegistry::set_endpoint(std::string url) {
    const std::lock_guard lock(mutex_);
    context_.endpoint_url = std::move(url);
}

HandlerContext FunctionRegistry::new_context() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

std::chrono::milliseconds FunctionRegistry::timeout_of(const Function& function) const {
    return function.timeout() ? *function.timeout() : context_.timeout;
}

std::shared_ptr<FaultyHandler> FunctionRegistry::with_faults(std::shared_ptr<Handler> handler,
                                                             const std::string& name,
                                                             std::chrono::milliseconds timeout) const {
    return std::make_shared<FaultyHandler>(std::move(handler), context_.engine.faults(), name, timeout);
}

/// Returns the handler for the callers of a new function. If a removed function had this name, its callers
/// call the new one.
std::shared_ptr<FaultyHandler> FunctionRegistry::door_to(const Function& function,
                                                         const std::string& reference) {
    const std::chrono::milliseconds timeout = timeout_of(function);
    const auto removed = removed_.find(reference);
    auto door = removed == removed_.end() ? nullptr : removed->second.lock();
    if (!door) return with_faults(function.added, function.name, timeout);
    removed_.erase(removed);
    door->replace(function.added, timeout);
    return door;
}

Function FunctionRegistry::add(Function function, const std::string& reference) {
    if (!is_name(function.name)) {
        throw std::invalid_argument("'" + function.name +
                                    "' is not a function's name: 1 to 64 letters, digits, hyphens and "
                                    "underscores");
    }
    function.added = function.handler;
    const std::lock_guard lock(mutex_);
    if (functions_.contains(reference)) {
        throw std::invalid_argument("there are two functions with the name '" + reference + "'");
    }
    const auto door = door_to(function, reference);
    function.handler = door;
    functions_.emplace(reference, Known{function, door});
    return function;
}

Function FunctionRegistry::find_or_add(const std::string& name_or_handler) {
    const std::string first = name_from(name_or_handler);
    std::string name = first;
    for (int number = 2;; ++number) {
        {
            const std::lock_guard lock(mutex_);
            if (number == 2) {
                const auto named = functions_.find(name_or_handler);
                if (named != functions_.end()) return named->second.function;
            }
            const auto taken = functions_.find(name);
            if (taken == functions_.end()) break;
            if (taken->second.function.handler_name == name_or_handler) return taken->second.function;
        }
        const std::string suffix = "-" + std::to_string(number);
        name = first.substr(0, max_name_length - suffix.size()) + suffix;
    }
    return add(std::move(name), name_or_handler);
}

Function FunctionRegistry::find(std::string_view name_or_arn) const {
    const FunctionReference reference = FunctionReference::parse(name_or_arn);
    const std::string& name = reference.name;
    const bool is_latest = reference.qualifier.empty() || reference.qualifier == "$LATEST";
    const std::lock_guard lock(mutex_);
    auto found = functions_.find(name);
    if (found != functions_.end() && !is_latest) {
        const auto& definition = found->second.function.definition;
        if (definition && definition->has_versions) found = functions_.find(reference.text());
        if (found == functions_.end()) return {};
    }
    if (found != functions_.end()) return found->second.function;
    if (name != built_in_name) return {};
    if (!built_in_) built_in_ = with_faults(make_handler(built_in_name, context_), name, context_.timeout);
    return {name, name, built_in_};
}

std::vector<Function> FunctionRegistry::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Function> all;
    all.reserve(functions_.size());
    for (const auto& [reference, known] : functions_) {
        if (reference == known.function.name) all.push_back(known.function);
    }
    return all;
}

std::string FunctionRegistry::arn_of(std::string_view reference) const {
    return lambda_arn(context_.engine.options(), "function:" + std::string(reference));
}

/// Returns the handlers of all callers, including those of removed functions.
std::vector<std::shared_ptr<FaultyHandler>> FunctionRegistry::doors() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<FaultyHandler>> doors;
    for (const auto& [reference, known] : functions_) doors.push_back(known.door);
    for (const auto& [reference, removed] : removed_) {
        if (auto door = removed.lock()) doors.push_back(std::move(door));
    }
    return doors;
}

void FunctionRegistry::stop(StopReason reason) noexcept {
    for (const auto& each : doors()) each->stop(reason);
}

void FunctionRegistry::rest() noexcept {
    for (const auto& each : doors()) each->rest();
}

}  // namespace tailrace::stream
