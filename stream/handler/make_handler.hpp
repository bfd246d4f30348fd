#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"

namespace tailrace::stream {

/// The text names no handler, or one that cannot be loaded. what() is one line that a person can act on.
class UnknownHandler : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

/// Creates the handler that a text names:
///
///     message-groups, message-groups:naive   the built-in one; see MessageGroups
///     python:FILE.py:FUNCTION                a Lambda function in Python; see RuntimeFunction
///     node:FILE.js:FUNCTION                  a Lambda function in JavaScript, .mjs and .cjs as well
///     runtime:COMMAND                        a program that speaks Lambda's Runtime API
///     lambda:URL[,EmptyResponse=success]     a function behind Lambda's Invoke API; see LambdaInvocation
///     plugin:FILE.so                         a shared library; see plugin_api.h
///     file:FILE                              appends the records to a file; see RecordFile
///
/// Throws UnknownHandler. If context.starts_ahead, a function in Python or JavaScript is loaded before this
/// returns.
std::unique_ptr<Handler> make_handler(const std::string& text, const HandlerContext& context);

}  // namespace tailrace::stream
