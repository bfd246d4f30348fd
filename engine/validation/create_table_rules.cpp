#include <set>
#include <string>
#include <vector>

#include "engine/model/listed.hpp"
#include "engine/validation/index_rules.hpp"
#include "engine/validation/key_schema_rules.hpp"
#include "engine/validation/rule.hpp"
#include "engine/validation/table_rules.hpp"
#include "engine/validation/table_setting_rules.hpp"
#include "engine/validation/tag_rules.hpp"

namespace tailrace::validation {
namespace {

namespace json = boost::json;

constexpr std::size_t max_local_indexes = 5;
constexpr std::size_t max_global_indexes = 20;

void check_billing(const Request& request, bool on_demand) {
    const bool has_throughput = request.has("ProvisionedThroughput");
    if (on_demand && has_throughput) {
        refuse_parameters(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST");
    }
    if (!on_demand && !has_throughput) {
        refuse_parameters(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED");
    }
    check_throughput_bounds(request);
    const auto limits = request.structure("OnDemandThroughput");
    if (!limits || on_demand) return;
    for (const std::string_view name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
        if (!limits->has(name)) continue;
        refuse_parameters(std::string(name) +
                          " for OnDemandThroughput cannot be specified when the table BillingMode is "
                          "PROVISIONED");
    }
}

/// The rules for one CreateTable request, and the values that they share.
class TableDefinitionRules {
  public:
    TableDefinitionRules(const Request& request, bool on_demand)
        : request_(request),
          on_demand_(on_demand),
          locals_(request.list("LocalSecondaryIndexes")),
          globals_(request.list("GlobalSecondaryIndexes")),
          key_(key_elements(request)),
          definitions_(request) {}

    void check() {
        check_key();
        if (locals_ != nullptr) check_local_keys();
        if (globals_ != nullptr) check_global_keys();
        check_definitions_are_used();
        if (locals_ != nullptr) check_local_indexes();
        if (globals_ != nullptr) check_global_indexes();
        check_projected_attributes(projected_);
    }

  private:
    void check_key() {
        if (key_.size() > definitions_.size()) {
            refuse("Invalid KeySchema: Some index key attribute have no definition");
        }
        check_defined(key_, definitions_);
        check_simple_key(key_);
        if (locals_ == nullptr && globals_ == nullptr && key_.size() != definitions_.size()) {
            refuse_parameters(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                "AttributeDefinitions");
        }
    }

    void check_local_keys() {
        if (locals_->empty()) refuse_parameters("List of LocalSecondaryIndexes is empty");
        if (key_.size() < 2) {
            refuse_parameters(
                "Table KeySchema does not have a range key, which is required when specifying a "
                "LocalSecondaryIndex");
        }
        for (const json::value& each : *locals_) {
            const Request index = request_.element(each);
            check_local_index_key(index, definitions_, key_[0].name);
            add_index_key(index);
        }
    }

    void check_global_keys() {
        if (globals_->empty()) refuse_parameters("List of GlobalSecondaryIndexes is empty");
        for (const json::value& each : *globals_) {
            const Request index = request_.element(each);
            check_global_index_key(index, definitions_);
            add_index_key(index);
        }
    }

    void check_local_indexes() {
        for (const json::value& each : *locals_) {
            const Request index = request_.element(each);
            check_projection(index);
            add_index(index);
        }
        if (locals_->size() > max_local_indexes) {
            refuse_parameters("Number of LocalSecondaryIndexes exceeds per-table limit of " +
                              std::to_string(max_local_indexes));
        }
    }

    void check_global_indexes() {
        for (const json::value& each : *globals_) {
            const Request index = request_.element(each);
            check_projection(index);
            check_index_billing(index);
            check_on_demand_throughput(index, "index : " + std::string(index_name(index)), false);
            add_index(index);
        }
        if (globals_->size() > max_global_indexes) {
            refuse_parameters("GlobalSecondaryIndex count exceeds the per-table limit of " +
                              std::to_string(max_global_indexes));
        }
    }

    void check_index_billing(const Request& index) const {
        const bool has_throughput = index.has("ProvisionedThroughput");
        const std::string name(index_name(index));
        if (on_demand_ && has_throughput) {
            refuse_parameters("ProvisionedThroughput should not be specified for index: " + name +
                              " when BillingMode is PAY_PER_REQUEST");
        }
        if (!on_demand_ && !has_throughput) {
            refuse_parameters("ProvisionedThroughput is not specified for index: " + name);
        }
    }

    void add_index(const Request& index) {
        const std::string_view name = index_name(index);
        if (!index_names_.insert(name).second) {
            refuse_parameters("Duplicate index name: " + std::string(name));
        }
        projected_ += projected_attributes(index);
    }

    void add_index_key(const Request& index) {
        for (const KeyElement& element : key_elements(index)) {
            index_keys_.push_back(element.name);
        }
    }

    void check_definitions_are_used() const {
        std::vector<std::string_view> used;
        std::set<std::string_view> known;
        const auto use = [&](std::string_view name) {
            if (known.insert(name).second) used.push_back(name);
        };
        for (const KeyElement& element : key_) use(element.name);
        for (const std::string_view name : index_keys_) use(name);
        if (used.size() == definitions_.size()) return;
        refuse_parameters("Some AttributeDefinitions are not used. AttributeDefinitions: [" +
                          listed(definitions_.names()) + "], keys used: [" + listed(used) + "]");
    }

    const Request& request_;
    bool on_demand_;
    const json::array* locals_;
    const json::array* globals_;
    std::vector<KeyElement> key_;
    DefinedAttributes definitions_;
    std::set<std::string_view> index_names_;
    std::vector<std::string_view> index_keys_;
    std::size_t projected_ = 0;
};

constexpr StreamViewFaults new_stream_faults{
    .missing = "Table is being created with a stream enabled, UpdateViewType is required",
    .unexpected = "Table is being created with a stream disabled, UpdateViewType should not be specified"};

}  // namespace

void check_create_table(const Request& request) {
    const bool on_demand = request.text("BillingMode") == "PAY_PER_REQUEST";
    check_table_class(request);
    check_billing(request, on_demand);
    TableDefinitionRules(request, on_demand).check();
    check_on_demand_throughput(request, "table", false);
    check_stream_view(request, new_stream_faults);
    check_encryption(request);
    check_tags(request);
    check_absent_settings(request);
}

}  // namespace tailrace::validation
