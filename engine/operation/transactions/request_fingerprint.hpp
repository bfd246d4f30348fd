#pragma once

#include <boost/json.hpp>
#include <cstdint>

namespace tailrace::operation {

/// Equal requests have equal fingerprints, whatever the order of their members.
std::uint64_t request_fingerprint(const boost::json::value& request);

}  // namespace tailrace::operation
