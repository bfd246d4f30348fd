#pragma once

#include <string>
#include <string_view>

namespace tailrace::conformance {

/// Makes a server's bytes fit for a terminal, XML 1.0 and JSON: valid UTF-8, with line feed and tab as the
/// only control characters. Writes an unfit byte as "\x1f", and an unfit character of several bytes (one that
/// controls a terminal or that XML cannot hold) as "\u0085". Text that is already fit is unchanged.
std::string printable(std::string_view bytes);

/// True if the bytes are UTF-8, so that JSON can hold them as a string.
bool is_utf8(std::string_view bytes);

/// The first `max_bytes` bytes of a text at most, without splitting a character. If the text is longer, its
/// length in bytes is appended.
std::string shortened(const std::string& text, std::size_t max_bytes);

/// Quotes the text with single quotes for a shell.
std::string shell_quoted(const std::string& text);

}  // namespace tailrace::conformance
