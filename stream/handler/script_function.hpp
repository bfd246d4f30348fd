#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stream/handler/runtime_function.hpp"

namespace tailrace::stream {

/// A function in a Python or JavaScript file. The machine's own interpreter runs it with Tailrace's runtime
/// client: nothing has to be installed for it, and the file contains nothing specific to Tailrace. If the
/// file, or one that it loads from its folder, has changed, the next call loads them again.
/// `file_and_function` is "messages.py:handler". If context.starts_ahead, both functions below load the
/// function before they return, as RuntimeFunction::start_ahead() does, and throw UnknownHandler if the
/// function cannot be loaded.
std::unique_ptr<RuntimeFunction> make_python_function(std::string_view file_and_function,
                                                      const HandlerContext& context);
std::unique_ptr<RuntimeFunction> make_node_function(std::string_view file_and_function,
                                                    const HandlerContext& context);

/// The machine's own interpreters with Tailrace's runtime clients, as the first words of a command. The
/// caller appends two more words: a file and a function in it, or else a folder and a handler as Lambda names
/// it, "src/app.handler".
std::vector<std::string> python_interpreter();
std::vector<std::string> node_interpreter();

}  // namespace tailrace::stream
