#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/clock.hpp"
#include "engine/model/request.hpp"
#include "engine/model/request_body.hpp"
#include "engine/operation/engine.hpp"
#include "engine/table/database.hpp"
#include "engine/validation/parameter_rules.hpp"
#include "engine/validation/shape_table.hpp"

namespace tailrace::operation {

class ItemUses;

/// What an operation works with. Each request has its own context; the database is shared and has its own
/// lock.
struct OperationContext {
    /// What the request is a view of.
    RequestBody& body;
    table::Database& database;
    table::Requester requester;
    const Clock& clock;
    const EngineOptions& options;
    const Caller& caller;
    /// The operation writes its cost here.
    RequestCost& cost;
    /// Records each access to items; null if nobody asks for that.
    ItemUses* uses = nullptr;

    /// Database::read() and Database::write() for this operation.
    template <typename Work>
    auto read(Work&& work) const {
        return database.read(std::forward<Work>(work), requester);
    }
    /// Database::read_row() and read_rows().
    template <typename Work>
    auto read_row(const Work& work) const {
        return database.read_row(work, requester);
    }
    template <typename Work>
    auto read_rows(const Work& work) const {
        return database.read_rows(work, requester);
    }
    template <typename Work>
    auto write(const Work& work) const {
        return database.write(work, requester);
    }
    /// write() for work on items alone.
    template <typename Work>
    auto write_items(const Work& work) const {
        table::Requester of_items = requester;
        of_items.writes_rows_by_key = true;
        return database.write(work, of_items);
    }
};

/// Carries out an operation on a request whose shape has been checked, and returns the response body. Throws
/// ApiError for every error response. It reads the request before it uses the database and writes the
/// response afterwards, so both happen outside the database's lock.
using Run = std::string(OperationContext& context, const Request& request);

/// The two services of the API, each with its own operations.
enum class Service : std::uint8_t { dynamodb, streams };

/// One operation of the API: everything that the rest of the engine knows about it.
struct Operation {
    std::string_view name;
    Service service = Service::dynamodb;
    Wording wording = {};
    /// The parameters at the top level of the request that contain expressions.
    validation::ExpressionParameters expressions = {};
    /// The way to the items that it puts, if it takes them from OperationContext::body.
    ItemPath items = {};
    /// True if it may visit all items of a table, which takes long if the table is large.
    bool takes_long = false;
    /// True if it reads or writes items, so that gates are asked about each of them.
    bool touches_items = false;
    Run* run;
    /// The shape of the request; see with_input_shapes().
    const validation::Shape* input = nullptr;
};

/// Adds the shapes of their requests to operations, so that no request has to look its shape up.
template <std::size_t Count>
std::array<Operation, Count> with_input_shapes(std::array<Operation, Count> operations) noexcept {
    for (Operation& each : operations) each.input = validation::find_input_shape(each.name);
    return operations;
}

/// All operations of this layer, in the order of their names.
std::span<const Operation> operations();

/// Returns null if there is no operation with that name.
const Operation* find_operation(std::string_view name);

}  // namespace tailrace::operation
