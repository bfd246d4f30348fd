#pragma once

#include <string>
#include <string_view>

namespace tailrace::conformance {

/// Bytes that a server may have sent, made fit for a terminal, XML 1.0 and JSON: valid UTF-8, and of control
/// characters only line feed and tab. What is neither stands as "\x1f" (a byte) or "\u0085" (a character that
/// steers a terminal or that XML cannot hold). Text that is fit already stays as it is.
std::string printable(std::string_view bytes);

/// Whether JSON can hold these bytes as a string.
bool is_utf8(std::string_view bytes);

/// The beginning of a text, of at most so many bytes, which cuts no character in two; where that is not all
/// of it, its length in bytes follows.
std::string shortened(const std::string& text, std::size_t most_bytes);

/// In single quotes for a shell.
std::string shell_quoted(const std::string& text);

}  // namespace tailrace::conformance
