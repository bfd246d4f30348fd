#include "engine/validation/table_setting_rules.hpp"

#include <string>

#include "engine/validation/request_member.hpp"
#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_capacity_units = 1'000'000'000'000;
constexpr std::int64_t no_limit = -1;

}  // namespace

void check_throughput_bounds(const json::object& request) {
    const json::object* throughput = object_member(request, "ProvisionedThroughput");
    if (throughput == nullptr) return;
    for (const std::string_view name : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
        const auto units = integer_member(*throughput, name);
        if (units && *units > most_capacity_units) {
            refuse("Given value " + std::to_string(*units) + " for " + std::string(name) +
                   " is out of bounds");
        }
    }
}

void check_index_throughput_bounds(const json::object& change) {
    const json::object* throughput = object_member(change, "ProvisionedThroughput");
    if (throughput == nullptr) return;
    for (const std::string_view name : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
        if (integer_member(*throughput, name).value_or(0) <= most_capacity_units) continue;
        refuse(
            "This operation cannot be performed with given input values. Please contact DynamoDB service "
            "team for more info: Action Blocked: IndexUpdate");
    }
}

void check_encryption(const json::object& request) {
    const json::object* encryption = object_member(request, "SSESpecification");
    if (encryption == nullptr) return;
    const auto type = text_member(*encryption, "SSEType");
    const bool has_key = find_member(*encryption, "KMSMasterKeyId") != nullptr;
    if (!boolean_member(*encryption, "Enabled").value_or(false)) {
        if (type) refuse_parameters("SSEType can not be specified if Enabled is false");
        if (has_key) refuse_parameters("KMSMasterKeyId can not be specified if Enabled is false");
        return;
    }
    if (type == "AES256") refuse_parameters("SSEType AES256 is not supported");
    if (has_key && type != "KMS") {
        refuse_parameters("SSEType KMS is required if KMSMasterKeyId is specified");
    }
}

void check_table_class(const json::object& request) {
    const auto table_class = text_member(request, "TableClass");
    if (!table_class || table_class == "STANDARD" || table_class == "STANDARD_INFREQUENT_ACCESS") return;
    refuse(
        "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
        "STANDARD_INFREQUENT_ACCESS].");
}

void check_on_demand_throughput(const json::object& parent, const std::string& owner, bool may_clear) {
    const json::object* throughput = object_member(parent, "OnDemandThroughput");
    if (throughput == nullptr) return;
    for (const std::string_view name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
        const auto units = integer_member(*throughput, name);
        if (!units || *units > 0 || (may_clear && *units == no_limit)) continue;
        refuse_parameters("Requested " + std::string(name) + " for OnDemandThroughput for " + owner +
                          " is outside of valid range");
    }
}

}  // namespace tailrace::validation
