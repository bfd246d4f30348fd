#pragma once

#include "conformance/runner/random/random_data.hpp"

namespace tailrace::conformance {

/// A sequence of requests that a seed determines: reads and writes of every kind, on few keys, so that they
/// often use the same items.
class RandomRequests {
  public:
    RandomRequests(std::uint64_t seed, RandomTables tables) : data_(seed, std::move(tables)) {}

    RandomRequest next();

  private:
    /// Adds a condition or a filter to the request.
    void add_condition(boost::json::object& request, const char* member);
    void add_update(boost::json::object& request);
    void add_value(boost::json::object& request, const std::string& name, boost::json::object value);
    void add_capacity(boost::json::object& request);
    void add_return_values(boost::json::object& request, const std::string& choice);

    RandomRequest put_item();
    RandomRequest update_item();
    RandomRequest delete_item();
    RandomRequest get_item();
    RandomRequest query();
    RandomRequest query_index();
    RandomRequest scan();
    RandomRequest batch_get_item();
    RandomRequest batch_write_item();
    RandomRequest transact_get_items();
    RandomRequest transact_write_items();

    RandomData data_;
};

}  // namespace tailrace::conformance
