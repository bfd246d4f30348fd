#include "server/wire/request_headers.hpp"

#include <array>

namespace tailrace::server {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

struct KnownHeader {
    std::string_view name;
    std::string_view RequestHeaders::*member;
};

constexpr std::array<KnownHeader, 11> known_headers = {{
    {"accept-encoding", &RequestHeaders::accept_encoding},
    {"access-control-request-headers", &RequestHeaders::access_control_request_headers},
    {"access-control-request-method", &RequestHeaders::access_control_request_method},
    {"authorization", &RequestHeaders::authorization},
    {"content-encoding", &RequestHeaders::content_encoding},
    {"content-type", &RequestHeaders::content_type},
    {"date", &RequestHeaders::date},
    {"host", &RequestHeaders::host},
    {"origin", &RequestHeaders::origin},
    {"x-amz-date", &RequestHeaders::x_amz_date},
    {"x-amz-target", &RequestHeaders::x_amz_target},
}};

}  // namespace

RequestHeaders::RequestHeaders(std::span<const HttpHeader> headers) {
    for (const HttpHeader& header : headers) {
        for (const KnownHeader& known : known_headers) {
            // The length alone tells most of them apart.
            if (header.name.size() != known.name.size()) continue;
            if (!equal_ignoring_case(header.name, known.name)) continue;
            this->*known.member = header.value;
            break;
        }
    }
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace tailrace::server
