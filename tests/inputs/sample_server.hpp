#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/front_door.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "server/web/router.hpp"
#include "tests/inputs/sample_names.hpp"

namespace tailrace::inputs {

/// A server without sockets; tests call it as its connections would. It has the table "things" with the key
/// pk (S), sk (N), two items, a stream, the index "by_g" (gk, sk; all attributes) and the local index "by_l"
/// (pk, lk; keys); the provisioned table "plain" with the key id (N); the function "count", and a mapping to
/// it from the stream of things.
///
/// Requests may contain values that only the server knows: $STREAM, $SHARD, $ITERATOR, $SEQUENCE, $TOKEN (of
/// ExecuteStatement), $MAPPING.
class SampleServer {
  public:
    /// In memory if `path` is empty.
    explicit SampleServer(const std::string& path = {});

    /// Sends a signed request for one of DynamoDB's operations and returns the status. Throws
    /// std::logic_error if the answer is a fault of the server, takes too long, or cannot be read by a
    /// client.
    int post(std::string_view operation, const std::string& body);
    /// The same for Lambda's API and the endpoints under /_tailrace.
    int ask(std::string_view method, const std::string& target, const std::string& body);

    /// The text with the values that only the server knows.
    std::string filled_in(std::string text) const { return names_.filled_in(std::move(text)); }

    /// The method and path of each endpoint that GET /_tailrace lists, with placeholders in braces.
    std::vector<std::pair<std::string, std::string>> endpoints();

    /// Reads all tables, items, indexes and streams. Throws as post() does, and if anything that is listed is
    /// not answered with 200.
    void read_everything();

  private:
    struct Answer {
        int status;
        std::string body;
    };

    Answer answer_to(const server::HttpRequest& request);
    Answer signed_post(std::string_view operation, std::string_view body);
    void make_tables();
    void make_mapping();
    void make_users();
    void read_table(const std::string& name);
    void read_stream(const std::string& arn);
    void scan(const std::string& table, const std::string& index);
    boost::json::object require(std::string_view operation, const boost::json::object& request);

    ManualClock clock_{Timestamp(std::chrono::seconds(1769860800))};
    server::Log log_{server::LogLevel::error, clock_};
    server::Tailrace tailrace_;
    server::Router router_;
    server::FrontDoor door_{tailrace_.engine(), router_, log_};
    SampleNames names_;
    bool has_mapping_ = false;
    bool has_users_ = false;
};

}  // namespace tailrace::inputs
