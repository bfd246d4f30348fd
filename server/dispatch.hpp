#pragma once

#include <string>

#include "engine/model/api_error.hpp"
#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "server/admin/admin_endpoints.hpp"
#include "server/lambda/lambda_endpoints.hpp"
#include "server/process/log.hpp"
#include "server/web/access_policy.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// What a dispatcher answers with. All of it outlives the dispatcher.
struct DispatchContext {
    Engine& engine;
    const AdminEndpoints& admin;
    const LambdaEndpoints& lambda;
    const Clock& clock;
    const Log& log;
    /// The region in the answer to GET /.
    std::string region;
    /// Who is let in.
    AccessPolicy access = AccessPolicy();
};

/// From an HTTP request to its response: through the engine's door for DynamoDB's operations, through the
/// admin endpoints for what stands under /_tailrace, through Lambda's for what stands under /2015-03-31. The
/// one place where an ApiError becomes an answer, and where anything else that was thrown is logged and
/// becomes InternalServerError. Asks the access policy before anything else.
///
/// Writes one log line per request at level info: operation, table, status, bytes of the response as it is
/// sent, microseconds.
class Dispatcher final : public RequestHandler {
  public:
    explicit Dispatcher(DispatchContext context) : context_(std::move(context)) {}

    Answering answering(const HttpRequest& request) const override;
    void answer(const HttpRequest& request, HttpResponse& response) noexcept override;
    void refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept override;
    void refuse_body(const HttpRequest& request, HttpResponse& response) noexcept override;

  private:
    struct Exchange;

    void route(Exchange& exchange);
    void answer_operation(Exchange& exchange);
    void answer_admin(Exchange& exchange);
    void answer_lambda(Exchange& exchange);
    static void answer_refusal(Exchange& exchange, const AccessRefusal& refusal);
    static void answer_too_many(Exchange& exchange, const std::string& message);
    /// Tells browsers which pages may read the response.
    void allow_pages(Exchange& exchange) const;
    void answer_failure(Exchange& exchange, std::string_view reason);
    void log_exchange(const Exchange& exchange, Timestamp started) const;

    DispatchContext context_;
};

}  // namespace tailrace::server
