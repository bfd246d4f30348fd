#include "server/wire/request_headers.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "engine/model/ascii_case.hpp"
#include "engine/model/places_by_length.hpp"

namespace tailrace::server {
namespace {

/// Returns true if two names of the same length are equal. `known` consists of lower-case letters and dashes.
/// One bit turns upper-case letters into lower-case ones. It turns nothing else that a name may contain into
/// a letter or a dash.
bool is_named(std::string_view name, std::string_view known) {
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

constexpr std::array<KnownHeader, 12> known_headers = {{
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
    {"x-amzn-trace-id", &RequestHeaders::x_amzn_trace_id},
}};

constexpr PlacesByLength known_places(known_headers, [](const KnownHeader& known) { return known.name; });

}  // namespace

RequestHeaders::RequestHeaders(std::span<const HttpHeader> headers) {
    for (const HttpHeader& header : headers) {
        for (const std::size_t place : known_places.of_length(header.name.size())) {
            const KnownHeader& known = known_headers[place];
            if (is_named(header.name, known.name)) this->*known.member = header.value;
        }
    }
}

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char each) { return each == ' ' || each == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace tailrace::server
