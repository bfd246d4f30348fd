#pragma once

#include <string>
#include <string_view>

namespace tailrace::server {

/// Returns true if all of the text is UTF-8.
bool is_utf8(std::string_view text);

/// Turns text from outside into one line for a terminal. Control characters (U+0000 to U+001F, U+007F to
/// U+009F), which could write lines of their own or control the terminal, become spaces. Bytes that are not
/// UTF-8 become U+FFFD, one for each byte. A text without any of these is returned unchanged.
std::string shown_line(std::string text);

/// Makes JSON text safe for terminals and for strict parsers. Control characters that JSON allows unescaped
/// (U+007F to U+009F) become \u escapes, which mean the same. Bytes that are not UTF-8 become U+FFFD. A text
/// without any of these is returned unchanged.
std::string escaped_json(std::string text);

/// Hides credentials in a line for the log, so that its readers cannot pass for somebody else. These values
/// become "***": X-Amz-Signature, X-Amz-Credential, X-Amz-Security-Token, X-Tailrace-Token, AWS's secret keys
/// and session tokens, the parts of an Authorization header, and what follows Bearer or Basic. So does
/// `secret` wherever it appears, unless it is empty.
std::string without_credentials(std::string text, std::string_view secret);

}  // namespace tailrace::server
