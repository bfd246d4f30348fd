#include "server/admin/open_api.hpp"
#include "server/admin/server_endpoints.hpp"
#include "server/process/version.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

HttpResponse nothing(const WebRequest&) {
    return {};
}

}  // namespace

// Everything that describes a route appears in the document, once.
TEST_CASE("the document has each listed route with all that it takes", "[open_api]") {
    const std::vector<Route> routes{
        {.method = "GET",
         .path = "/_tailrace/songs/{id}",
         .purpose = "A song.",
         .function = nothing,
         .parameters = {{.name = "loud", .kind = FieldKind::flag}, {.name = "until"}}},
        {.method = "POST",
         .path = "/_tailrace/songs/{id}",
         .purpose = "Changes a song.",
         .function = nothing,
         .members = {{.name = "Seconds", .kind = FieldKind::number}}},
        {.method = "GET",
         .path = "/_tailrace/text",
         .purpose = "A text.",
         .function = nothing,
         .body_type = "text/csv",
         .answer_type = "text/plain"},
        {.method = "GET", .path = "/_tailrace/songs/{artist}/{title}", .function = nothing}};
    const boost::json::object document = open_api(routes);
    CHECK(document.at("openapi") == "3.1.0");
    CHECK(document.at("info").at("version").as_string() == version());
    CHECK(document.at("paths") == boost::json::parse(R"({
        "/_tailrace/songs/{id}": {
            "get": {
                "summary": "A song.",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "loud", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "until", "in": "query", "schema": {"type": "string"}},
                    {"name": "pretty", "in": "query", "schema": {"type": "boolean"}}],
                "responses": {
                    "200": {"description": "Done.",
                            "content": {"application/json": {"schema": {"type": "object"}}}},
                    "default": {"$ref": "#/components/responses/Fault"}}},
            "post": {
                "summary": "Changes a song.",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object", "properties": {"Seconds": {"type": "number"}},
                    "additionalProperties": false}}}},
                "responses": {
                    "200": {"description": "Done.",
                            "content": {"application/json": {"schema": {"type": "object"}}}},
                    "default": {"$ref": "#/components/responses/Fault"}}}},
        "/_tailrace/text": {
            "get": {
                "summary": "A text.",
                "requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}},
                "responses": {
                    "200": {"description": "Done.",
                            "content": {"text/plain": {"schema": {"type": "string"}}}},
                    "default": {"$ref": "#/components/responses/Fault"}}}}})"));
    CHECK(document.at("components").at("responses").as_object().contains("Fault"));
}

TEST_CASE("the server answers with the document of its own endpoints", "[open_api]") {
    FrontDoorFixture server;
    add_server_endpoints(server.admin, server.clock);
    const HttpResponse response = server.ask("GET", "/_tailrace/openapi.json", {});
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    const boost::json::value document = boost::json::parse(response.body);
    CHECK(document.at("paths").as_object().contains("/_tailrace/health"));
    CHECK(document.at("paths").as_object().contains("/_tailrace/openapi.json"));
}
