#pragma once

#include <boost/json.hpp>

namespace tailrace::validation {

/// Whether AWS reads the request in its older way, whatever its operation: what is nested so deep that its
/// newer one does not come to the end of it. Looks at the whole request, so only faulty ones are asked for.
///
/// Source: the observations of AWS in paritysuite/dynamodb-conformance, deepRequests.test.ts, October 2026: a
/// value of 40 levels is read in the newer way, one of 63 in the older.
bool is_read_in_older_way(const boost::json::object& request);

}  // namespace tailrace::validation
