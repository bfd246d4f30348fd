#pragma once

#include <memory>
#include <string_view>

#include "stream/handler/runtime_function.hpp"

namespace tailrace::stream {

/// A function in a file of Python or JavaScript, run by the machine's own interpreter with a runtime client
/// of Tailrace's: nothing has to be installed for it, and nothing in the file has to know of it. When the
/// file, or one that it loads from its folder, has changed, the next call loads them again.
/// `file_and_function` is "messages.py:handler". Both return when the function is loaded, and throw
/// UnknownHandler when it cannot be.
std::unique_ptr<RuntimeFunction> make_python_function(std::string_view file_and_function,
                                                      const HandlerContext& context);
std::unique_ptr<RuntimeFunction> make_node_function(std::string_view file_and_function,
                                                    const HandlerContext& context);

}  // namespace tailrace::stream
