#include "stream/handler/plugin.hpp"

#include <dlfcn.h>

#include <filesystem>

#include "engine/model/uuid.hpp"
#include "stream/handler/make_handler.hpp"
#include "stream/handler/plugin_api.h"

namespace tailrace::stream {
namespace {

/// Returns a function of a library, typed as declared in plugin_api.h, or null if the library does not have
/// it.
template <typename Function>
Function* symbol(void* library, const char* name) {
    return reinterpret_cast<Function*>(::dlsym(library, name));
}

void append_text(void* context, const char* text, std::size_t length) {
    static_cast<std::string*>(context)->append(text, length);
}

/// A loaded library and the instance that it created for one function.
class Plugin final : public EventHandler {
  public:
    Plugin(const std::string& path, const HandlerContext& context);
    ~Plugin() override;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

    HandlerResult invoke(std::string_view event_json) override;

  private:
    struct Unload {
        void operator()(void* library) const noexcept { ::dlclose(library); }
    };

    std::unique_ptr<void, Unload> library_;
    decltype(&tailrace_plugin_handle) handle_ = nullptr;
    void* instance_ = nullptr;
};

Plugin::Plugin(const std::string& path, const HandlerContext& context) {
    // dlopen() searches the system's libraries for a name without a slash.
    library_.reset(::dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!library_) throw UnknownHandler("the plugin cannot be loaded: " + std::string(::dlerror()));
    const auto version = symbol<decltype(tailrace_plugin_version)>(library_.get(), "tailrace_plugin_version");
    handle_ = symbol<decltype(tailrace_plugin_handle)>(library_.get(), "tailrace_plugin_handle");
    if (version == nullptr || handle_ == nullptr) {
        throw UnknownHandler("'" + path +
                             "' is not a plugin: it has no tailrace_plugin_version or no "
                             "tailrace_plugin_handle");
    }
    if (const int found = version(); found != TAILRACE_PLUGIN_VERSION) {
        throw UnknownHandler("the plugin '" + path + "' was built for version " + std::to_string(found) +
                             " of the interface, not " + std::to_string(TAILRACE_PLUGIN_VERSION));
    }
    const auto create = symbol<decltype(tailrace_plugin_create)>(library_.get(), "tailrace_plugin_create");
    if (create == nullptr) return;
    const tailrace_plugin_context known{context.function_name.c_str(), context.endpoint_url.c_str(),
                                        context.engine.options().region.c_str()};
    instance_ = create(&known);
}

Plugin::~Plugin() {
    const auto destroy = symbol<decltype(tailrace_plugin_destroy)>(library_.get(), "tailrace_plugin_destroy");
    if (destroy != nullptr) destroy(instance_);
}

HandlerResult Plugin::invoke(std::string_view event_json) {
    const std::string json(event_json);
    const std::string request_id = make_uuid();
    const tailrace_event event{json.c_str(), json.size(), request_id.c_str()};
    std::string answer;
    const tailrace_reply reply{&answer, append_text};
    HandlerResult result;
    if (const int status = handle_(instance_, &event, &reply); status != 0) {
        if (answer.empty()) answer = "the plugin returned " + std::to_string(status);
        result = HandlerResult::failed(answer);
    } else if (!answer.empty()) {
        result.payload = std::move(answer);
    }
    result.request_id = request_id;
    return result;
}

}  // namespace

std::unique_ptr<Handler> load_plugin(const std::string& path, const HandlerContext& context) {
    return std::make_unique<Plugin>(path, context);
}

}  // namespace tailrace::stream
