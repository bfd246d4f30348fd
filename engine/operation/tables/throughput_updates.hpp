#pragma once

#include <string>

#include "engine/operation/tables/table_request.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::operation {

/// When units are changed, and whether there is a limit on how often they are decreased.
struct ChangeTerms {
    Timestamp now;
    bool limits_decreases = false;
};

/// New units for an index, or for the table if `index` is empty.
struct ThroughputChange {
    table::Throughput wanted;
    std::string index;
    ChangeTerms terms;
};

/// Sets the new units. Until the transition is over, descriptions show the old units with the time of this
/// change, as was seen on AWS. Throws ApiError::validation if nothing would change. After four decreases in
/// one day (UTC), throws LimitExceededException for another one if the last is less than an hour ago. Source
/// of the limit: observations of AWS in aws-controllers-k8s/dynamodb-controller, DDB-TABLE-184, 185 and 326,
/// October 2026.
void update_throughput(table::Throughput& throughput, const ThroughputChange& change,
                       table::Transition& transition);

/// BillingMode and ProvisionedThroughput of an UpdateTable. Throws ApiError::validation if they do not fit
/// each other, the current table or its indexes. The definition must have its transition.
void update_billing(const UpdateTableRequest& request, table::TableDefinition& definition,
                    const ChangeTerms& terms);

/// Sets each number of decreases to 0 if the last decrease was on an earlier day in UTC.
void forget_earlier_decreases(table::TableDefinition& definition, Timestamp now);

}  // namespace tailrace::operation
