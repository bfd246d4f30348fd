#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/storage/postgres/libpq.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// The connection is lost, or could not be made. Everything that was not committed is undone.
class ConnectionLost : public StorageError {
  public:
    using StorageError::StorageError;
};

/// What a statement has returned. Columns of bytes and of int8, in the binary format.
class PostgresResult {
  public:
    PostgresResult() = default;
    explicit PostgresResult(PGresult* result) : result_(result) {}

    int rows() const { return libpq().ntuples(result_.get()); }
    /// The views are valid as long as the result.
    std::string_view bytes(int row, int column) const;
    std::int64_t number(int row, int column) const;
    /// The number of rows that the statement has changed.
    std::uint64_t changed_rows() const;
    /// One of the fields that libpq calls PG_DIAG_...; empty if there is none.
    std::string_view error_field(int code) const;
    ExecStatusType status() const { return libpq().result_status(result_.get()); }

  private:
    struct Clear {
        void operator()(PGresult* result) const { libpq().clear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

/// The parameters of a statement, bytes or int8. Bytes must stay in place until the statement is sent.
class PostgresParameters {
  public:
    static constexpr std::size_t limit = 5;

    PostgresParameters& bytes(std::string_view value);
    PostgresParameters& number(std::int64_t value);

  private:
    friend class PostgresConnection;

    std::size_t count_ = 0;
    std::array<const char*, limit> values_{};
    std::array<int, limit> lengths_{};
    std::array<Oid, limit> types_{};
    std::array<std::array<char, sizeof(std::int64_t)>, limit> numbers_{};
};

/// Where a database of PostgreSQL is, and how to reach it.
struct PostgresAddress {
    /// The URL as libpq reads it. It contains no password.
    std::string url;
    /// The URL for messages.
    std::string shown;
    /// SQL that each new connection begins with.
    std::string settings;
};

/// A connection to PostgreSQL. Statements are sent one after the other without waiting; ask() and wait() send
/// what is left and wait for everything that was sent: one round trip. One thread at a time may use it.
///
/// All functions throw ConnectionLost if the connection is lost, Conflict if the transaction has to be run
/// again, RowHeld if a lock could not be obtained, StoreMissing if a table is missing, and StorageError for
/// any other error. After an error the transaction can only be rolled back.
class PostgresConnection {
  public:
    explicit PostgresConnection(PostgresAddress address) : address_(std::move(address)) {}
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// Connects if there is no connection. Returns true if it has connected.
    bool open();
    bool is_open() const { return connection_ != nullptr; }
    /// True if the server has answered within the last second.
    bool has_answered_lately() const;
    /// The next open() connects again.
    void close() noexcept;

    /// Sends SQL that has no parameters and whose result is ignored.
    void send(const std::string& sql);
    /// Sends a statement, which is prepared when it is first sent.
    void send(const std::string& sql, const PostgresParameters& parameters);
    /// Waits for everything that was sent.
    void wait();
    /// Sends a statement and returns its result.
    PostgresResult ask(const std::string& sql, const PostgresParameters& parameters = {});
    /// Makes sure that this many more statements can be sent without waiting; waits now if necessary.
    void make_room(int statements = 1);
    /// Waits for everything that was sent since the last wait, and returns the results of those statements
    /// that return rows. The caller first calls make_room(2 * max_together), and then sends at most
    /// max_together such statements.
    std::vector<PostgresResult> wait_for_rows();
    static constexpr int max_together = 100;
    /// After an error in wait_for_rows(): how many of those statements came before it.
    std::size_t rows_before_error() const { return rows_before_error_; }
    /// Sends the end of a transaction that has failed or has written nothing. The next round trip has its
    /// result. Drops the connection if that is impossible.
    void send_rollback() noexcept;

  private:
    struct Finish {
        void operator()(PGconn* connection) const { libpq().finish(connection); }
    };

    /// Statements that may be sent before their results are read. Without a limit, the results would fill the
    /// buffers on the way, and both sides would wait for each other.
    static constexpr int max_unread = 300;
    /// PostgreSQL keeps a plan in memory for each.
    static constexpr std::size_t max_prepared = 400;

    void sync();
    /// Reads all results. Adds those that have rows to `all`; if it is null, returns the last one.
    PostgresResult read_results(std::vector<PostgresResult>* all = nullptr);
    void note_sent(int sent);
    [[noreturn]] void lose(std::string_view doing);
    [[noreturn]] void refuse(const PostgresResult& error);

    const PostgresAddress address_;
    std::unique_ptr<PGconn, Finish> connection_;
    /// The SQL of the statements that are prepared.
    std::unordered_set<std::string> prepared_;
    /// True if perhaps not all of `prepared_` are really prepared, because a statement has failed.
    bool forgets_prepared_ = false;
    int unread_ = 0;
    int unread_syncs_ = 0;
    std::size_t rows_before_error_ = 0;
    std::chrono::steady_clock::time_point answered_;
};

/// The reason that libpq or PostgreSQL gives, in one line.
std::string one_line(std::string_view message);

}  // namespace tailrace::storage
