#include "stream/mapping/parameters/mapping_options.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

#include "engine/model/stable_hash.hpp"

namespace tailrace::stream {

std::string mapping_id(std::string_view name) {
    const std::uint64_t high = stable_hash(name);
    const std::uint64_t low = stable_hash("id of " + std::string(name));
    // Version 8 is for ids with a custom scheme (RFC 9562). The variant is 10 in binary.
    const std::uint64_t version = (high & 0x0fffU) | 0x8000U;
    const std::uint64_t variant = ((low >> 48U) & 0x3fffU) | 0x8000U;
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32U),
                  static_cast<unsigned>((high >> 16U) & 0xffffU), static_cast<unsigned>(version),
                  static_cast<unsigned>(variant), static_cast<unsigned long long>(low & 0xffff'ffff'ffffU));
    return text.data();
}

}  // namespace tailrace::stream
