#include "server/hints/hint_header.hpp"

#include <algorithm>
#include <cstddef>

namespace tailrace::server {
namespace {

constexpr std::string_view header_name = "x-tailrace-hint";
constexpr std::string_view line_begin = "x-tailrace-hint: ";
constexpr std::string_view line_end = "\r\n";
constexpr std::size_t max_header_bytes = 300;

}  // namespace

void add_hint(std::string_view text, HttpResponse& response) {
    std::string value(text.substr(0, max_header_bytes));
    const auto is_not_shown = [](char c) { return c < ' ' || c > '~'; };
    std::ranges::replace_if(value, is_not_shown, '?');
    response.add_header(header_name, value);
}

std::string_view hint_in(const HttpResponse& response) {
    const std::string_view headers = response.extra_headers;
    const std::size_t begin = headers.find(line_begin);
    if (begin == std::string_view::npos) return {};
    const std::string_view value = headers.substr(begin + line_begin.size());
    return value.substr(0, value.find(line_end));
}

void remove_hint(HttpResponse& response) {
    const std::size_t begin = response.extra_headers.find(line_begin);
    if (begin == std::string::npos) return;
    response.extra_headers.erase(begin, line_begin.size() + hint_in(response).size() + line_end.size());
}

}  // namespace tailrace::server
