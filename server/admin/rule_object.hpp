#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// Why a list of rules is refused.
class InvalidRule : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

using Names = std::vector<std::string_view>;

bool contains(const Names& names, std::string_view name);

/// An object in a list of rules that a request has sent, whose members are read one by one. All functions
/// that read throw InvalidRule, which names the object and the member, and says what is allowed there.
class RuleObject {
  public:
    /// `where` says which object it is, for people. Throws if it is not an object, or has a member that is
    /// not among the known ones.
    RuleObject(const boost::json::value& value, std::string where, const Names& known);

    [[noreturn]] void refuse(const std::string& reason) const;
    void require_known(std::string_view kind, std::string_view name, const Names& known) const;
    void require_with(std::string_view name, std::string_view other) const;

    /// Returns null if there is no such member.
    const boost::json::value* find(std::string_view name) const { return object_->if_contains(name); }
    /// Returns an empty text if there is no such member.
    std::string text(std::string_view name) const;
    /// The same for one of the known texts.
    std::string choice(std::string_view name, const Names& known) const;
    /// A whole number in a range; nullopt if there is no such member.
    std::optional<std::uint64_t> count(std::string_view name, std::uint64_t least, std::uint64_t most) const;

  private:
    const boost::json::object* object_;
    std::string where_;
};

}  // namespace tailrace::server
