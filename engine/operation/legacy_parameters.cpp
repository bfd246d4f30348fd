#include "engine/operation/legacy_parameters.hpp"

#include <array>
#include <string>
#include <string_view>

#include "engine/model/api_error.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {
namespace {

constexpr std::array<std::string_view, 7> names = {
    "Expected",    "AttributeUpdates", "AttributesToGet",    "KeyConditions",
    "QueryFilter", "ScanFilter",       "ConditionalOperator"};

}  // namespace

void refuse_legacy_parameters(const boost::json::object& request) {
    for (const std::string_view name : names) {
        if (validation::find_member(request, name) == nullptr) continue;
        throw ApiError::validation("Tailrace does not carry out the legacy parameter " + std::string(name) +
                                   "; an expression can say the same.");
    }
}

}  // namespace tailrace::operation
