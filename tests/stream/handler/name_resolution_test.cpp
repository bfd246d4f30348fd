#include "stream/handler/name_resolution.hpp"

#include <boost/asio/error.hpp>

#include "tests/catch.hpp"

using namespace tailrace::stream;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> addresses_of(const std::string& host, const std::string& port) {
    std::vector<std::string> addresses;
    const Resolution found = resolve(host, port, 1min);
    CHECK_FALSE(found.error);
    for (const auto& each : found.endpoints) {
        addresses.push_back(each.address().to_string() + " " + std::to_string(each.port()));
    }
    return addresses;
}

}  // namespace

// These need no name server, so they are found even without one.
TEST_CASE("localhost and addresses are known", "[name_resolution]") {
    using List = std::vector<std::string>;
    CHECK(addresses_of("localhost", "8000") == List{"127.0.0.1 8000", "::1 8000"});
    CHECK(addresses_of("10.0.0.7", "0") == List{"10.0.0.7 0"});
    CHECK(addresses_of("2001:db8::7", "65535") == List{"2001:db8::7 65535"});
}

TEST_CASE("a port is a number", "[name_resolution]") {
    for (const char* port : {"", "http", "65536", "-1", "80 "}) {
        CAPTURE(port);
        const Resolution found = resolve("localhost", port, 1min);
        CHECK(found.endpoints.empty());
        CHECK(found.error == boost::asio::error::service_not_found);
    }
}
