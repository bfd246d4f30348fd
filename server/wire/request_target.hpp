#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// A part of a target with its %XX read.
std::string percent_decoded(std::string_view text);

/// What the value of a flag says: "true", "1" and nothing at all that it is set, "false" and "0" that it is
/// not; no value for anything else.
std::optional<bool> flag_of(std::string_view value);

/// A request target taken apart: "/path?query" or, as a client behind a proxy sends it,
/// "http://host/path?query". Views into the text it was made from.
class RequestTarget {
  public:
    explicit RequestTarget(std::string_view target);

    /// "/" where the target has none.
    std::string_view path() const { return path_; }
    /// Whether the path is "/". Each request is asked several times.
    bool is_root() const { return path_.size() == 1 && path_.front() == '/'; }
    /// "host:8000" where the target names it; it then counts for more than a Host header (RFC 9112, 3.2.2).
    std::string_view authority() const { return authority_; }
    /// What follows the question mark.
    std::string_view query() const { return query_; }
    /// The percent-decoded value of a query parameter, empty where it has none ("?name"); nothing when the
    /// query does not have the parameter.
    std::optional<std::string> parameter(std::string_view name) const;
    /// Whether a parameter that is a flag is there and true; see flag_of().
    bool flag(std::string_view name) const;
    /// The values of a parameter that stands there several times, in their order.
    std::vector<std::string> parameters(std::string_view name) const;
    /// The names of all parameters, percent-decoded, in their order.
    std::vector<std::string> parameter_names() const;

  private:
    std::string_view authority_;
    std::string_view path_;
    std::string_view query_;
};

}  // namespace tailrace::server
