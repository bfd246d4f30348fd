#pragma once

#include <string>

namespace tailrace {

/// A random UUID, version 4, in lower case.
std::string make_uuid();

}  // namespace tailrace
