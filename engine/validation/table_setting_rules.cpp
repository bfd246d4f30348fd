#include "engine/validation/table_setting_rules.hpp"

#include <array>
#include <string>

#include "engine/validation/rule.hpp"

namespace tailrace::validation {
namespace {

constexpr std::int64_t no_limit = -1;

struct AbsentSetting {
    std::string_view member;
    std::string_view reason;
};

constexpr std::string_view no_global_tables = "there are no global tables";

constexpr std::array absent_settings{
    AbsentSetting{"ReplicaUpdates", no_global_tables},
    AbsentSetting{"MultiRegionConsistency", no_global_tables},
    AbsentSetting{"GlobalTableWitnessUpdates", no_global_tables},
    AbsentSetting{"GlobalTableSourceArn", no_global_tables},
    AbsentSetting{"GlobalTableSettingsReplicationMode", no_global_tables},
    AbsentSetting{"ResourcePolicy", "there is no access control"},
};

}  // namespace

void check_throughput_bounds(const Request& request) {
    const auto throughput = request.structure("ProvisionedThroughput");
    if (!throughput) return;
    for (const std::string_view name : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
        const auto units = throughput->integer(name);
        if (units && *units > max_capacity_units) {
            refuse("Given value " + std::to_string(*units) + " for " + std::string(name) +
                   " is out of bounds");
        }
    }
}

void check_encryption(const Request& request) {
    const auto encryption = request.structure("SSESpecification");
    if (!encryption) return;
    const auto type = encryption->text("SSEType");
    const bool has_key = encryption->has("KMSMasterKeyId");
    if (!encryption->flag("Enabled").value_or(false)) {
        if (type) refuse_parameters("SSEType can not be specified if Enabled is false");
        if (has_key) refuse_parameters("KMSMasterKeyId can not be specified if Enabled is false");
        return;
    }
    if (type == "AES256") refuse_parameters("SSEType AES256 is not supported");
    if (has_key && type != "KMS") {
        refuse_parameters("SSEType KMS is required if KMSMasterKeyId is specified");
    }
}

void check_stream_view(const Request& request, const StreamViewFaults& faults) {
    const auto stream = request.structure("StreamSpecification");
    if (!stream) return;
    const bool enabled = stream->flag("StreamEnabled").value_or(false);
    const bool has_view_type = stream->has("StreamViewType");
    if (enabled && !has_view_type) refuse_parameters(std::string(faults.missing));
    if (!enabled && has_view_type) refuse_parameters(std::string(faults.unexpected));
}

void check_table_class(const Request& request) {
    const auto table_class = request.text("TableClass");
    if (!table_class || table_class == "STANDARD" || table_class == "STANDARD_INFREQUENT_ACCESS") return;
    refuse(
        "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
        "STANDARD_INFREQUENT_ACCESS].");
}

void check_on_demand_throughput(const Request& parent, const std::string& owner, bool may_clear) {
    const auto throughput = parent.structure("OnDemandThroughput");
    if (!throughput) return;
    for (const std::string_view name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
        const auto units = throughput->integer(name);
        if (!units || *units > 0 || (may_clear && *units == no_limit)) continue;
        refuse_parameters("Requested " + std::string(name) + " for OnDemandThroughput for " + owner +
                          " is outside of valid range");
    }
}

void check_absent_settings(const Request& request) {
    for (const AbsentSetting& each : absent_settings) {
        if (!request.has(each.member)) continue;
        refuse(std::string(each.member) + " is not supported by Tailrace: " + std::string(each.reason));
    }
}

}  // namespace tailrace::validation
