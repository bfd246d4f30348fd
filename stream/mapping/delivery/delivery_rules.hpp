#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>

#include "engine/model/clock.hpp"
#include "stream/mapping/parameters/mapping_parameters.hpp"

namespace tailrace::stream {

/// What a mapping's batches are made and sent by: its parameters, as they stand until they are changed.
struct DeliveryRules {
    MappingParameters parameters;
    /// The wait after the first failure; it doubles with each up to a hundredfold.
    std::chrono::milliseconds first_retry_wait{100};
    /// Whether the filters let a record pass; empty where there are none.
    std::function<bool(const boost::json::value& record)> accepts = {};
    /// Since when they have been in force. Left out, a record's batching window begins when it is read.
    Timestamp began = Timestamp::max();

    /// A shard's windows are one after the other, so that a mapping with windows has one lane in each shard.
    std::size_t lanes() const {
        return parameters.tumbling_window.count() > 0 ? 1 : parameters.parallelization_factor;
    }
};

/// The rules of parameters that are in force from `began` on. Throws std::invalid_argument for filters that
/// cannot be used.
DeliveryRules delivery_rules(const MappingParameters& parameters, std::chrono::milliseconds first_retry_wait,
                             Timestamp began);

}  // namespace tailrace::stream
