#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tailrace::server {

/// A host and an optional port, as in a Host header or a URL.
struct HostName {
    /// In lower case, without a final dot; an IPv6 address keeps its brackets.
    std::string name;
    /// Digits; empty if no port is given.
    std::string port;

    /// Returns true if only the machine, its network or AWS decides where the name leads. A name that anybody
    /// can register is not local: its owner can make it resolve to this machine, and the browser then takes
    /// the owner's pages for the server's own (DNS rebinding). An address cannot be rebound.
    bool is_local() const;

    friend bool operator==(const HostName&, const HostName&) = default;
};

/// Parses "localhost:8000", "[::1]:8000" or "MUSIC.internal.". Returns nullopt if the text is not a host.
std::optional<HostName> parse_host_name(std::string_view text);

/// The origin of a page: "http://localhost:3000". For http and https, a missing port is filled in.
struct PageOrigin {
    /// In lower case.
    std::string scheme;
    HostName host;

    friend bool operator==(const PageOrigin&, const PageOrigin&) = default;
};

/// Returns nullopt if the text is not an origin. "null" is not one either, because many different pages share
/// it.
std::optional<PageOrigin> parse_page_origin(std::string_view text);

/// Returns the origin of this server's own pages under that host, through TLS or without it.
PageOrigin origin_of_host(HostName host, bool is_tls);

/// Returns true if an address or name to listen on (127.0.0.1, ::1, localhost) can only be reached from this
/// machine.
bool is_loopback(std::string_view address);

}  // namespace tailrace::server
