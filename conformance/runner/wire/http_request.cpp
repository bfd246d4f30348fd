#include <algorithm>
#include <cctype>
#include <cstdio>

#include "conformance/runner/wire/http_exchange.hpp"

namespace tailrace::conformance {
namespace {

bool same_name(const std::string& left, const std::string& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

void add_chunk(std::string& bytes, std::string_view data) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", data.size());
    bytes.append(size).append(data).append("\r\n");
}

}  // namespace

const std::string* find_header(const Headers& headers, const std::string& name) {
    for (const auto& [each, value] : headers) {
        if (same_name(each, name)) return &value;
    }
    return nullptr;
}

void set_header(Headers& headers, const std::string& name, const std::string& value) {
    remove_header(headers, name);
    headers.emplace_back(name, value);
}

void remove_header(Headers& headers, const std::string& name) {
    std::erase_if(headers, [&](const auto& header) { return same_name(header.first, name); });
}

std::string HttpRequest::bytes() const {
    std::string bytes = method + " " + path + " HTTP/1.1\r\n";
    for (const auto& [name, value] : headers) bytes.append(name).append(": ").append(value).append("\r\n");
    bytes += "\r\n";
    if (!chunks) return bytes + body;
    std::string_view rest = body;
    for (const std::size_t size : *chunks) {
        if (rest.empty()) break;
        add_chunk(bytes, rest.substr(0, size));
        rest.remove_prefix(std::min(size, rest.size()));
    }
    if (!rest.empty()) add_chunk(bytes, rest);
    return bytes + "0\r\n\r\n";
}

std::string Url::authority() const {
    const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? "443" : "80") ? shown : shown + ":" + port;
}

std::string Url::text() const {
    return (tls ? "https://" : "http://") + authority() + path;
}

Url parse_url(const std::string& text) {
    Url url;
    const std::string fault = "'" + text + "' is not an http:// or https:// URL";
    const std::size_t start = text.find("://");
    if (start == std::string::npos) throw std::invalid_argument(fault);
    const std::string scheme = text.substr(0, start);
    if (scheme != "http" && scheme != "https") throw std::invalid_argument(fault);
    url.tls = scheme == "https";
    url.port = url.tls ? "443" : "80";
    const std::string rest = text.substr(start + 3);
    const std::size_t slash = rest.find('/');
    if (slash != std::string::npos) url.path = rest.substr(slash);
    const std::string authority = rest.substr(0, slash);
    const std::size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
    url.host = has_port ? authority.substr(0, colon) : authority;
    if (has_port) url.port = authority.substr(colon + 1);
    if (url.host.starts_with('[') && url.host.ends_with(']'))
        url.host = url.host.substr(1, url.host.size() - 2);
    const bool digits =
        std::all_of(url.port.begin(), url.port.end(), [](unsigned char c) { return std::isdigit(c); });
    if (url.host.empty() || url.port.empty() || !digits) throw std::invalid_argument(fault);
    return url;
}

}  // namespace tailrace::conformance
