#pragma once

#include <string>
#include <string_view>

namespace tailrace::server {

/// Text from outside as one line for a terminal: control characters (U+0000 to U+001F, U+007F to U+009F),
/// by which it could write lines of its own or steer the terminal, become spaces; what is not UTF-8 becomes
/// U+FFFD, one for each byte. `text` itself where there is nothing of the kind.
std::string shown_line(std::string text);

/// JSON text that may go anywhere JSON goes: control characters that JSON allows as they are (U+007F to
/// U+009F) become \u escapes, which mean the same; what is not UTF-8 becomes U+FFFD. `text` itself where
/// there is nothing of the kind.
std::string escaped_json(std::string text);

/// A line for the log without what lets its reader pass for somebody else: the values of X-Amz-Signature,
/// X-Amz-Credential and X-Amz-Security-Token, of an Authorization header and its parts, of X-Tailrace-Token
/// and of Bearer become "***", and so does `secret` wherever it stands, unless it is empty.
std::string without_credentials(std::string text, std::string_view secret);

}  // namespace tailrace::server
