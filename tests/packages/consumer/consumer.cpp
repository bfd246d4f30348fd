#include <iostream>
#include <string>

#include "server/harness/harness.hpp"

int main() {
    tailrace::harness::Harness harness;
    harness.create_table("songs", "artist");
    harness.add_function("each");
    harness.map("songs", "each");
    harness.call("PutItem", R"({"TableName":"songs","Item":{"artist":{"S":"No One You Know"}}})");
    harness.drain();
    for (const boost::json::object& record : harness.records("each")) {
        const std::string event(record.at("eventName").as_string());
        std::cout << event << ' ' << record.at("dynamodb").at("Keys") << '\n';
    }
}
