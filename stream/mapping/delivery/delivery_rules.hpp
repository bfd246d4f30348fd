#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>

#include "engine/model/clock.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// The rules by which a mapping's batches are formed and sent. They follow from its parameters, and are
/// replaced when these change.
struct DeliveryRules {
    MappingParameters parameters;
    /// The wait after the first failure. It doubles with each failure, up to a hundredfold.
    std::chrono::milliseconds first_retry_wait{100};
    /// Returns true if the filters let a record pass. Empty if there are no filters.
    std::function<bool(const boost::json::value& record)> accepts = {};
    /// When these rules came into force. The batching window of an older record begins at this time. With the
    /// default value a record's window begins when the record is read.
    Timestamp began = Timestamp::max();

    /// The windows of a shard follow one another, so a mapping with windows has one lane in each shard.
    std::size_t lanes() const {
        return parameters.tumbling_window.count() > 0 ? 1 : parameters.parallelization_factor;
    }
};

/// Returns the rules for parameters that are in force from `began` on. Throws std::invalid_argument for
/// filters that are not valid.
DeliveryRules delivery_rules(const MappingParameters& parameters, std::chrono::milliseconds first_retry_wait,
                             Timestamp began);

}  // namespace tailrace::stream
