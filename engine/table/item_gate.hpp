#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::table {

struct IndexDefinition;
struct TableDefinition;

/// What is done to an item.
enum class AccessKind : std::uint8_t {
    read,
    transactional_read,
    write,
    /// A member of a transaction that only checks the item's condition.
    condition_check
};

/// Returns true if the access costs write units.
constexpr bool is_write(AccessKind kind) {
    return kind == AccessKind::write || kind == AccessKind::condition_check;
}

/// One item, or one page of items, that an operation is about to read or write.
struct ItemAccess {
    /// "PutItem", …; empty for work that no request asked for.
    std::string_view operation = {};
    const TableDefinition& table;
    /// Null unless a page of an index is read, or a row of an index has been written.
    const IndexDefinition* index = nullptr;
    /// As base_row_key() makes it; empty for a page.
    std::string_view row_key = {};
    /// The rows of the table or the index that the page may reach. Null for an item.
    const storage::KeyRange* rows = nullptr;
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

    /// Called on the request's own gate after an access, with the cost in capacity units. A write that was
    /// admitted costs units of the table and of each index whose rows it changed. For the units of an index,
    /// `access.index` is that index, and `access.row_key` the row in it. If the work is repeated because
    /// another process has written first, admit() and consumed() are called again for each access.
    virtual void consumed(const ItemAccess& /*access*/, double /*units*/) {}
};

class SharedCommit;

/// The request that a session is for. It outlives the session.
struct Requester {
    /// "PutItem", …; empty for work that no request asked for.
    std::string_view operation = {};
    /// Asked before the gates of the database; null if the request has no gate of its own.
    ItemGate* gate = nullptr;
    /// Points to the place in which the database puts the commit that the answer has to wait for, if there is
    /// one. Null if the requester cannot wait: what it writes is then committed at once.
    std::shared_ptr<SharedCommit>* commit = nullptr;
    /// True if its work reads rows only by their keys and writes only those: items, and states of layers
    /// above.
    bool writes_rows_by_key = false;
};

/// The error that a gate returned. A batch leaves such an item unprocessed. Everywhere else the error has the
/// effect of any other ApiError.
class ItemRefused : public ApiError {
  public:
    explicit ItemRefused(ApiError error) : ApiError(std::move(error)) {}

    /// Returns true if too much was asked of the table.
    bool is_throttling() const {
        return name() == "ProvisionedThroughputExceededException" || name() == "RequestLimitExceeded" ||
               name() == "ThrottlingException";
    }
};

/// Thrown by a gate whose refusal ends the whole request, not only the access to one item. It is not an
/// ApiError, so no batch and no transaction takes it for an error of one of its members.
class RequestRefused : public std::exception {
  public:
    // clang-tidy takes the member for an exception that somebody forgot to throw.
    // NOLINTNEXTLINE(bugprone-throw-keyword-missing)
    explicit RequestRefused(ApiError error) : error_(std::move(error)) {}
    const ApiError& error() const { return error_; }
    const char* what() const noexcept override { return error_.what(); }

  private:
    ApiError error_;
};

}  // namespace tailrace::table
