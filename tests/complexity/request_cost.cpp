// request_cost                        lists the shapes
// request_cost counted [SHAPE]…       sends each at few repetitions, at N and at 2 N, for callgrind to count
// request_cost timed FACTOR [SHAPE]…  sends each at FACTOR times N and prints the processor time
//
// Requests go through the front door, as they do behind the sockets. callgrind counts only the function
// answer_request.

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <stdexcept>
#include <vector>

#include "tests/complexity/request_shapes.hpp"
#include "tests/server/front_door_fixture.hpp"

namespace tailrace::server {

/// Not inlined, so that callgrind finds it by name.
extern "C" [[gnu::noinline]] void answer_request(FrontDoorFixture& server, const Headers& headers,
                                                 const std::string& body, HttpResponse& response) {
    response = server.post(headers, body);
}

namespace {

constexpr std::size_t few_repetitions = 2;

const RequestShape& shape_named(std::string_view name) {
    for (const RequestShape& each : request_shapes()) {
        if (each.name == name) return each;
    }
    throw std::runtime_error("no shape is called " + std::string(name));
}

void create_tables(FrontDoorFixture& server) {
    server.post(signed_headers("CreateTable"), R"({"TableName":"plain","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    server.post(signed_headers("CreateTable"), R"({"TableName":"indexed","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                                {"AttributeName":"kind","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},
        "GlobalSecondaryIndexes":[{"IndexName":"by_kind",
            "KeySchema":[{"AttributeName":"kind","KeyType":"HASH"}],
            "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]}}]})");
}

struct Sent {
    /// The size of the body and of the item that was put for it.
    std::size_t bytes = 0;
    double milliseconds = 0;
    HttpResponse response;
};

Sent send(const RequestShape& shape, std::size_t repetitions) {
    FrontDoorFixture server;
    create_tables(server);
    Sent sent;
    if (!shape.before.empty()) {
        const RequestShape& before = shape_named(shape.before);
        const std::string body = body_of(before, repetitions);
        server.post(signed_headers(std::string(before.operation)), body);
        sent.bytes = body.size();
    }
    const std::string operation(shape.operation);
    Headers headers = signed_headers(operation);
    if (operation == "GetRecords") headers[1].second = "DynamoDBStreams_20120810.GetRecords";
    const std::string body = body_of(shape, repetitions);
    sent.bytes += body.size();
    const std::clock_t started = std::clock();
    answer_request(server, headers, body, sent.response);
    sent.milliseconds = 1000.0 * static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
    return sent;
}

void require_answer(const RequestShape& shape, const HttpResponse& response) {
    if (response.body.find(shape.answer) != std::string::npos) return;
    throw std::runtime_error(std::string(shape.name) + " is answered with " + response.body.substr(0, 500));
}

/// Prints a line for each request: its shape, repetitions and bytes, separated by tabs.
void send_counted(const RequestShape& shape) {
    for (const std::size_t repetitions : {few_repetitions, shape.repetitions, 2 * shape.repetitions}) {
        const Sent sent = send(shape, repetitions);
        if (repetitions > few_repetitions) require_answer(shape, sent.response);
        std::cout << shape.name << '\t' << repetitions << '\t' << sent.bytes << std::endl;
    }
}

void send_timed(const RequestShape& shape, std::size_t factor) {
    constexpr double allowed_milliseconds = 20;
    constexpr double allowed_milliseconds_per_byte = 40e-6;
    const Sent sent = send(shape, factor * shape.repetitions);
    const double allowed =
        allowed_milliseconds + allowed_milliseconds_per_byte * static_cast<double>(sent.bytes);
    std::cout << (sent.milliseconds <= allowed ? "   " : "!  ") << sent.milliseconds << " ms of " << allowed
              << ", " << sent.bytes << " bytes: " << shape.name << " → " << sent.response.status << ' '
              << sent.response.body.substr(0, 60) << std::endl;
}

std::vector<const RequestShape*> chosen(const std::vector<std::string>& names) {
    std::vector<const RequestShape*> shapes;
    shapes.reserve(names.empty() ? request_shapes().size() : names.size());
    for (const std::string& each : names) shapes.push_back(&shape_named(each));
    if (!shapes.empty()) return shapes;
    for (const RequestShape& each : request_shapes()) shapes.push_back(&each);
    return shapes;
}

void run(std::vector<std::string> arguments) {
    const std::string command = arguments.empty() ? "" : arguments.front();
    if (command == "counted") {
        arguments.erase(arguments.begin());
        for (const RequestShape* each : chosen(arguments)) send_counted(*each);
    } else if (command == "timed" && arguments.size() > 1) {
        const auto factor = static_cast<std::size_t>(std::stoul(arguments[1]));
        arguments.erase(arguments.begin(), arguments.begin() + 2);
        for (const RequestShape* each : chosen(arguments)) send_timed(*each, factor);
    } else {
        for (const RequestShape& each : request_shapes()) std::cout << each.name << '\n';
    }
}

}  // namespace
}  // namespace tailrace::server

int main(int count, char** arguments) {
    try {
        tailrace::server::run({arguments + 1, arguments + count});
    } catch (const std::exception& error) {
        std::cerr << "request_cost: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
