#include "server/web/host_name.hpp"

#include <algorithm>
#include <array>

#include "engine/model/ascii_case.hpp"

namespace tailrace::server {
namespace {

/// Zones in which the public cannot register names: those of one machine, of one network, and AWS's.
/// Source: RFC 6761, RFC 6762, ICANN's reservation of .internal; the partitions of AWS's SDKs.
constexpr std::array<std::string_view, 14> local_zones = {
    ".localhost",      ".internal",         ".local",
    ".amazonaws.com",  ".amazonaws.com.cn", ".api.aws",
    ".amazonaws.eu",   ".c2s.ic.gov",       ".api.amazonwebservices.com.cn",
    ".sc2s.sgov.gov",  ".csp.hci.ic.gov",   ".api.amazonwebservices.eu",
    ".cloud.adc-e.uk", ".api.aws.ic.gov"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_of_name(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
}

bool is_of_ipv6(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
}

/// Parses "[::1]" or "[::1]:8000".
std::optional<HostName> parse_bracketed(std::string_view text) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    HostName host{lower_case(text.substr(0, end + 1)), {}};
    const std::string_view address = std::string_view(host.name).substr(1, end - 1);
    if (address.empty() || !std::ranges::all_of(address, is_of_ipv6)) return std::nullopt;
    text.remove_prefix(end + 1);
    if (text.empty()) return host;
    if (text.front() != ':' || !std::ranges::all_of(text.substr(1), is_digit)) return std::nullopt;
    host.port = text.substr(1);
    return host;
}

/// Returns the default port of a scheme, or an empty string if it is unknown.
std::string_view usual_port(std::string_view scheme) {
    if (scheme == "http") return "80";
    return scheme == "https" ? "443" : "";
}

}  // namespace

bool HostName::is_local() const {
    if (name.starts_with('[')) return true;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) return true;
    // Browsers treat a name whose last part is a number as an IPv4 address and never look it up.
    if (std::ranges::all_of(name.substr(dot + 1), is_digit)) return true;
    return std::ranges::any_of(local_zones, [this](std::string_view zone) {
        return name.size() > zone.size() && name.ends_with(zone);
    });
}

std::optional<HostName> parse_host_name(std::string_view text) {
    if (text.starts_with('[')) return parse_bracketed(text);
    const std::size_t colon = text.find(':');
    HostName host{lower_case(text.substr(0, colon)), {}};
    if (colon != std::string_view::npos) host.port = text.substr(colon + 1);
    if (host.name.ends_with('.')) host.name.pop_back();
    const bool is_name =
        !host.name.empty() && !host.name.ends_with('.') && std::ranges::all_of(host.name, is_of_name);
    if (!is_name || !std::ranges::all_of(host.port, is_digit)) return std::nullopt;
    return host;
}

std::optional<PageOrigin> parse_page_origin(std::string_view text) {
    constexpr std::string_view separator = "://";
    const std::size_t scheme_end = text.find(separator);
    if (scheme_end == std::string_view::npos || scheme_end == 0) return std::nullopt;
    std::optional<HostName> host = parse_host_name(text.substr(scheme_end + separator.size()));
    if (!host) return std::nullopt;
    PageOrigin origin{lower_case(text.substr(0, scheme_end)), std::move(*host)};
    if (origin.host.port.empty()) origin.host.port = usual_port(origin.scheme);
    return origin;
}

PageOrigin origin_of_host(HostName host, bool is_tls) {
    PageOrigin origin{is_tls ? "https" : "http", std::move(host)};
    if (origin.host.port.empty()) origin.host.port = usual_port(origin.scheme);
    return origin;
}

bool is_loopback(std::string_view address) {
    return address == "localhost" || address == "::1" || address.starts_with("127.") ||
           address.starts_with("::ffff:127.");
}

}  // namespace tailrace::server
