#pragma once

#include <cstdint>
#include <string>

#include "engine/model/clock.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// Writes the head of responses as DynamoDB's endpoint sends it:
///
///     HTTP/1.1 200 OK
///     Server: Server
///     Date: Sat, 31 Jan 2026 12:00:00 GMT
///     Content-Type: application/x-amz-json-1.0
///     Content-Length: 2
///     Connection: keep-alive
///     x-amzn-RequestId: 52 letters A-V and digits
///     x-amz-crc32: 2745614147                                   of the body as it is sent
///
/// A response with a type has a checksum even if its body is empty: 0. A response with neither a type nor a
/// body, such as the response to a preflight, has no checksum.
///
/// For one thread at a time: it keeps the date text of the current second and a random state.
class ResponseHeadWriter {
  public:
    explicit ResponseHeadWriter(std::uint64_t seed) : random_state_(seed) {}

    /// Appends the status line, the headers and the empty line.
    void append_head(std::string& out, const HttpResponse& response, bool keep_alive, Timestamp now);

  private:
    void append_request_id(std::string& out);

    std::uint64_t random_state_;
    std::chrono::sys_seconds date_second_{};
    std::string date_text_;
};

/// Returns "Sat, 31 Jan 2026 12:00:00 GMT".
std::string http_date(std::chrono::sys_seconds time);

}  // namespace tailrace::server
