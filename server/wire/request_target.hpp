#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace::server {

/// Decodes the %XX in a part of a target.
std::string percent_decoded(std::string_view text);

/// Parses the value of a flag: "true", "1" and an empty text mean true, "false" and "0" mean false. Returns
/// nullopt for anything else.
std::optional<bool> flag_of(std::string_view value);

/// A parsed request target: "/path?query" or, from a client behind a proxy, "http://host/path?query". A path
/// that begins with "/~NAME" is for the namespace of that name. Has views into the text it was made from.
class RequestTarget {
  public:
    explicit RequestTarget(std::string_view target);

    /// Returns "blue" for "/~blue/_tailrace", or nullopt if the path names no namespace. The name may be any
    /// text.
    std::optional<std::string_view> namespace_name() const { return namespace_name_; }
    /// Returns the path without the namespace, or "/" if the target has none.
    std::string_view path() const { return path_; }
    /// Returns true if the path is "/". This is called several times for each request.
    bool is_root() const { return path_.size() == 1 && path_.front() == '/'; }
    /// Returns "host:8000" if the target names it. It takes precedence over a Host header (RFC 9112, 3.2.2).
    std::string_view authority() const { return authority_; }
    /// Returns what follows the question mark.
    std::string_view query() const { return query_; }
    /// Returns the percent-decoded value of a query parameter, which is empty for "?name". Returns nullopt if
    /// the query does not have the parameter.
    std::optional<std::string> parameter(std::string_view name) const;
    /// Returns true if a parameter that is a flag is present and true; see flag_of().
    bool flag(std::string_view name) const;
    /// A parameter's name and value, percent-decoded.
    using Parameter = std::pair<std::string, std::string>;
    /// Returns all parameters, in order.
    std::vector<Parameter> all_parameters() const;
    /// Returns the values of a parameter that may be repeated, in order.
    std::vector<std::string> parameters(std::string_view name) const;
    /// Returns the names of all parameters, percent-decoded and in order.
    std::vector<std::string> parameter_names() const;

  private:
    void take_namespace();

    std::string_view authority_;
    std::optional<std::string_view> namespace_name_;
    std::string_view path_;
    std::string_view query_;
};

}  // namespace tailrace::server
