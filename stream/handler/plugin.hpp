#pragma once

#include <memory>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"

namespace tailrace::stream {

/// A handler from a shared library; see plugin_api.h. The context is read while the handler is made. Throws
/// UnknownHandler, always in the static executable.
std::unique_ptr<Handler> load_plugin(const std::string& path, const HandlerContext& context);

}  // namespace tailrace::stream
