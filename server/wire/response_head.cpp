#include "server/wire/response_head.hpp"

#include <libdeflate.h>

#include <array>
#include <charconv>
#include <cstdio>

namespace tailrace::server {
namespace {

std::string_view reason(int status) {
    switch (status) {
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Payload Too Large";
        case 415:
            return "Unsupported Media Type";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Status";
    }
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

/// zlib's own crc32() would take more than a fifth of the instructions of a Query that returns 20 items.
std::uint32_t checksum(std::string_view body) {
    return libdeflate_crc32(0, body.data(), body.size());
}

/// The statuses of responses without a body and without Content-Length. Source: RFC 9110, 8.6.
constexpr int no_content = 204;
constexpr int not_modified = 304;

/// Returns the lowest 40 bits as eight digits of base 32, one in each byte, from 0 to 9 and from A to V. It
/// computes all eight at once, because every response has seven of these.
std::uint64_t base32_digits(std::uint64_t bits) {
    bits = (bits & 0xfffff) | (bits >> 20 & 0xfffff) << 32;
    bits = (bits & 0x000003ff000003ff) | (bits & 0x000ffc00000ffc00) << 6;
    bits = (bits & 0x001f001f001f001f) | (bits & 0x03e003e003e003e0) << 3;
    constexpr std::uint64_t each_byte = 0x0101010101010101;
    // The highest bit of a byte is then set if its digit is a letter.
    const std::uint64_t letters = (bits + (0x80 - 10) * each_byte) >> 7 & each_byte;
    return bits + '0' * each_byte + letters * ('A' - '0' - 10);
}

}  // namespace

void ResponseHeadWriter::append_head(std::string& out, const HttpResponse& response, bool keep_alive,
                                     Timestamp now) {
    if (const auto second = std::chrono::floor<std::chrono::seconds>(now); second != date_second_) {
        date_second_ = second;
        date_text_ = http_date(second);
    }
    if (response.status == 200) {
        out.append("HTTP/1.1 200 OK\r\nServer: Server\r\nDate: ");
    } else {
        out.append("HTTP/1.1 ");
        append_number(out, static_cast<std::uint64_t>(response.status));
        out.append(" ").append(reason(response.status)).append("\r\nServer: Server\r\nDate: ");
    }
    out.append(date_text_);
    if (!response.content_type.empty()) out.append("\r\nContent-Type: ").append(response.content_type);
    if (!response.content_encoding.empty()) {
        out.append("\r\nContent-Encoding: ").append(response.content_encoding);
    }
    const std::string_view content = response.content();
    if (response.status != no_content && response.status != not_modified) {
        out.append("\r\nContent-Length: ");
        append_number(out, content.size());
    }
    out.append(keep_alive ? "\r\nConnection: keep-alive\r\nx-amzn-RequestId: "
                          : "\r\nConnection: close\r\nx-amzn-RequestId: ");
    append_request_id(out);
    if (!response.content_type.empty() || !content.empty()) {
        out.append("\r\nx-amz-crc32: ");
        append_number(out, checksum(content));
    }
    if (response.extra_headers.empty()) {
        out.append("\r\n\r\n");
    } else {
        out.append("\r\n").append(response.extra_headers).append("\r\n");
    }
}

void ResponseHeadWriter::append_request_id(std::string& out) {
    constexpr std::size_t length = 52;
    std::array<std::uint64_t, (length + 7) / 8> id;
    for (std::uint64_t& digits : id) {
        // The splitmix64 generator. Its ids are unique enough to tell requests apart, and nothing else
        // depends on them.
        std::uint64_t word = random_state_ += 0x9e3779b97f4a7c15;
        word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
        word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
        digits = base32_digits(word ^ (word >> 31));
    }
    out.append(reinterpret_cast<const char*>(id.data()), length);
}

std::string http_date(std::chrono::sys_seconds time) {
    static constexpr std::array<const char*, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 64> text;
    const int size =
        std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                      weekdays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                      months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
    return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace tailrace::server
