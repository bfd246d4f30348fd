#include "server/lambda/unknown_function.hpp"

#include <vector>

#include "engine/model/nearest_name.hpp"
#include "server/hints/failed_request.hpp"

namespace tailrace::server {

std::string unknown_function_hint(const stream::FunctionRegistry& functions, const std::string& name) {
    const std::vector<stream::Function> all = functions.all();
    if (all.empty()) return "there are no functions here; --function NAME=HANDLER adds one at the start";
    std::vector<std::string> shown;
    std::vector<std::string_view> names;
    for (const stream::Function& each : all) {
        shown.push_back(each.name);
        names.emplace_back(each.name);
    }
    return "the functions here are " + listed_names(shown) + did_you_mean(name, names);
}

HintedLambdaError unknown_function(const stream::FunctionRegistry& functions, const std::string& reference) {
    return {LambdaError::resource_not_found("Function not found: " + functions.arn_of(reference)),
            unknown_function_hint(functions, reference.substr(0, reference.find(':')))};
}

}  // namespace tailrace::server
