#pragma once

#include <string>
#include <string_view>

#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// Adds the header x-tailrace-hint, which says what the caller can do about an error. The header has at most
/// 300 characters. Names in the text may contain any bytes: "?" stands for each one that is not printable
/// ASCII.
void add_hint(std::string_view text, HttpResponse& response);

/// Returns the value of that header; empty if the response has none.
std::string_view hint_in(const HttpResponse& response);

/// Removes that header, if the response has it.
void remove_hint(HttpResponse& response);

}  // namespace tailrace::server
