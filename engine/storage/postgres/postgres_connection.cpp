#include "engine/storage/postgres/postgres_connection.hpp"

#include <atomic>
#include <charconv>

#include "engine/storage/open_store.hpp"
#include "engine/storage/postgres_store.hpp"

namespace tailrace::storage {
namespace {

std::atomic<std::uint64_t> round_trips = 0;

constexpr Oid bytes_type = 17;
constexpr Oid number_type = 20;
constexpr int binary = 1;

/// PostgreSQL limits names to 63 bytes, so the SQL itself cannot be the name.
std::string statement_name(const std::string& sql) {
    return std::to_string(std::hash<std::string>()(sql));
}

bool is_conflict(std::string_view state) {
    return state == "40001" || state == "40P01";
}

/// The server is going down, or has ended the session.
bool is_lost(std::string_view state) {
    return state.starts_with("08") || state.starts_with("57P");
}

}  // namespace

std::uint64_t postgres_round_trips() {
    return round_trips.load(std::memory_order_relaxed);
}

std::string one_line(std::string_view message) {
    std::string line;
    for (const char each : message) {
        const bool is_blank = each == '\n' || each == '\t' || each == ' ';
        if (!is_blank) {
            line += each;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

std::string_view PostgresResult::bytes(int row, int column) const {
    const Libpq& pq = libpq();
    return {pq.getvalue(result_.get(), row, column),
            static_cast<std::size_t>(pq.getlength(result_.get(), row, column))};
}

std::int64_t PostgresResult::number(int row, int column) const {
    std::uint64_t number = 0;
    for (const char each : bytes(row, column)) number = number << 8 | static_cast<unsigned char>(each);
    return static_cast<std::int64_t>(number);
}

std::uint64_t PostgresResult::changed_rows() const {
    const std::string_view text = libpq().cmd_tuples(result_.get());
    std::uint64_t rows = 0;
    std::from_chars(text.data(), text.data() + text.size(), rows);
    return rows;
}

std::string_view PostgresResult::error_field(int code) const {
    const char* const field = libpq().result_error_field(result_.get(), code);
    return field != nullptr ? field : "";
}

PostgresParameters& PostgresParameters::bytes(std::string_view value) {
    // A null pointer would be NULL.
    values_[count_] = value.data() != nullptr ? value.data() : "";
    lengths_[count_] = static_cast<int>(value.size());
    types_[count_++] = bytes_type;
    return *this;
}

PostgresParameters& PostgresParameters::number(std::int64_t value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (std::size_t i = numbers_[count_].size(); i-- > 0; rest >>= 8) {
        numbers_[count_][i] = static_cast<char>(rest & 0xff);
    }
    // The value is in this object, which may be copied. So the pointer to the value is set only when the
    // parameters are sent.
    values_[count_] = nullptr;
    lengths_[count_] = sizeof(value);
    types_[count_++] = number_type;
    return *this;
}

bool PostgresConnection::open() {
    if (connection_ != nullptr) return false;
    const Libpq& pq = libpq();
    // Of several values of one parameter, libpq uses the last. So the URL comes after the values that it may
    // replace.
    const std::array keywords{"connect_timeout", "tcp_user_timeout", "application_name",
                              "dbname",          "client_encoding",  static_cast<const char*>(nullptr)};
    const std::array values{
        "5", "10000", "tailrace", address_.url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
    connection_.reset(pq.connectdb_params(keywords.data(), values.data(), 1));
    if (connection_ == nullptr) throw ConnectionLost("cannot connect to PostgreSQL: no memory");
    if (pq.status(connection_.get()) != CONNECTION_OK) {
        const std::string reason = one_line(pq.error_message(connection_.get()));
        close();
        throw ConnectionLost("cannot connect to '" + address_.shown + "': " + reason);
    }
    const auto ignore = [](void*, const char*) {};
    pq.set_notice_processor(connection_.get(), ignore, nullptr);
    if (pq.server_version(connection_.get()) < 130000) {
        const int version = pq.server_version(connection_.get()) / 10000;
        close();
        throw StorageError("'" + address_.shown + "' is PostgreSQL " + std::to_string(version) +
                           "; version 13 or later is needed");
    }
    const PostgresResult set(pq.exec(connection_.get(), address_.settings.c_str()));
    if (set.status() != PGRES_COMMAND_OK || pq.enter_pipeline_mode(connection_.get()) != 1) {
        const std::string reason = one_line(set.error_field(PG_DIAG_MESSAGE_PRIMARY));
        close();
        throw ConnectionLost("cannot use '" + address_.shown + "': " + reason);
    }
    return true;
}

void PostgresConnection::close() noexcept {
    connection_.reset();
    prepared_.clear();
    forgets_prepared_ = false;
    unread_ = 0;
    unread_syncs_ = 0;
}

bool PostgresConnection::has_answered_lately() const {
    constexpr std::chrono::seconds lately(1);
    return connection_ != nullptr && steady_time() - answered_ < lately;
}

void PostgresConnection::note_sent(int sent) {
    if (sent != 1) lose("sending");
    ++unread_;
}

void PostgresConnection::make_room(int statements) {
    if (unread_ + statements > max_unread) wait();
}

void PostgresConnection::send(const std::string& sql) {
    make_room();
    note_sent(libpq().send_query_params(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                                        binary));
}

void PostgresConnection::send(const std::string& sql, const PostgresParameters& parameters) {
    make_room();
    const Libpq& pq = libpq();
    const std::string name = statement_name(sql);
    const int count = static_cast<int>(parameters.count_);
    if (forgets_prepared_ || prepared_.size() >= max_prepared) {
        prepared_.clear();
        forgets_prepared_ = false;
        send("DEALLOCATE ALL");
    }
    if (prepared_.insert(sql).second) {
        note_sent(
            pq.send_prepare(connection_.get(), name.c_str(), sql.c_str(), count, parameters.types_.data()));
    }
    std::array<const char*, PostgresParameters::limit> values = parameters.values_;
    std::array<int, PostgresParameters::limit> formats{};
    for (std::size_t i = 0; i < parameters.count_; ++i) {
        formats[i] = binary;
        if (parameters.types_[i] == number_type) values[i] = parameters.numbers_[i].data();
    }
    note_sent(pq.send_query_prepared(connection_.get(), name.c_str(), count, values.data(),
                                     parameters.lengths_.data(), formats.data(), binary));
}

void PostgresConnection::sync() {
    if (libpq().pipeline_sync(connection_.get()) != 1) lose("sending");
    ++unread_syncs_;
}

void PostgresConnection::wait() {
    sync();
    read_results();
}

PostgresResult PostgresConnection::ask(const std::string& sql, const PostgresParameters& parameters) {
    send(sql, parameters);
    sync();
    return read_results();
}

std::vector<PostgresResult> PostgresConnection::wait_for_rows() {
    std::vector<PostgresResult> all;
    sync();
    read_results(&all);
    return all;
}

PostgresResult PostgresConnection::read_results(std::vector<PostgresResult>* all) {
    const Libpq& pq = libpq();
    PostgresResult last;
    PostgresResult error;
    bool has_error = false;
    // Each statement's results end with a null. This many in a row mean that libpq expects no more results;
    // without this limit, the loop would never end.
    constexpr int max_ends = 1000;
    int ends = 0;
    round_trips.fetch_add(1, std::memory_order_relaxed);
    while (unread_syncs_ > 0) {
        PGresult* const read = pq.get_result(connection_.get());
        if (read == nullptr) {
            const bool is_open = pq.status(connection_.get()) == CONNECTION_OK;
            if (!is_open || ++ends == max_ends) lose("waiting for an answer");
            continue;
        }
        ends = 0;
        PostgresResult result(read);
        switch (result.status()) {
            case PGRES_PIPELINE_SYNC:
                --unread_syncs_;
                break;
            case PGRES_FATAL_ERROR:
                if (has_error) break;
                error = std::move(result);
                has_error = true;
                rows_before_error_ = all != nullptr ? all->size() : 0;
                break;
            case PGRES_PIPELINE_ABORTED:
                break;
            case PGRES_TUPLES_OK:
                if (all != nullptr) {
                    all->push_back(std::move(result));
                    break;
                }
                [[fallthrough]];
            default:
                last = std::move(result);
        }
    }
    unread_ = 0;
    answered_ = steady_time();
    if (has_error) refuse(error);
    return last;
}

void PostgresConnection::send_rollback() noexcept {
    if (connection_ == nullptr) return;
    try {
        send("ROLLBACK");
        sync();
    } catch (const std::exception&) {
        close();
    }
}

void PostgresConnection::lose(std::string_view doing) {
    const std::string reason = one_line(libpq().error_message(connection_.get()));
    close();
    throw ConnectionLost("the connection to '" + address_.shown + "' was lost while " + std::string(doing) +
                         ": " + reason);
}

void PostgresConnection::refuse(const PostgresResult& error) {
    forgets_prepared_ = true;
    const std::string_view state = error.error_field(PG_DIAG_SQLSTATE);
    const std::string reason = one_line(error.error_field(PG_DIAG_MESSAGE_PRIMARY));
    if (is_conflict(state)) throw Conflict();
    if (state == "22012") throw OtherCatalogue();
    if (is_lost(state) || libpq().status(connection_.get()) != CONNECTION_OK) {
        close();
        throw ConnectionLost("the connection to '" + address_.shown + "' was lost: " + reason);
    }
    if (state == "55P03") {
        throw RowHeld("another process has held the lock for writes to '" + address_.shown +
                      "' for too long");
    }
    if (state == "42P01") throw StoreMissing("PostgreSQL: " + reason);
    throw StorageError("PostgreSQL: " + reason);
}

}  // namespace tailrace::storage
