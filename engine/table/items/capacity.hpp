#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

/// The consistency of a read or write, as a factor on its capacity units.
/// Source: "Read and write capacity mode": an eventually consistent read costs half, a transactional one
/// double.
enum class Consistency { eventual, strong, transactional };

/// The capacity units of one read of `bytes`: units of 4 KB, at least one, times the factor.
double read_units(std::uint64_t bytes, Consistency consistency);
/// The capacity units of one write of `bytes`: units of 1 KB, at least one; double in a transaction.
double write_units(std::uint64_t bytes, Consistency consistency = Consistency::strong);

/// The capacity units that an operation consumed on one table: those of the table itself, and those of its
/// indexes by their place in the definition (empty if there are none).
struct Capacity {
    double table = 0;
    std::vector<double> indexes;

    double total() const;
    void add(const Capacity& other);
    void add_index(std::size_t place, double units);
};

enum class ReturnConsumedCapacity { none, total, indexes };

/// The direction of an operation, for ReadCapacityUnits and WriteCapacityUnits of transactions.
enum class CapacityDetail { plain, with_read_units, with_write_units };

/// One element of the API's ConsumedCapacity. Source: API_ConsumedCapacity.
boost::json::object consumed_capacity_json(const TableDefinition& definition, const Capacity& capacity,
                                           ReturnConsumedCapacity wanted,
                                           CapacityDetail detail = CapacityDetail::plain);

/// The capacity that a request on several tables consumed, table by table in the order in which they were
/// added.
class ConsumedCapacities {
  public:
    /// Refers to the table.
    void add(const TableDefinition& table, const Capacity& capacity);
    double total() const;
    /// The API's ConsumedCapacity array, if it is wanted. The tables must still exist.
    std::optional<boost::json::array> json(ReturnConsumedCapacity wanted,
                                           CapacityDetail detail = CapacityDetail::plain) const;

  private:
    std::vector<std::pair<const TableDefinition*, Capacity>> tables_;
};

}  // namespace tailrace::table
