#include <algorithm>

#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/sample_endpoint.hpp"

namespace tailrace::fuzz {

/// Requests separated by empty lines. Each is a line with the X-Amz-Target and then the body.
bool run_request(std::string_view input) {
    constexpr int max_requests = 8;
    SampleEndpoint endpoint;
    bool all_done = true;
    int requests = 0;
    while (!input.empty() && requests < max_requests) {
        const std::string_view request = input.substr(0, input.find("\n\n"));
        input.remove_prefix(std::min(input.size(), request.size() + 2));
        const std::string_view target = request.substr(0, request.find('\n'));
        const std::string_view body = request.substr(std::min(request.size(), target.size() + 1));
        if (endpoint.post(target, body) != 200) all_done = false;
        ++requests;
    }
    return all_done && requests > 0;
}

}  // namespace tailrace::fuzz
