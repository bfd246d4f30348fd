#include "server/lambda/lambda_mount.hpp"

#include <future>
#include <stdexcept>

#include "server/functions/function_endpoints.hpp"
#include "server/lambda/lambda_error.hpp"
#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// Answers with the request that it got.
HttpResponse echo(const WebRequest& request) {
    std::string text(request.method);
    for (const std::string& value : request.path_values) text.append(" ").append(value);
    text.append(" ").append(request.target.parameter("Qualifier").value_or("none"));
    text.append(" ").append(request.header("x-amz-invocation-type"));
    HttpResponse response = json_response({{"asked", text.append(" ").append(request.body)}}, 202);
    response.add_header("X-Amz-Executed-Version", "$LATEST");
    return response;
}

std::string asked(const std::string& text) {
    return R"({"asked":")" + text + R"("})";
}

void check_error(const LambdaError& error, int status, const std::string& name, const std::string& body) {
    CHECK(error.status() == status);
    CHECK(error.name() == name);
    CHECK(error.body() == body);
}

}  // namespace

// A placeholder matches one part of a path. Clients encode the colons of ARNs.
TEST_CASE("an endpoint sees the parts of its path, query, headers and body") {
    FrontDoorFixture server;
    server.lambda.add(
        {.method = "POST", .path = "/2015-03-31/functions/{FunctionName}/aliases/{Name}", .function = echo});
    const HttpResponse response =
        server.ask("POST", "/2015-03-31/functions/arn%3Aaws%3Alambda/aliases/a+b?Qualifier=new+one",
                   {{"X-Amz-Invocation-Type", "Event"}}, "{}");
    CHECK(response.status == 202);
    CHECK(response.content_type == "application/json");
    CHECK(response.extra_headers == "X-Amz-Executed-Version: $LATEST\r\n");
    CHECK(response.body == asked("POST arn:aws:lambda a+b new one Event {}"));
}

// Older and newer SDKs write the same path with and without a trailing slash.
TEST_CASE("a slash at the end of a path makes no difference") {
    FrontDoorFixture server;
    server.lambda.add({.method = "GET", .path = "/2015-03-31/event-source-mappings/", .function = echo});
    server.lambda.add(
        {.method = "GET", .path = "/2015-03-31/event-source-mappings/{UUID}", .function = echo});
    CHECK(server.ask("GET", "/2015-03-31/event-source-mappings", {}).body == asked("GET none  "));
    CHECK(server.ask("GET", "/2015-03-31/event-source-mappings/", {}).body == asked("GET none  "));
    CHECK(server.ask("GET", "/2015-03-31/event-source-mappings/7/", {}).body == asked("GET 7 none  "));
}

// The method and every part of the path must match. AWS's answer is known from users whose SDK called an
// operation in a region that did not have it.
TEST_CASE("an unknown operation is refused as Lambda refuses it", "[lambda_endpoints]") {
    FrontDoorFixture server;
    server.lambda.add(
        {.method = "POST", .path = "/2015-03-31/functions/{FunctionName}/invocations", .function = echo});
    for (const char* target :
         {"/2015-03-31/functions/f", "/2015-03-31/functions//invocations",
          "/2015-03-31/functions/f/invocations/more", "/2015-03-31/layers/f/invocations", "/2031-01-01/x"}) {
        INFO(target);
        const HttpResponse response = server.ask("POST", target, {});
        CHECK(response.status == 403);
        CHECK(response.extra_headers == "x-amzn-ErrorType: AccessDeniedException\r\n");
        CHECK(response.body ==
              R"({"Message":"Unable to determine service/operation name to be authorized"})");
    }
    CHECK(server.ask("GET", "/2015-03-31/functions/f/invocations", {}).status == 403);
}

// Each operation is named, whatever version of the API introduced it.
TEST_CASE("an operation of Lambda's that is not supported is named", "[lambda_endpoints]") {
    FrontDoorFixture server;
    const std::vector<std::vector<std::string>> operations = {
        {"POST", "/2014-11-13/functions/f/invoke-async/", "InvokeAsync"},
        {"PUT", "/2021-10-31/functions/f/url", "UpdateFunctionUrlConfig"},
        {"GET", "/2018-10-31/layers", "ListLayers"}};
    for (const auto& each : operations) {
        INFO(each[2]);
        const HttpResponse response = server.ask(each[0], each[1], {});
        CHECK(response.status == 404);
        CHECK(response.extra_headers == "x-amzn-ErrorType: UnknownOperationException\r\n");
        CHECK(response.body == R"({"Type":"User","Message":")" + each[2] + R"( is not supported."})");
    }
}

TEST_CASE("paths that begin with a date are Lambda's", "[lambda_endpoints]") {
    const FrontDoorFixture server;
    for (const char* path : {"/2015-03-31/functions/", "/2016-08-19/account-settings/", "/2017-03-31/tags/x"})
        CHECK(server.router.find(path) == &server.lambda);
    for (const char* path :
         {"/", "/2015-03-31", "/2015-3-31/functions", "/_tailrace/2015-03-31/", "/x2015-03-31/"})
        CHECK(server.router.find(path) != &server.lambda);
}

// An endpoint's exception becomes an error in the form of the API.
TEST_CASE("an endpoint's exception becomes an answer") {
    FrontDoorFixture server;
    server.lambda.add(
        {.method = "GET", .path = "/2015-03-31/none", .function = [](const WebRequest&) -> HttpResponse {
             throw LambdaError::resource_not_found("Function not found: f");
         }});
    server.lambda.add(
        {.method = "GET", .path = "/2015-03-31/broken", .function = [](const WebRequest&) -> HttpResponse {
             throw std::runtime_error("the disk is full");
         }});
    const HttpResponse none = server.ask("GET", "/2015-03-31/none", {});
    CHECK(none.status == 404);
    CHECK(none.content_type == "application/json");
    CHECK(none.extra_headers == "x-amzn-ErrorType: ResourceNotFoundException\r\n");
    CHECK(none.body == R"({"Type":"User","Message":"Function not found: f"})");
    const HttpResponse broken = server.ask("GET", "/2015-03-31/broken", {});
    CHECK(broken.status == 500);
    CHECK(broken.extra_headers == "x-amzn-ErrorType: ServiceException\r\n");
    CHECK(broken.body == R"({"Type":"Service","Message":"the disk is full"})");
}

// The service model spells the member of the message in two ways.
TEST_CASE("errors have the status, name and members of the service model") {
    check_error(LambdaError::invalid_parameter_value("m"), 400, "InvalidParameterValueException",
                R"({"Type":"User","message":"m"})");
    check_error(LambdaError::invalid_request_content("m"), 400, "InvalidRequestContentException",
                R"({"Type":"User","message":"m"})");
    check_error(LambdaError::request_too_large("m"), 413, "RequestTooLargeException",
                R"({"Type":"User","message":"m"})");
    check_error(LambdaError::resource_conflict("m"), 409, "ResourceConflictException",
                R"({"Type":"User","message":"m"})");
    check_error(LambdaError::resource_in_use("m"), 400, "ResourceInUseException",
                R"({"Type":"User","Message":"m"})");
    check_error(LambdaError::validation("m"), 400, "ValidationException", R"({"message":"m"})");
    check_error(LambdaError::too_many_requests("m"), 429, "TooManyRequestsException",
                R"({"Type":"User","message":"m"})");
}

namespace {

/// A function whose calls wait until the test releases them.
class WaitingFunction final : public stream::EventHandler {
  public:
    stream::HandlerResult invoke(std::string_view) override {
        gate_.wait();
        return {};
    }
    void open() { promise_.set_value(); }

  private:
    std::promise<void> promise_;
    std::shared_future<void> gate_ = promise_.get_future().share();
};

}  // namespace

// Events wait in memory for their turn, so their number must be limited.
TEST_CASE("unfinished events take a bounded amount of memory", "[function_endpoints]") {
    const ManualClock clock{Timestamp()};
    const Log log(LogLevel::error, clock);
    Engine engine({}, storage::open_store({}), clock);
    UploadedFunctions functions(stream::HandlerContext{engine});
    const auto waiting = std::make_shared<WaitingFunction>();
    functions.registry().add("slow", waiting);
    Router router;
    Mount& lambda = mount_lambda(router);
    add_function_endpoints(lambda, functions, log);
    const std::string event = "\"" + std::string(1'000'000, 'a') + "\"";
    const std::vector<HttpHeader> headers = {{"X-Amz-Invocation-Type", "Event"}};
    const auto invoke = [&] {
        const RequestTarget target("/2015-03-31/functions/slow/invocations");
        return lambda.answer({.method = "POST", .target = target, .headers = headers, .body = event});
    };
    for (int i = 0; i < 67; ++i) CHECK(invoke().status == 202);
    const HttpResponse refused = invoke();
    CHECK(refused.status == 429);
    CHECK(refused.extra_headers == "x-amzn-ErrorType: TooManyRequestsException\r\n");
    CHECK(refused.body ==
          R"({"Type":"User","message":"Unfinished invocations of type Event use all the memory )"
          R"(reserved for them. Send this one again after )"
          R"(some of them have ended."})");
    waiting->open();
}

// Requests that call functions wait for them outside the threads that serve connections.
TEST_CASE("a request that calls a function may block", "[function_endpoints]") {
    FrontDoorFixture server;
    Engine engine({}, storage::open_store({}), server.clock);
    const UploadedFunctions functions(stream::HandlerContext{engine});
    const Log log(LogLevel::error, server.clock);
    add_function_endpoints(server.lambda, functions, log);
    CHECK(server.answering("POST", "/2015-03-31/functions/f/invocations") == Answering::calling);
    CHECK(server.answering("GET", "/2015-03-31/functions") == Answering::briefly);
    CHECK_FALSE(server.may_block("POST", "/"));
}
