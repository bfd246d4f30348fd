#include "server/metrics/metrics_text.hpp"
#include "tests/catch.hpp"
#include "tests/server/namespaces_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// Returns the lines of the metrics that begin with this text.
std::string lines_of(NamespacesFixture& server, const std::string& path, const std::string& beginning) {
    const HttpResponse response = server.ask("GET", path);
    CHECK(response.status == 200);
    CHECK(response.content_type == "text/plain; version=0.0.4; charset=utf-8");
    std::string found;
    for (std::size_t begin = 0; begin < response.body.size();) {
        const std::size_t end = response.body.find('\n', begin) + 1;
        const std::string line = response.body.substr(begin, end - begin);
        if (line.starts_with(beginning)) found.append(line);
        begin = end;
    }
    return found;
}

}  // namespace

// The format has its own rules of what is escaped where.
TEST_CASE("metrics have Prometheus's text format", "[metrics]") {
    MetricsText text;
    text.begin("tailrace_songs", MetricType::gauge, "Songs \"here\",\nby C:\\folder.");
    text.add({}, 12345678);
    text.add({{"folder", "C:\\a \"b\"\nc"}, {"kind", ""}}, -0.25);
    text.begin("tailrace_play_seconds", MetricType::summary, "Time.");
    text.add_sum({{"song", "a"}}, 1e300);
    text.add_count({{"song", "a"}}, 9007199254740991);
    text.begin("tailrace_plays_total", MetricType::counter, "Plays.");
    CHECK(text.take() ==
          "# HELP tailrace_songs Songs \"here\",\\nby C:\\\\folder.\n"
          "# TYPE tailrace_songs gauge\n"
          "tailrace_songs 12345678\n"
          "tailrace_songs{folder=\"C:\\\\a \\\"b\\\"\\nc\",kind=\"\"} -0.25\n"
          "# HELP tailrace_play_seconds Time.\n"
          "# TYPE tailrace_play_seconds summary\n"
          "tailrace_play_seconds_sum{song=\"a\"} 1e+300\n"
          "tailrace_play_seconds_count{song=\"a\"} 9007199254740991\n"
          "# HELP tailrace_plays_total Plays.\n"
          "# TYPE tailrace_plays_total counter\n");
}

// Counters must never become smaller, or a query over them shows requests that did not happen.
TEST_CASE("requests are counted by operation and answer, whatever is forgotten", "[metrics]") {
    NamespacesFixture server;
    server.create_table("/", "music");
    server.create_table("/", "music");
    server.put("/", "music", "a");
    server.put("/", "music", "b");
    server.put("/", "nothing", "b");
    const std::string counted =
        "tailrace_requests_total{operation=\"CreateTable\",status=\"200\"} 1\n"
        "tailrace_requests_total{operation=\"CreateTable\",status=\"400\",error=\"ResourceInUseException\"} "
        "1\n"
        "tailrace_requests_total{operation=\"PutItem\",status=\"200\"} 2\n"
        "tailrace_requests_total{operation=\"PutItem\",status=\"400\",error=\"ResourceNotFoundException\"} "
        "1\n";
    CHECK(lines_of(server, "/_tailrace/metrics", "tailrace_requests_total{") == counted);
    CHECK(lines_of(server, "/_tailrace/metrics", "tailrace_consumed_capacity_units_total{") ==
          "tailrace_consumed_capacity_units_total{operation=\"CreateTable\"} 0\n"
          "tailrace_consumed_capacity_units_total{operation=\"PutItem\"} 2\n");
    CHECK(lines_of(server, "/_tailrace/metrics", "tailrace_request_duration_seconds_count{") ==
          "tailrace_request_duration_seconds_count{operation=\"CreateTable\"} 2\n"
          "tailrace_request_duration_seconds_count{operation=\"PutItem\"} 3\n");
    CHECK(server.tell("DELETE", "/_tailrace/requests") == R"(200 {"Removed":5})");
    CHECK(server.ask("POST", "/_tailrace/namespaces/default/reset").status == 200);
    CHECK(lines_of(server, "/_tailrace/metrics", "tailrace_requests_total{") == counted);
}

// Each namespace shows its own tables.
TEST_CASE("metrics show the tables and mappings of their namespace", "[metrics]") {
    NamespacesFixture server;
    server.create_table("/~blue/", "music");
    server.put("/~blue/", "music", "a");
    CHECK(lines_of(server, "/_tailrace/metrics", "tailrace_table") == "tailrace_tables 0\n");
    CHECK(lines_of(server, "/~blue/_tailrace/metrics", "tailrace_table") ==
          "tailrace_tables 1\n"
          "tailrace_table_items{table=\"music\"} 1\n"
          "tailrace_table_size_bytes{table=\"music\"} 2\n");
    CHECK(lines_of(server, "/_tailrace/metrics", "tailrace_mappings") == "tailrace_mappings 0\n");
    CHECK(lines_of(server, "/_tailrace/metrics", "process_start_time_seconds") !=
          "process_start_time_seconds 0\n");
}

// What a limit has refused can be seen without the answers of the requests.
TEST_CASE("metrics count what exceeded a limit of throughput", "[metrics]") {
    NamespacesFixture server;
    server.create_table("/", "music");
    const std::string limit = R"({"TableName":"music","WriteCapacityUnits":1,"BurstSeconds":1})";
    CHECK(server.ask("PUT", "/_tailrace/throttle", {}, limit).status == 200);
    for (const char* key : {"a", "b", "c"}) server.put("/", "music", key);
    CHECK(lines_of(server, "/_tailrace/metrics", "tailrace_throttle_events_total{") ==
          "tailrace_throttle_events_total{table=\"music\",event="
          "\"WriteMaxOnDemandThroughputThrottleEvents\"} 2\n"
          "tailrace_throttle_events_total{table=\"music\",event=\"WriteThrottleEvents\"} 2\n");
}
