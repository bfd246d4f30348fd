#include "stream/mapping/filter/address_range.hpp"

#include <arpa/inet.h>

#include "engine/model/parse_number.hpp"

namespace tailrace::stream {
namespace {

constexpr unsigned bits_of_ipv4 = 32;
constexpr unsigned bits_of_ipv6 = 128;
constexpr unsigned bits_of_byte = 8;

}  // namespace

std::optional<AddressRange::Address> AddressRange::parse_address(std::string_view text) {
    Address address;
    const std::string terminated(text);
    address.is_ipv6 = text.find(':') != std::string_view::npos;
    const int family = address.is_ipv6 ? AF_INET6 : AF_INET;
    if (inet_pton(family, terminated.c_str(), address.bytes.data()) != 1) return std::nullopt;
    return address;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto network = parse_address(text.substr(0, slash));
    if (!network) return std::nullopt;
    const auto bits = parse_number<unsigned>(text.substr(slash + 1));
    if (!bits || *bits > (network->is_ipv6 ? bits_of_ipv6 : bits_of_ipv4)) return std::nullopt;
    AddressRange range;
    range.network_ = *network;
    range.bits_ = *bits;
    return range;
}

bool AddressRange::contains(std::string_view address) const {
    const auto other = parse_address(address);
    if (!other || other->is_ipv6 != network_.is_ipv6) return false;
    for (unsigned bit = 0; bit < bits_; ++bit) {
        const unsigned mask = 1U << (bits_of_byte - 1 - bit % bits_of_byte);
        const unsigned place = bit / bits_of_byte;
        if (((other->bytes.at(place) ^ network_.bytes.at(place)) & mask) != 0) return false;
    }
    return true;
}

}  // namespace tailrace::stream
