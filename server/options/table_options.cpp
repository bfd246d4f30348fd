#include "server/options/table_options.hpp"

#include <string>

namespace tailrace::server {
namespace {

CLI::Option* add_delay(CLI::App& app, const std::string& name, int& value, const std::string& purpose) {
    constexpr int hour_ms = 3'600'000;
    return app.add_option(name, value, purpose)
        ->type_name("MILLISECONDS")
        ->capture_default_str()
        ->check(CLI::Range(0, hour_ms));
}

}  // namespace

void add_table_options(CLI::App& app, Options& options) {
    add_delay(app, "--table-delay-ms", options.table_delay_ms,
              "How long tables stay CREATING, UPDATING and DELETING")
        ->envname("TAILRACE_TABLE_DELAY_MS");
    add_delay(app, "--transaction-ms", options.transaction_ms,
              "How long a transaction holds its items; other writes meanwhile get TransactionConflict")
        ->envname("TAILRACE_TRANSACTION_MS");
    app.add_flag("--throttle", options.throttles,
                 "Refuse what exceeds the throughput of a table, a global index or a partition, as AWS does")
        ->envname("TAILRACE_THROTTLE")
        ->take_last();
    app.add_flag("--strict", options.is_strict,
                 "Refuse to decrease a table's provisioned throughput more often than AWS allows in a day")
        ->envname("TAILRACE_STRICT")
        ->take_last();
}

}  // namespace tailrace::server
