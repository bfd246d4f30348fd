#pragma once

#include <memory>
#include <string_view>

#include "stream/handler/runtime_function.hpp"

namespace tailrace::stream {

/// A function in a Python or JavaScript file. The machine's own interpreter runs it with Tailrace's runtime
/// client: nothing has to be installed for it, and the file contains nothing specific to Tailrace. If the
/// file, or one that it loads from its folder, has changed, the next call loads them again.
/// `file_and_function` is "messages.py:handler". Both load it before they return, as
/// RuntimeFunction::start_ahead() does, and throw UnknownHandler if it cannot be loaded.
std::unique_ptr<RuntimeFunction> make_python_function(std::string_view file_and_function,
                                                      const HandlerContext& context);
std::unique_ptr<RuntimeFunction> make_node_function(std::string_view file_and_function,
                                                    const HandlerContext& context);

}  // namespace tailrace::stream
