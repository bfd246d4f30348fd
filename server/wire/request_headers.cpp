#include "server/wire/request_headers.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "engine/model/ascii_case.hpp"

namespace tailrace::server {
namespace {

/// Returns true if a header has the known name, which consists of lower-case letters and dashes. One bit
/// turns upper-case letters into lower-case ones. It turns nothing else that a name may contain into a letter
/// or a dash.
bool is_named(std::string_view name, std::string_view known) {
    if (name.size() != known.size()) return false;
    constexpr std::uint64_t small_letters = 0x2020202020202020;
    const auto differ = [&](std::size_t from) {
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        std::memcpy(&a, name.data() + from, sizeof a);
        std::memcpy(&b, known.data() + from, sizeof b);
        return ((a | small_letters) ^ (b | small_letters)) != 0;
    };
    if (name.size() < sizeof(std::uint64_t)) return equal_ignoring_case(name, known);
    for (std::size_t from = 0; from + 8 <= name.size(); from += 8) {
        if (differ(from)) return false;
    }
    // Compares the last eight bytes, some of them for the second time.
    return !differ(name.size() - 8);
}

struct KnownHeader {
    using Member = std::string_view RequestHeaders::*;

    std::string_view name;
    Member member;
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
            if (!is_named(header.name, known.name)) continue;
            this->*known.member = header.value;
            break;
        }
    }
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace tailrace::server
