#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/table/table_definition.hpp"

namespace tailrace::table {

/// How strongly an operation reads or writes, as a factor on its capacity units.
/// Source: "Read and write capacity mode": an eventually consistent read costs half, a transactional one
/// double.
enum class Consistency { eventual, strong, transactional };

/// Units of 4 KB of one read of `bytes`, at least one, times the factor.
double read_units(std::uint64_t bytes, Consistency consistency);
/// Units of 1 KB of one write of `bytes`, at least one.
double write_units(std::uint64_t bytes);

/// Capacity units that an operation consumed on one table: the table itself and its indexes by their place in
/// the definition (empty where there are none).
struct Capacity {
    double table = 0;
    std::vector<double> indexes;

    double total() const;
    void add(const Capacity& other);
    void add_index(std::size_t place, double units);
};

enum class ReturnConsumedCapacity { none, total, indexes };

/// The direction of an operation, for transactions' ReadCapacityUnits and WriteCapacityUnits.
enum class CapacityDetail { plain, with_read_units, with_write_units };

/// One element of the API's ConsumedCapacity. Source: API_ConsumedCapacity.
boost::json::object consumed_capacity_json(const TableDefinition& definition, const Capacity& capacity,
                                           ReturnConsumedCapacity wanted,
                                           CapacityDetail detail = CapacityDetail::plain);

}  // namespace tailrace::table
