#include <stdexcept>

#include "server/admin/server_endpoints.hpp"
#include "server/process/version.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

// The version comes from the build, the uptime from the clock.
TEST_CASE("health returns version and uptime") {
    FrontDoorFixture server;
    add_server_endpoints(server.admin, server.clock);
    server.clock.advance(std::chrono::milliseconds(90500));
    const HttpResponse response = server.ask("GET", "/_tailrace/health", {});
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    CHECK(response.body ==
          R"({"status":"ok","version":")" + std::string(version()) + R"(","uptime_seconds":90})");
}

// This list is the first thing that people look at.
TEST_CASE("the root lists the endpoints") {
    FrontDoorFixture server;
    server.admin.add({.method = "POST",
                      .path = "/_tailrace/reset",
                      .purpose = "Deletes every table.",
                      .function = [](const WebRequest&) { return json_response({}); }});
    const std::string list =
        R"({"endpoints":[{"method":"POST","path":"/_tailrace/reset","purpose":"Deletes every table."}]})";
    CHECK(server.ask("GET", "/_tailrace", {}).body == list);
    CHECK(server.ask("GET", "/_tailrace/", {}).body == list);
}

// An endpoint gets the request unchanged.
TEST_CASE("an endpoint sees method, path, query and body") {
    FrontDoorFixture server;
    server.admin.add({.method = "POST",
                      .path = "/_tailrace/echo",
                      .purpose = "Echoes.",
                      .function =
                          [](const WebRequest& request) {
                              std::string body(request.method);
                              body.append(" ").append(request.target.path()).append(" ");
                              body.append(request.target.query()).append(" ").append(request.body);
                              return HttpResponse{.status = 400, .body = std::move(body)};
                          },
                      .members = {{.name = "Text"}},
                      .parameters = {{.name = "a"}}});
    const HttpResponse response = server.ask("POST", "/_tailrace/echo?a=b", {}, "text");
    CHECK(response.status == 400);
    CHECK(response.body == "POST /_tailrace/echo a=b text");
}

// A part of the path can name what the request is about.
TEST_CASE("an endpoint's placeholders take a part of the path each") {
    FrontDoorFixture server;
    server.admin.add({.method = "POST",
                      .path = "/_tailrace/mappings/{id}/pause",
                      .purpose = "Pauses.",
                      .function = [](const WebRequest& request) {
                          return HttpResponse{.body = request.path_values.at(0)};
                      }});
    CHECK(server.ask("POST", "/_tailrace/mappings/music%2Fh/pause", {}).body == "music/h");
    CHECK(server.may_block("POST", "/_tailrace/mappings/1/pause"));
    CHECK_FALSE(server.may_block("GET", "/_tailrace/mappings/1/pause"));
    CHECK(server.ask("GET", "/_tailrace/mappings/1/pause", {}).status == 405);
    CHECK(server.ask("POST", "/_tailrace/mappings//pause", {}).status == 404);
    CHECK(server.ask("POST", "/_tailrace/mappings/1/2/pause", {}).status == 404);
}

// Every fault has a message.
TEST_CASE("admin requests that cannot be answered") {
    FrontDoorFixture server;
    server.admin.add({.method = "POST",
                      .path = "/_tailrace/fail",
                      .purpose = "Fails.",
                      .function = [](const WebRequest&) -> HttpResponse {
                          throw std::runtime_error("the disk is full");
                      }});
    const HttpResponse unknown = server.ask("GET", "/_tailrace/nothing", {});
    CHECK(unknown.status == 404);
    CHECK(unknown.body ==
          R"({"message":"GET /_tailrace/nothing: there is no such endpoint. GET /_tailrace lists them."})");
    const HttpResponse wrong_method = server.ask("GET", "/_tailrace/fail", {});
    CHECK(wrong_method.status == 405);
    CHECK(wrong_method.body ==
          R"({"message":"GET /_tailrace/fail: the endpoint does not support this method. )"
          R"(GET /_tailrace lists the endpoints."})");
    const HttpResponse failed = server.ask("POST", "/_tailrace/fail", {});
    CHECK(failed.status == 500);
    CHECK(failed.body == R"({"message":"the disk is full"})");
}

// A flag can be set to false; a value that is neither true nor false is refused.
TEST_CASE("the flags of a query are true or false") {
    FrontDoorFixture server;
    const auto song_endpoint = [](const WebRequest& request) {
        return json_response({{"Loud", request.target.flag("loud")}});
    };
    server.admin.add({.method = "GET",
                      .path = "/_tailrace/song",
                      .purpose = "A song.",
                      .function = song_endpoint,
                      .parameters = {{.name = "loud", .kind = FieldKind::flag}}});
    const auto song = [&](const std::string& query) {
        return server.ask("GET", "/_tailrace/song" + query, {}).body;
    };
    for (const char* query : {"?loud", "?loud=", "?loud=true", "?loud=1"})
        CHECK(song(query) == R"({"Loud":true})");
    for (const char* query : {"", "?loud=false", "?loud=0", "?pretty=false", "?pretty=0"})
        CHECK(song(query) == R"({"Loud":false})");
    CHECK(song("?loud=false&pretty=true") == "{\n  \"Loud\": false\n}\n");
    CHECK(server.ask("GET", "/_tailrace/song?pretty=no", {}).status == 400);
    CHECK(song("?pretty=no") ==
          R"({"message":"GET /_tailrace/song: pretty must be true or false, or have no value, )"
          R"(which means true; it is 'no'."})");
    CHECK(song("?loud=true&loud=yes") ==
          R"({"message":"GET /_tailrace/song: loud must be true or false, or have no value, )"
          R"(which means true; it is 'yes'."})");
    CHECK(
        song("?lowd") ==
        R"({"message":"GET /_tailrace/song: unknown parameter 'lowd' (known: loud and pretty); did you mean )"
        R"(loud?"})");
    CHECK(server.ask("GET", "/_tailrace", {}).body ==
          R"({"endpoints":[{"method":"GET","path":"/_tailrace/song","purpose":"A song.",)"
          R"("parameters":["loud"]}]})");
}

// A path that only begins with the same letters is left to DynamoDB's API, which refuses it.
TEST_CASE("admin endpoints have a root of their own") {
    const FrontDoorFixture server;
    CHECK(server.router.find("/_tailrace") == &server.admin);
    CHECK(server.router.find("/_tailrace/health") == &server.admin);
    CHECK(server.router.find("/_tailracehealth") == nullptr);
    CHECK(server.router.find("/") == nullptr);
}
