// Signs the requests on stdin, one JSON object per line. For each line prints an object with the canonical
// request and the headers, which signer_test.py compares with botocore's.

#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "conformance/runner/wire/signer.hpp"

namespace json = boost::json;

int main() {
    using namespace tailrace::conformance;
    for (std::string line; std::getline(std::cin, line);) {
        const json::object asked = json::parse(line).as_object();
        const auto text = [&](const char* name) { return std::string(asked.at(name).as_string()); };
        HttpRequest request;
        request.method = text("method");
        request.path = text("path");
        request.body = text("body");
        for (const json::value& header : asked.at("headers").as_array()) {
            request.headers.emplace_back(header.at(0).as_string(), header.at(1).as_string());
        }
        sign(request, {text("key"), text("secret"), text("token")},
             {text("region"), text("service"), text("time")});
        json::array headers;
        for (const auto& [name, value] : request.headers) headers.push_back(json::array{name, value});
        std::cout << json::object{{"canonical", canonical_request(request)}, {"headers", headers}} << "\n";
    }
}
