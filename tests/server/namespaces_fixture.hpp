#pragma once

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/front_door.hpp"
#include "server/namespace_door.hpp"
#include "server/namespaces.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "tests/server/front_door_fixture.hpp"

namespace tailrace::server {

/// A server without sockets: the default namespace on a clock that the test moves, and the others.
class NamespacesFixture {
  public:
    explicit NamespacesFixture(NamespacesOptions options = {}, table::StoreLocation location = {},
                               FrontDoorOptions door = {})
        : home(on(clock, std::move(location)), clock, log_),
          door_(home, log_, std::move(door), options),
          namespaces(door_.namespaces()) {}

    HttpResponse ask(const std::string& method, const std::string& target, const Headers& headers = {},
                     const std::string& body = "") {
        std::vector<HttpHeader> views;
        for (const auto& [name, value] : headers) views.push_back({name, value});
        HttpResponse response;
        door_.answer({method, target, views, body}, response);
        return response;
    }

    /// Says what may hold up the answer to an operation that is sent to this path.
    Answering answering(const std::string& path) { return door_.answering({"POST", path, {}, "{}"}); }

    /// Sends an operation to a path such as "/~blue/" and returns the body of the answer.
    std::string operation(const std::string& path, const std::string& name, const std::string& body,
                          const Headers& further = {}) {
        return ask("POST", path, signed_headers(name, further), body).body;
    }
    /// The body of a request that creates a table with the key k and a stream.
    static std::string definition(const std::string& table) {
        return R"({"TableName":")" + table + R"(","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":)" +
               R"([{"AttributeName":"k","AttributeType":"S"}],"KeySchema":[{"AttributeName":"k",)"
               R"("KeyType":"HASH"}],"StreamSpecification":{"StreamEnabled":true,)"
               R"("StreamViewType":"NEW_IMAGE"}})";
    }
    void create_table(const std::string& path, const std::string& table, const Headers& further = {}) {
        operation(path, "CreateTable", definition(table), further);
    }
    void put(const std::string& path, const std::string& table, const std::string& key) {
        operation(path, "PutItem", R"({"TableName":")" + table + R"(","Item":{"k":{"S":")" + key + R"("}}})");
    }
    /// Returns the keys of a table's items, "a b", or the error.
    std::string keys(const std::string& path, const std::string& table) {
        const boost::json::value answer =
            boost::json::parse(operation(path, "Scan", R"({"TableName":")" + table + R"("})"));
        if (const auto* type = answer.as_object().if_contains("__type"))
            return std::string(type->as_string());
        std::string keys;
        for (const auto& item : answer.at("Items").as_array()) {
            keys.append(keys.empty() ? "" : " ").append(item.at("k").at("S").as_string());
        }
        return keys;
    }
    /// Sends a request to an endpoint below /_tailrace. Returns the answer as "200 body".
    std::string tell(const std::string& method, const std::string& path, const std::string& body = "") {
        const HttpResponse response = ask(method, path, {}, body);
        return std::to_string(response.status) + " " + response.body;
    }
    /// The names of all namespaces, "default blue".
    std::string names() {
        std::string names;
        for (const NamespaceStatus& each : namespaces.list()) {
            names.append(names.empty() ? "" : " ").append(each.name);
        }
        return names;
    }

  private:
    static TailraceOptions on(ManualClock& clock, table::StoreLocation location) {
        TailraceOptions options;
        options.store_location = std::move(location);
        options.movable_clock = &clock;
        options.first_retry_wait = std::chrono::milliseconds(0);
        return options;
    }

  public:
    ManualClock clock{Timestamp(std::chrono::seconds(1769860800))};

  private:
    Log log_{LogLevel::error, clock};

  public:
    Tailrace home;

  private:
    NamespaceDoor door_;

  public:
    Namespaces& namespaces;
};

}  // namespace tailrace::server
