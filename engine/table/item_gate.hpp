#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"

namespace tailrace::table {

struct IndexDefinition;
struct TableDefinition;

/// What is done to an item.
enum class AccessKind : std::uint8_t { read, transactional_read, write };

/// One item, or one page of items, that an operation is about to read or write.
struct ItemAccess {
    /// "PutItem", …; empty for work that no request asked for.
    std::string_view operation = {};
    const TableDefinition& table;
    /// Null unless a page of an index is read.
    const IndexDefinition* index = nullptr;
    /// As base_row_key() makes it; empty for a page.
    std::string_view row_key = {};
    AccessKind kind;
    Timestamp now = {};
};

/// Decides whether an item may be touched at this moment: the one place where transactions in flight,
/// throughput and scripted faults get in the way of operations. ItemReader, ItemWriter, RangeReader and
/// ReadTransaction ask it once for each item or page; engine/README.md says at which step of the checks. It
/// is asked inside the database's lock, by one thread at a time. It must return quickly.
class ItemGate {
  public:
    virtual ~ItemGate() = default;

    /// Returns the error that the access ends with; nullopt if it may go on.
    virtual std::optional<ApiError> admit(const ItemAccess& access) = 0;
};

/// The error that a gate returned. A batch leaves such an item unprocessed. Everywhere else the error has the
/// effect of any other ApiError.
class ItemRefused : public ApiError {
  public:
    explicit ItemRefused(ApiError error) : ApiError(std::move(error)) {}
};

}  // namespace tailrace::table
