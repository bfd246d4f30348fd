#include "stream/mapping/delivery/delivery_rules.hpp"

#include "stream/mapping/filter/filter_criteria.hpp"

namespace tailrace::stream {

DeliveryRules delivery_rules(const MappingParameters& parameters, std::chrono::milliseconds first_retry_wait,
                             Timestamp began) {
    DeliveryRules rules{parameters, first_retry_wait};
    rules.began = began;
    if (!parameters.filters.empty()) {
        rules.accepts = [criteria = FilterCriteria(parameters.filters)](const boost::json::value& record) {
            return criteria.matches(record);
        };
    }
    return rules;
}

}  // namespace tailrace::stream
