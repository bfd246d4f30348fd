#pragma once

#include <string_view>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "server/process/log.hpp"
#include "server/request_hints.hpp"
#include "server/web/access_policy.hpp"
#include "server/web/router.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

struct FrontDoorOptions {
    /// Who is let in.
    AccessRules access = {};
    /// Whether DynamoDB's API is answered as DynamoDB Local does where it differs from AWS in what tools rely
    /// on: a request for any page is answered 400, and numbers may be sent as strings.
    bool as_dynamodb_local = false;
};

/// From an HTTP request to its response: through the engine's door for DynamoDB's operations, through the
/// router for every other API. The one place where an ApiError becomes an answer, and where anything else
/// that was thrown is logged and becomes InternalServerError. Asks the access policy before anything else.
///
/// Writes one log line per request at level info: operation, table, status, bytes of the response as it is
/// sent, microseconds.
class FrontDoor final : public RequestHandler {
  public:
    /// Engine, router and log outlive the door.
    FrontDoor(Engine& engine, const Router& router, const Log& log, FrontDoorOptions options = {})
        : engine_(engine),
          router_(router),
          log_(log),
          hints_(engine, log),
          access_(std::move(options.access)),
          as_dynamodb_local_(options.as_dynamodb_local) {}

    Answering answering(const HttpRequest& request) const override;
    void answer(const HttpRequest& request, HttpResponse& response) noexcept override;
    void refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept override;
    void refuse_body(const HttpRequest& request, HttpResponse& response) noexcept override;

  private:
    struct Exchange;

    /// Whether the request is let in; answers it where it is not.
    bool lets_in(Exchange& exchange) const;
    /// Null for DynamoDB's API and what is none.
    const Mount* mount_of(const RequestTarget& target) const;
    void route(Exchange& exchange);
    void answer_operation(Exchange& exchange);
    void answer_health(HttpResponse& response) const;
    void hint_at_table(const Exchange& exchange);
    static void answer_error(Exchange& exchange, const ApiError& error);
    void answer_too_many(Exchange& exchange, std::string_view message) const;
    /// Tells browsers which pages may read the response.
    void allow_pages(Exchange& exchange) const;
    void answer_failure(Exchange& exchange, std::string_view reason);
    void log_exchange(const Exchange& exchange, Timestamp started) const;

    Engine& engine_;
    const Router& router_;
    const Log& log_;
    RequestHints hints_;
    /// Who is let in.
    const AccessPolicy access_;
    const bool as_dynamodb_local_;
};

}  // namespace tailrace::server
