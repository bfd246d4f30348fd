#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/hints/failed_request.hpp"
#include "server/process/log.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// Returns the names of the other namespaces that have a table.
using NamespacesWithTable = std::function<std::vector<std::string>(std::string_view table)>;

/// What people can do about requests that fail where AWS's answer says little. A hint is a header of the
/// answer, so that the body stays AWS's, and a line in the log. The same line is logged only once: at level
/// warning, or at info if programs expect the error now and then. May be called from any thread.
class RequestHints {
  public:
    /// The engine and the log must outlive the hints. `others` may be empty, and then other namespaces are
    /// not mentioned.
    RequestHints(Engine& engine, const Log& log, NamespacesWithTable others)
        : engine_(engine), log_(log), others_(std::move(others)) {}

    /// For a request that DynamoDB's API does not recognise as its own.
    void on_unknown(const HttpRequest& request, const RequestHead& head, HttpResponse& response);
    /// For an error of another API, which may have added a hint to its answer.
    void on_mounted(const HttpRequest& request, const RequestHead& head, const HttpResponse& response);
    /// For an error of DynamoDB's API. Reads the tables, so it must not be called inside a session.
    void on_error(const FailedRequest& request, HttpResponse& response);

  private:
    /// Adds the header and tells the log.
    void give(const std::string& subject, const std::string& hint, LogLevel level, HttpResponse& response);
    /// Logs the line "SUBJECT: HINT".
    void tell(const std::string& subject, std::string_view hint, LogLevel level);
    /// Returns an empty text unless other namespaces have the table that this one lacks.
    std::string hint_of_elsewhere(const FailedRequest& request) const;

    Engine& engine_;
    const Log& log_;
    const NamespacesWithTable others_;
    std::mutex mutex_;
    std::set<std::string> told_;
};

}  // namespace tailrace::server
