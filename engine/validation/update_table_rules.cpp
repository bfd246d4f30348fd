#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>

#include "engine/validation/index_rules.hpp"
#include "engine/validation/key_schema_rules.hpp"
#include "engine/validation/rule.hpp"
#include "engine/validation/table_rules.hpp"
#include "engine/validation/table_setting_rules.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

/// A change that must be the only one in its request, and AWS's message if it is not.
struct LoneChange {
    std::string_view member;
    std::string_view answer;
};

/// In the order in which AWS names them if a request has several.
constexpr std::array lone_changes{
    LoneChange{"SSESpecification",
               "Server-Side Encryption modification must be the only operation in the request"},
    LoneChange{"TableClass", "TableClass modification must be the only operation in the request"},
    LoneChange{"DeletionProtectionEnabled",
               "DeletionProtection modification must be the only operation in the request"},
    LoneChange{"WarmThroughput", "WarmThroughput must be the only operation in the request"},
    LoneChange{"ReplicaUpdates", "Replica modification must be the only operation in the request"},
};

constexpr std::array other_changes{
    std::string_view("ProvisionedThroughput"),    std::string_view("BillingMode"),
    std::string_view("StreamSpecification"),      std::string_view("GlobalSecondaryIndexUpdates"),
    std::string_view("OnDemandThroughput"),       std::string_view("GlobalTableSettingsReplicationMode"),
    std::string_view("GlobalTableWitnessUpdates")};

/// An empty list alone is not a change.
bool changes(const Request& request, std::string_view member) {
    const json::value* value = request.find(member);
    return value != nullptr && !(value->is_array() && value->get_array().empty());
}

std::size_t count_changes(const Request& request) {
    std::size_t count = 0;
    for (const LoneChange& each : lone_changes) count += changes(request, each.member) ? 1 : 0;
    for (const std::string_view member : other_changes) count += changes(request, member) ? 1 : 0;
    return count;
}

// AWS's list leaves out MultiRegionConsistency if the request has it: that member alone is not a change.
[[noreturn]] void refuse_no_change(const Request& request) {
    const bool has_consistency = request.has("MultiRegionConsistency");
    refuse(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
        "ReplicaTransitRoleArn, " +
        std::string(has_consistency ? "" : "MultiRegionConsistency, ") +
        "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required");
}

bool has_index_action(const Request& request, std::initializer_list<std::string_view> kinds) {
    const json::array* updates = request.list("GlobalSecondaryIndexUpdates");
    if (updates == nullptr) return false;
    return std::ranges::any_of(*updates, [&](const json::value& each) {
        const Request update = request.element(each);
        return std::ranges::any_of(kinds, [&](std::string_view kind) { return update.has(kind); });
    });
}

void check_combination(const Request& request) {
    const std::size_t count = count_changes(request);
    if (count == 0) refuse_no_change(request);
    for (const LoneChange& each : lone_changes) {
        if (count == 1 || !changes(request, each.member)) continue;
        if (each.member == "WarmThroughput" && has_index_action(request, {"Create"})) {
            refuse_parameters(
                "Create global secondary index cannot be specified when updating WarmThroughput");
        }
        refuse_parameters(std::string(each.answer));
    }
    const std::size_t with_billing = changes(request, "BillingMode") ? 2 : 1;
    if (changes(request, "OnDemandThroughput") && count > with_billing) {
        refuse_parameters(
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
    }
    const bool moves_iops =
        changes(request, "ProvisionedThroughput") || request.text("BillingMode") == "PROVISIONED";
    const bool changes_stream = changes(request, "StreamSpecification");
    if (changes_stream && moves_iops) {
        refuse_parameters("You cannot modify stream status while updating table IOPS");
    }
    if (!has_index_action(request, {"Create", "Delete"})) return;
    if (moves_iops) refuse_parameters("You cannot create or delete index while updating table IOPS");
    if (changes_stream) refuse_parameters("You cannot create or delete index while changing stream status");
}

void check_billing(const Request& request) {
    const auto mode = request.text("BillingMode");
    const bool has_throughput = request.has("ProvisionedThroughput");
    if (mode == "PROVISIONED" && !has_throughput) {
        refuse_parameters("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    }
    if (mode == "PAY_PER_REQUEST" && has_throughput) {
        refuse_parameters("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST");
    }
    check_throughput_bounds(request);
}

/// `defined` holds the request's AttributeDefinitions, read when the first index needs them.
void check_new_index(const Request& request, const Request& index,
                     std::optional<DefinedAttributes>& defined) {
    if (!request.has("AttributeDefinitions")) {
        refuse_parameters("AttributeDefinitions is not specified for index: " +
                          std::string(index_name(index)));
    }
    if (!defined) defined.emplace(request);
    check_global_index_key(index, *defined);
    check_projection(index);
    check_on_demand_throughput(index, "index : " + std::string(index_name(index)), false);
}

void check_changed_index(const Request& index) {
    const std::string name(index_name(index));
    const auto warm = index.structure("WarmThroughput");
    if (warm && !warm->has("ReadUnitsPerSecond") && !warm->has("WriteUnitsPerSecond")) {
        refuse_parameters(
            "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified "
            "for index: " +
            name);
    }
    check_on_demand_throughput(index, "index : " + name, true);
}

/// Returns the only action of an update; it names the index.
Request action_of(const Request& update) {
    std::optional<Request> action;
    for (const std::string_view kind : {"Update", "Create", "Delete"}) {
        const auto found = update.structure(kind);
        if (!found) continue;
        if (action) {
            refuse_parameters(
                "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object");
        }
        action = found;
    }
    if (!action) {
        refuse_parameters(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null");
    }
    return *action;
}

void check_index_updates(const Request& request) {
    const json::array* updates = request.list("GlobalSecondaryIndexUpdates");
    if (updates == nullptr) return;
    if (updates->empty()) refuse_parameters("List of GlobalSecondaryIndexUpdates is empty");
    std::set<std::string_view> names;
    for (const json::value& each : *updates) {
        const std::string_view name = index_name(action_of(request.element(each)));
        if (!names.insert(name).second) {
            refuse_parameters(
                "Only one global secondary index update per index is allowed simultaneously. Index: " +
                std::string(name));
        }
    }
    std::optional<DefinedAttributes> defined;
    for (const json::value& each : *updates) {
        const Request update = request.element(each);
        if (const auto created = update.structure("Create")) check_new_index(request, *created, defined);
        if (const auto updated = update.structure("Update")) check_changed_index(*updated);
    }
}

constexpr StreamViewFaults stream_change_faults{
    .missing = "If stream is being enabled then UpdateViewType is required",
    .unexpected = "If stream is being disabled, then UpdateViewType must not be specified"};

}  // namespace

void check_update_table(const Request& request) {
    check_table_class(request);
    check_combination(request);
    check_billing(request);
    check_index_updates(request);
    check_on_demand_throughput(request, "table", true);
    check_stream_view(request, stream_change_faults);
    check_encryption(request);
    check_absent_settings(request);
}

}  // namespace tailrace::validation
