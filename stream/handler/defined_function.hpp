#pragma once

#include <memory>
#include <string>

#include "stream/handler/function_definition.hpp"
#include "stream/handler/handler_context.hpp"

namespace tailrace::stream {

class RuntimeFunction;

/// Throws UnknownHandler if functions with this runtime cannot run here. Those that can:
///
///     python3.N               with the machine's python3
///     nodejsN.x               with the machine's node
///     provided, provided.al2, provided.al2023
///                             the file "bootstrap" in the function's folder, or else in a layer
///
/// If the version of python3 or node differs from the runtime's, a line in the function's log says so.
void check_runtime(const std::string& runtime);

/// Returns a function that finds its handler in its folder as Lambda does, and whose current folder is that
/// folder. It is not loaded before its first call. Its name and its time limit are those of the context.
/// Throws UnknownHandler if the runtime is not supported, or if the folder or the program is missing. Source:
/// aws-lambda-python-runtime-interface-client, awslambdaric/bootstrap.py;
/// aws-lambda-nodejs-runtime-interface-client, src/UserFunction.js.
std::unique_ptr<RuntimeFunction> make_defined_function(std::shared_ptr<const FunctionDefinition> definition,
                                                       const HandlerContext& context);

}  // namespace tailrace::stream
