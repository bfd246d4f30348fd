#pragma once

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/validation/shape_table.hpp"

namespace tailrace::inputs {

/// A request to change. `shape` describes its body.
struct SampleRequest {
    std::string operation;
    const validation::Shape* shape;
    boost::json::value body;
    /// True if a person wrote it; the sample's tables answer such a request with 200.
    bool written;
    /// Requests to send before it, in this order: operations and bodies. Only SampleEngine sends them.
    std::vector<std::pair<std::string, boost::json::object>> before = {};
};

/// Requests for every operation of the service model: those of sample_requests.json, and for each operation
/// one with the required members and one with all members, made from the model alone.
std::vector<SampleRequest> sample_requests();

/// A request to Lambda's API or to an endpoint under /_tailrace.
struct SampleCall {
    std::string method;
    std::string target;
    boost::json::value body;
};

/// In `target` the parts to change are in braces.
std::vector<SampleCall> sample_calls();

}  // namespace tailrace::inputs
