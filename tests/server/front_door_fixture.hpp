#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/operation/engine.hpp"
#include "engine/partiql/operations.hpp"
#include "engine/storage/open_store.hpp"
#include "server/admin/admin_mount.hpp"
#include "server/front_door.hpp"
#include "server/lambda/lambda_mount.hpp"
#include "server/process/log.hpp"

namespace tailrace::server {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline const std::string authorization =
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef";

/// The headers of a signed request for one operation, and `further` ones.
inline Headers signed_headers(const std::string& operation, Headers further = {}) {
    Headers headers = {{"Content-Type", "application/x-amz-json-1.0"},
                       {"X-Amz-Target", "DynamoDB_20120810." + operation},
                       {"X-Amz-Date", "20260131T120000Z"},
                       {"Authorization", authorization}};
    headers.insert(headers.end(), further.begin(), further.end());
    return headers;
}

/// The front door of an empty engine in memory, called without a socket.
class FrontDoorFixture {
  public:
    explicit FrontDoorFixture(FrontDoorOptions options = {})
        : door_(engine_, router, log_, std::move(options)) {}

    HttpResponse ask(const std::string& method, const std::string& target, const Headers& headers,
                     const std::string& body = "") {
        std::vector<HttpHeader> views;
        for (const auto& [name, value] : headers) views.push_back({name, value});
        HttpResponse response;
        door_.answer({method, target, views, body}, response);
        return response;
    }

    HttpResponse post(const Headers& headers, const std::string& body = "") {
        return ask("POST", "/", headers, body);
    }

    /// Returns the answer when there is no memory for the body.
    HttpResponse refuse_body(const std::string& method, const std::string& target, const Headers& headers) {
        std::vector<HttpHeader> views;
        for (const auto& [name, value] : headers) views.push_back({name, value});
        HttpResponse response;
        door_.refuse_body({method, target, views, {}}, response);
        return response;
    }

    Engine& engine() { return engine_; }

    bool may_block(const std::string& method, const std::string& target, const Headers& headers = {}) const {
        return answering(method, target, headers) != Answering::at_once;
    }

    Answering answering(const std::string& method, const std::string& target,
                        const Headers& headers = {}) const {
        std::vector<HttpHeader> views;
        for (const auto& [name, value] : headers) views.push_back({name, value});
        return door_.answering({method, target, views, {}});
    }

    Router router;
    Mount& admin = mount_admin(router);
    Mount& lambda = mount_lambda(router);
    ManualClock clock{Timestamp(std::chrono::seconds(1769860800))};

  private:
    Log log_{LogLevel::error, clock};
    Engine engine_{{}, storage::open_store({}), clock, partiql::operations()};
    FrontDoor door_;
};

}  // namespace tailrace::server
