#include <algorithm>
#include <vector>

#include "engine/model/api_error.hpp"
#include "server/signature/signature_verifier.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace tailrace::fuzz {
namespace {

/// Removes the text before the separator, and the separator, from `rest`, and returns it.
std::string_view take_until(std::string_view& rest, std::string_view separator) {
    const std::string_view taken = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(rest.size(), taken.size() + separator.size()));
    return taken;
}

}  // namespace

/// A request: the method and the target, a header on each line, an empty line, and the body. The key pair,
/// the region and the service are those of AWS's test suite for signatures.
bool run_signature(std::string_view input) {
    using namespace server;
    static const SignatureVerifier verifier({{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}},
                                            "us-east-1");
    std::string_view head = take_until(input, "\n\n");
    std::string_view line = take_until(head, "\n");
    const std::string_view method = take_until(line, " ");
    const std::string_view target = line;
    std::vector<HttpHeader> headers;
    while (!head.empty()) {
        std::string_view header = take_until(head, "\n");
        const std::string_view name = take_until(header, ":");
        headers.push_back({.name = name, .value = header});
    }
    const HttpRequest request{.method = method, .target = target, .headers = headers, .body = input};
    try {
        verifier.verify(request, RequestHead(request), {"service"}, std::nullopt);
        return true;
    } catch (const ApiError& error) {
        // The message may quote any bytes of the request, so only the status is checked. The front door
        // escapes them when it writes the answer.
        require(error.status() == 400, "a signature's fault is answered with 400");
        return false;
    }
}

}  // namespace tailrace::fuzz
