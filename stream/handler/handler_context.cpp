#include "stream/handler/handler_context.hpp"

#include <cstdio>

namespace tailrace::stream {

void log_to_standard_error(std::string_view function_name, std::string_view line) {
    const std::string text = std::string(function_name).append(": ").append(line).append("\n");
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace tailrace::stream
