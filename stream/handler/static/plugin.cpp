// Replaces stream/handler/plugin.cpp in the static executable. A static program can load only libraries that
// were built for the same C library that is inside it.

#include "stream/handler/plugin.hpp"

#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {

std::unique_ptr<Handler> load_plugin(const std::string& path, const HandlerContext&) {
    throw UnknownHandler(
        "'plugin:" + path +
        "' cannot be loaded: this is the static executable of the npm and Python packages, which cannot load "
        "plugins; use the executable of the .deb or .tar.gz package, or one built with server/run");
}

}  // namespace tailrace::stream
