#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/requests/request_counts.hpp"

namespace tailrace::server {

/// A request that reached an operation of DynamoDB's API.
struct LoggedRequest {
    /// 1 for the first since the start, or since the log was cleared.
    std::uint64_t number = 0;
    Timestamp time = {};
    std::string_view operation;
    /// Empty if the request names no table. A batch or a transaction may name several.
    std::vector<std::string> tables = {};
    /// Empty for the table itself.
    std::string index = {};
    int status = 0;
    /// "ValidationException"; empty for a success.
    std::string error = {};
    /// The mark of the function that sent it; 0 if it does not say.
    std::uint32_t function = 0;
    RequestCost cost = {};
    std::chrono::microseconds duration{0};
};

/// Selects requests. An empty member selects all.
struct RequestFilter {
    std::string_view operation = {};
    std::string_view table = {};
    std::optional<int> status = std::nullopt;
    /// Selects those with a greater number.
    std::uint64_t after = 0;
};

/// The last requests, without their bodies, and the number of all requests. Of a sender, only a function's
/// mark is kept. The log grows with the first requests, to about 130 KB; after that, a request needs no
/// further memory unless its names are long. Thread-safe.
class RequestLog final : public RequestObserver {
  public:
    static constexpr std::size_t max_requests = 1000;

    /// The log sees the engine's requests from now on. The engine must outlive the log.
    explicit RequestLog(Engine& engine);
    ~RequestLog() override;
    RequestLog(const RequestLog&) = delete;
    RequestLog& operator=(const RequestLog&) = delete;

    void on_request(const RequestReport& report) noexcept override;

    /// The oldest comes first.
    std::vector<LoggedRequest> requests(const RequestFilter& filter = {}) const;
    /// Returns the number of the last request; 0 if there was none.
    std::uint64_t newest() const;
    /// Forgets all requests and returns how many there were. Keeps the counts.
    std::size_t clear();
    /// Returns the counts of all requests since the start.
    std::vector<RequestCount> counts() const;

  private:
    struct Entry {
        Timestamp time = {};
        std::string_view operation;
        /// The names of the tables, separated by commas, then those of the index and of the error: in
        /// `short_names` if they fit, else in `long_names`.
        std::array<char, 56> short_names = {};
        std::string long_names = {};
        std::uint16_t tables_length = 0;
        std::uint16_t index_length = 0;
        std::uint16_t error_length = 0;
        std::uint16_t status = 0;
        /// Saturates after 71 minutes.
        std::uint32_t microseconds = 0;
        /// A multiple of 0.5.
        float capacity_units = 0;
        std::uint32_t items_read = 0;
        std::uint32_t items_returned = 0;
        std::uint32_t items_written = 0;
        std::uint32_t function = 0;

        const char* names() const { return long_names.empty() ? short_names.data() : long_names.data(); }
        std::string_view tables() const { return {names(), tables_length}; }
        std::string_view index() const { return {names() + tables_length, index_length}; }
        std::string_view error() const { return {names() + tables_length + index_length, error_length}; }
    };

    void note_names(Entry& entry, const RequestReport& report);
    std::string_view names_of_several(const RequestReport& report);
    static void note(Entry& entry, const RequestReport& report, std::chrono::microseconds duration);
    static LoggedRequest shown(const Entry& entry, std::uint64_t number);
    static bool selects(const RequestFilter& filter, const Entry& entry);

    Engine& engine_;
    mutable std::mutex mutex_;
    /// The names of the tables of the last request that named several. It is a member so that its memory is
    /// reused.
    std::string names_;
    /// A ring once it is full: the oldest entry is then at newest_ % max_requests.
    std::vector<Entry> entries_;
    /// The number of requests so far.
    std::uint64_t newest_ = 0;
    RequestCounts counts_;
};

}  // namespace tailrace::server
