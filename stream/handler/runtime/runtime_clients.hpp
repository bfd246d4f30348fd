#pragma once

#include <string_view>

namespace tailrace::stream {

/// The programs in python_client.py and node_client.mjs, which the build embeds in the executable.
extern const std::string_view python_runtime_client;
extern const std::string_view node_runtime_client;

}  // namespace tailrace::stream
