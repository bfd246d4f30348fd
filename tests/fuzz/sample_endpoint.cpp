#include "tests/fuzz/sample_endpoint.hpp"

#include <array>

#include "engine/partiql/operations.hpp"
#include "engine/storage/open_store.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/inputs/sample_tables.hpp"

namespace tailrace::fuzz {
namespace {

constexpr std::string_view authorization =
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef";

}  // namespace

SampleEndpoint::SampleEndpoint() : engine_({}, storage::open_store({}), clock_, partiql::operations()) {
    for (const std::string_view body : inputs::sample_tables) {
        require(post("DynamoDB_20120810.CreateTable", body) == 200, "the sample's table is made");
    }
    for (const std::string_view body : inputs::sample_items) {
        require(post("DynamoDB_20120810.PutItem", body) == 200, "the sample's items are put");
    }
}

int SampleEndpoint::post(std::string_view target, std::string_view body) {
    const std::array<server::HttpHeader, 4> headers = {{{"Content-Type", "application/x-amz-json-1.0"},
                                                        {"X-Amz-Target", target},
                                                        {"X-Amz-Date", "20260131T120000Z"},
                                                        {"Authorization", authorization}}};
    server::HttpResponse response;
    door_.answer({"POST", "/", headers, body}, response);
    require_answerable(response.status, response.content());
    return response.status;
}

}  // namespace tailrace::fuzz
