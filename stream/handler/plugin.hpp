#pragma once

#include <memory>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/handler/handler_context.hpp"
#include "stream/handler/plugin_api.h"

namespace tailrace::stream {

/// A handler in a shared library; see plugin_api.h.
class Plugin final : public EventHandler {
  public:
    /// Loads the library and creates its instance. Throws UnknownHandler.
    Plugin(const std::string& path, const HandlerContext& context);
    ~Plugin() override;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

    HandlerResult invoke(std::string_view event_json) override;

  private:
    struct Unload {
        void operator()(void* library) const noexcept;
    };

    std::unique_ptr<void, Unload> library_;
    decltype(&tailrace_plugin_handle) handle_ = nullptr;
    void* instance_ = nullptr;
};

}  // namespace tailrace::stream
