#include "server/process/version.hpp"

namespace tailrace::server {

std::string_view version() {
    return TAILRACE_VERSION;
}

}  // namespace tailrace::server
