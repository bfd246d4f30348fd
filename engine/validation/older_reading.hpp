#pragma once

#include <boost/json.hpp>

namespace tailrace::validation {

/// True if AWS reads the request in its older way, whatever the operation is: the request nests too deep for
/// the newer one. Examines the whole request, so it is called only for faulty ones.
///
/// Source: the observations of AWS in paritysuite/dynamodb-conformance, deepRequests.test.ts, October 2026: a
/// value of 40 levels is read in the newer way, one of 63 in the older.
bool is_read_in_older_way(const boost::json::object& request);

}  // namespace tailrace::validation
