#include "server/console/console_mount.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "server/console/console_pages.hpp"
#include "server/wire/content_coding.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view console_root = "/_tailrace/console";
constexpr int not_modified = 304;

/// What a page may load and run: the files of this server, and nothing that a text in an item could name.
/// Trusted types make a browser refuse to parse a text as HTML.
constexpr std::string_view content_security_policy =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

HttpResponse no_page(const WebRequest& request, bool has_path) {
    const std::string what = std::string(request.method).append(" ").append(request.target.path());
    if (has_path) return message_response(405, what + ": the console answers GET and HEAD.");
    return message_response(404, what + ": the console has no such page. It begins at /_tailrace/console.");
}

HttpResponse failed_page(const std::exception& error) {
    return message_response(500, error.what());
}

HttpResponse refused_page(int status, std::string_view message) {
    return message_response(status, message);
}

/// Returns the little-endian number in `bytes`.
std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
        number = number << 8 | static_cast<unsigned char>(bytes[i - 1]);
    return number;
}

/// A file in gzip's format ends with the checksum and the size of what is compressed. Source: RFC 1952, 2.3.
struct GzipEnd {
    std::uint32_t checksum;
    std::uint32_t size;

    explicit GzipEnd(std::string_view gzip)
        : checksum(little_endian(gzip.substr(gzip.size() - 8, 4))),
          size(little_endian(gzip.substr(gzip.size() - 4))) {}
};

std::string entity_tag(const GzipEnd& end, bool is_compressed) {
    return "\"" + std::to_string(end.checksum) + "-" + std::to_string(end.size) +
           (is_compressed ? "-gzip\"" : "\"");
}

void write_content(const ConsolePage& page, bool is_compressed, HttpResponse& response) {
    response.content_type = page.content_type;
    if (is_compressed) {
        response.content_encoding = coding_name(ContentCoding::gzip);
        response.fixed_body = page.gzip;
        return;
    }
    Decompressed content = decompressed(page.gzip, ContentCoding::gzip, GzipEnd(page.gzip).size);
    if (content.error) throw std::runtime_error("This page of the console is damaged.");
    response.body = std::move(content.body);
}

HttpResponse answer_page(const WebRequest& request) {
    std::string_view name = request.target.path().substr(console_root.size());
    while (name.starts_with('/')) name.remove_prefix(1);
    if (name.empty()) name = "index.html";
    const auto pages = console_pages();
    const auto page = std::ranges::find(pages, name, &ConsolePage::name);
    if (page == pages.end()) return no_page(request, false);

    const bool is_compressed = preferred_coding(request.header("Accept-Encoding")) == ContentCoding::gzip;
    const std::string tag = entity_tag(GzipEnd(page->gzip), is_compressed);
    HttpResponse response;
    response.add_header("ETag", tag);
    response.add_header("Cache-Control", "no-cache");
    response.add_header("Vary", "Accept-Encoding");
    response.add_header("Content-Security-Policy", content_security_policy);
    response.add_header("Referrer-Policy", "no-referrer");
    if (request.header("If-None-Match") == tag) {
        response.status = not_modified;
    } else {
        write_content(*page, is_compressed, response);
    }
    return response;
}

}  // namespace

void mount_console(Router& router) {
    const MountPolicy policy{
        .no_route = no_page,
        .failed = failed_page,
        .refused = refused_page,
        .access = {.is_admin = true, .needs_token = false, .has_no_data = true},
    };
    Mount& console = router.mount(console_root, policy);
    for (const std::string_view path :
         {"/_tailrace/console", "/_tailrace/console/{file}", "/_tailrace/console/views/{file}"}) {
        for (const std::string_view method : {"GET", "HEAD"}) {
            console.add(
                {.method = method, .path = path, .function = answer_page, .answering = Answering::at_once});
        }
    }
}

}  // namespace tailrace::server
