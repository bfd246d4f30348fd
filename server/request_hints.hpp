#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/process/log.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// Warnings in the log for people whose requests fail where AWS's answer says little. The same warning is
/// logged only once. May be called from any thread.
class RequestHints {
  public:
    /// The engine and the log must outlive the hints.
    RequestHints(Engine& engine, const Log& log) : engine_(engine), log_(log) {}

    /// Warns of a request that DynamoDB's API does not recognise as its own.
    void on_unknown(const HttpRequest& request, const RequestHead& head);
    /// Warns of a request for a missing table if there is a table with a similar name.
    void on_missing_table(std::string_view name_or_arn);
    /// Warns of a request for a table that other namespaces have.
    void on_table_elsewhere(std::string_view table, const std::vector<std::string>& namespaces);

  private:
    void tell(const std::string& line);

    Engine& engine_;
    const Log& log_;
    std::mutex mutex_;
    std::set<std::string> told_;
};

}  // namespace tailrace::server
