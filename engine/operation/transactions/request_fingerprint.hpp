#pragma once

#include <boost/json.hpp>
#include <cstdint>

namespace tailrace::operation {

/// A number that is the same for requests that say the same, in whatever order their members stand.
std::uint64_t request_fingerprint(const boost::json::value& request);

}  // namespace tailrace::operation
