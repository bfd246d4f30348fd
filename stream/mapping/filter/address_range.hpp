#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tailrace::stream {

/// The address range of a network, such as "10.0.0.0/8" or "2001:db8::/32".
class AddressRange {
  public:
    /// Returns nullopt if the text is not a range.
    static std::optional<AddressRange> parse(std::string_view text);

    /// Returns false for text that is not an address, and for addresses of the other family.
    bool contains(std::string_view address) const;

  private:
    struct Address {
        bool is_ipv6 = false;
        std::array<std::uint8_t, 16> bytes{};
    };

    static std::optional<Address> parse_address(std::string_view text);

    Address network_;
    unsigned bits_ = 0;
};

}  // namespace tailrace::stream
