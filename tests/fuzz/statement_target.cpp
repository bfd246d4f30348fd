#include <boost/json.hpp>

#include "engine/partiql/syntax.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/sample_endpoint.hpp"

namespace tailrace::fuzz {
namespace {

/// As many parameters as the statement needs, with types in rotation.
boost::json::array parameters(std::size_t count) {
    static const boost::json::array samples =
        boost::json::parse(R"([{"S":"a"},{"N":"1"},{"B":"AQI="},{"L":[{"N":"1"}]},{"SS":["a"]}])").as_array();
    boost::json::array chosen;
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(samples[i % samples.size()]);
    return chosen;
}

}  // namespace

/// One PartiQL statement; if it can be parsed, it is also executed.
bool run_statement(std::string_view input) {
    const auto text = as_text(input);
    if (!text) return false;
    boost::json::object request;
    try {
        const partiql::Statement statement = partiql::parse_statement(*text);
        request["Statement"] = *text;
        if (statement.parameters > 0) request["Parameters"] = parameters(statement.parameters);
    } catch (const ApiError& error) {
        require_answerable(error);
        return false;
    }
    SampleEndpoint endpoint;
    return endpoint.post("DynamoDB_20120810.ExecuteStatement", boost::json::serialize(request)) == 200;
}

}  // namespace tailrace::fuzz
