#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/body_pages.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

struct RequestLimits {
    /// For the request line, and for all header fields together.
    std::uint32_t header_bytes;
    std::uint64_t body_bytes;
    /// For a request to Lambda's functions, which may contain their code; 0 if that has no limit of its own.
    std::uint64_t function_bytes = 0;
};

/// The memory into which a connection receives its requests, one after another. It is kept from request to
/// request, so an ordinary request allocates nothing.
class ReceivedRequest {
  public:
    explicit ReceivedRequest(const RequestLimits& limits);

    /// Clears the request and gives back memory that only a large body needs.
    void clear();

    /// Does the same for the body only.
    void clear_body();

    void set_request_line(std::string_view method, std::string_view target);
    void add_header(std::string_view name, std::string_view value);
    /// Says how large the body may become, before any of it is appended.
    void expect_body(std::uint64_t max_bytes);
    void append_body(std::string_view bytes);
    /// Returns how much of the body has been appended.
    std::size_t body_bytes() const { return pages_ ? pages_->size() : body_.size(); }

    /// Returns the request as views into this object. They are valid until the next call of a function that
    /// changes it.
    HttpRequest view() const;
    std::string_view method() const { return method_; }

  private:
    std::string_view keep(std::string_view text);

    /// The text of the request line and of the header fields. Its size is their limit, so it never moves.
    std::unique_ptr<char[]> text_;
    std::size_t text_bytes_ = 0;
    std::string_view method_;
    std::string_view target_;
    std::vector<HttpHeader> headers_;
    /// The body while it is small. A large one is in pages of its own.
    std::string body_;
    std::optional<BodyPages> pages_;
    std::size_t max_body_bytes_ = 0;
};

/// Beast's HTTP/1.1 parser for one request. It stores what it parses in a ReceivedRequest.
class RequestParser final : public boost::beast::http::basic_parser<true> {
  public:
    RequestParser(const RequestLimits& limits, ReceivedRequest& request);

    /// Returns true if the client waits for "100 Continue" before it sends the body.
    bool expects_continue() const { return expects_continue_; }

    /// Returns how much BodyMemory the body may need, or 0 for a small body. This is known once the header is
    /// parsed. If the body needs any, the parser stops before the body until read_body() is called.
    std::uint64_t body_memory_bytes() const { return body_memory_bytes_; }
    void read_body() { eager(true); }

  private:
    using Field = boost::beast::http::field;
    using Verb = boost::beast::http::verb;
    using Text = boost::beast::string_view;
    using Error = boost::beast::error_code;

    void on_request_impl(Verb verb, Text method, Text target, int version, Error& error) override;
    void on_response_impl(int status, Text reason, int version, Error& error) override;
    void on_field_impl(Field field, Text name, Text value, Error& error) override;
    void on_header_impl(Error& error) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& error) override;
    std::size_t on_body_impl(Text bytes, Error& error) override;
    void on_chunk_header_impl(std::uint64_t size, Text extensions, Error& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t rest, Text bytes, Error& error) override;
    void on_finish_impl(Error& error) override;

    /// Returns true if this is the request's only Transfer-Encoding, and it is just `chunked`.
    bool is_only_coding(std::string_view coding);

    ReceivedRequest& request_;
    std::uint32_t max_header_bytes_;
    std::size_t field_bytes_ = 0;
    bool is_head_read_ = false;
    bool has_coding_ = false;
    bool expects_continue_ = false;
    std::uint64_t max_body_bytes_;
    std::uint64_t function_bytes_;
    std::uint64_t body_memory_bytes_ = 0;
};

}  // namespace tailrace::server
