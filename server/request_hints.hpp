#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"
#include "server/process/log.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// Warnings in the log for people whose requests fail where AWS's answer says little, the same one once. From
/// any thread.
class RequestHints {
  public:
    /// They outlive the hints.
    RequestHints(Engine& engine, const Log& log) : engine_(engine), log_(log) {}

    /// A request that DynamoDB's API takes for none of its own.
    void on_unknown(const HttpRequest& request, const RequestHead& head);
    /// A table is not there: there may be one with almost the name.
    void on_missing_table(std::string_view name_or_arn);

  private:
    void tell(const std::string& line);

    Engine& engine_;
    const Log& log_;
    std::mutex mutex_;
    std::set<std::string> told_;
};

}  // namespace tailrace::server
