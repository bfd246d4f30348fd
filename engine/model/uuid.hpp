#pragma once

#include <string>
#include <string_view>

namespace tailrace {

/// A random UUID, version 4, in lower case.
std::string make_uuid();
/// The UUID of a name: always the same one. Version 5 (RFC 4122, 4.3), in a namespace of Tailrace's own.
std::string make_uuid(std::string_view name);

}  // namespace tailrace
