#include "server/http/request_parser.hpp"

#include <utility>

#include "engine/model/ascii_case.hpp"
#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

/// The memory that a connection keeps for bodies between requests.
constexpr std::size_t kept_body_bytes = 64 * 1024;

}  // namespace

// Not initialised: pages that no request reaches take no memory.
ReceivedRequest::ReceivedRequest(const RequestLimits& limits)
    : text_(new char[2 * std::size_t{limits.header_bytes}]) {}

void ReceivedRequest::clear() {
    text_bytes_ = 0;
    method_ = target_ = {};
    headers_.clear();
    clear_body();
}

void ReceivedRequest::clear_body() {
    pages_.reset();
    if (body_.capacity() > kept_body_bytes) std::string().swap(body_);
    body_.clear();
}

void ReceivedRequest::set_request_line(std::string_view method, std::string_view target) {
    method_ = keep(method);
    target_ = keep(target);
}

void ReceivedRequest::add_header(std::string_view name, std::string_view value) {
    const std::string_view kept_name = keep(name);
    headers_.push_back({kept_name, keep(value)});
}

void ReceivedRequest::expect_body(std::uint64_t max_bytes) {
    max_body_bytes_ = static_cast<std::size_t>(max_bytes);
    if (max_body_bytes_ <= kept_body_bytes) body_.reserve(max_body_bytes_);
}

void ReceivedRequest::append_body(std::string_view bytes) {
    if (!pages_ && body_.size() + bytes.size() <= kept_body_bytes) {
        body_.append(bytes);
        return;
    }
    if (!pages_) {
        pages_.emplace(max_body_bytes_);
        pages_->append(body_);
    }
    pages_->append(bytes);
}

HttpRequest ReceivedRequest::view() const {
    const std::string_view body = pages_ ? pages_->view() : std::string_view(body_);
    return {.method = method_, .target = target_, .headers = headers_, .body = body};
}

std::string_view ReceivedRequest::keep(std::string_view text) {
    char* const begin = text_.get() + text_bytes_;
    text.copy(begin, text.size());
    text_bytes_ += text.size();
    return {begin, text.size()};
}

RequestParser::RequestParser(const RequestLimits& limits, ReceivedRequest& request)
    : request_(request),
      max_header_bytes_(limits.header_bytes),
      max_body_bytes_(limits.body_bytes),
      function_bytes_(limits.function_bytes) {
    // Beast's limit is for the request line and the header fields together, with their separators.
    header_limit(3 * limits.header_bytes);
    body_limit(limits.body_bytes);
    eager(true);
}

// Five parameters are the parser's interface. NOLINTNEXTLINE(readability-function-size)
void RequestParser::on_request_impl(Verb, Text method, Text target, int, Error& error) {
    if (method.size() + target.size() > max_header_bytes_) {
        error = boost::beast::http::error::header_limit;
        return;
    }
    if (function_bytes_ > 0 && target.find("/2015-03-31/functions") != Text::npos) {
        max_body_bytes_ = function_bytes_;
        body_limit(function_bytes_);
    }
    request_.set_request_line({method.data(), method.size()}, {target.data(), target.size()});
}

/// With any other coding Beast would see no body, and would read the body's bytes as the next request.
bool RequestParser::is_only_coding(std::string_view coding) {
    return !std::exchange(has_coding_, true) && equal_ignoring_case(trimmed(coding), "chunked");
}

void RequestParser::on_response_impl(int, Text, int, Error&) {}

void RequestParser::on_field_impl(Field field, Text name, Text value, Error& error) {
    // Trailers, which follow a chunked body, are not headers (RFC 9110, section 6.5.1).
    if (is_head_read_) return;
    field_bytes_ += name.size() + value.size();
    if (field_bytes_ > max_header_bytes_) {
        error = boost::beast::http::error::header_limit;
        return;
    }
    const std::string_view text(value.data(), value.size());
    if (field == Field::expect && equal_ignoring_case(text, "100-continue")) expects_continue_ = true;
    if (field == Field::transfer_encoding && !is_only_coding(text)) {
        error = boost::beast::http::error::bad_transfer_encoding;
        return;
    }
    request_.add_header({name.data(), name.size()}, text);
}

void RequestParser::on_header_impl(Error&) {
    is_head_read_ = true;
    // The length of a chunked body is not known in advance.
    const std::uint64_t bytes = chunked() ? max_body_bytes_ : content_length().value_or(0);
    if (bytes <= kept_body_bytes) return;
    body_memory_bytes_ = bytes;
    eager(false);
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) {
    request_.expect_body(length ? *length : max_body_bytes_);
}

std::size_t RequestParser::on_body_impl(Text bytes, Error&) {
    request_.append_body({bytes.data(), bytes.size()});
    return bytes.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, Text, Error&) {}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text bytes, Error&) {
    request_.append_body({bytes.data(), bytes.size()});
    return bytes.size();
}

void RequestParser::on_finish_impl(Error&) {}

}  // namespace tailrace::server
