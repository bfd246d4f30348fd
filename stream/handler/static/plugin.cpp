// In the static executable's place of stream/handler/plugin.cpp: a static program can load no library that
// was not made for the very C library inside it.

#include "stream/handler/plugin.hpp"

#include "stream/handler/make_handler.hpp"

// What the static executable's SQLite calls in place of dlopen() and the like, to load an extension; nobody
// here tells it to.
extern "C" {
void* tailrace_no_dlopen(const char*, int) {
    return nullptr;
}
void* tailrace_no_dlsym(void*, const char*) {
    return nullptr;
}
int tailrace_no_dlclose(void*) {
    return 0;
}
const char* tailrace_no_dlerror() {
    return "this is the static executable";
}
}

namespace tailrace::stream {

std::unique_ptr<Handler> load_plugin(const std::string& path, const HandlerContext&) {
    throw UnknownHandler("'plugin:" + path +
                         "' cannot be loaded: this is the static executable, as it is in the npm and Python "
                         "packages, which loads no plugins; that of the .deb and .tar.gz packages does, and "
                         "so does one that is built with server/run");
}

}  // namespace tailrace::stream
