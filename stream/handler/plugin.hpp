#pragma once

#include <memory>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"

namespace tailrace::stream {

/// Loads a handler from a shared library; see plugin_api.h. The context is read only while the handler is
/// created. Throws UnknownHandler; in the static executable it always does.
std::unique_ptr<Handler> load_plugin(const std::string& path, const HandlerContext& context);

}  // namespace tailrace::stream
