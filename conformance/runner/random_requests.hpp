#pragma once

#include <boost/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// One request that is sound in form; whether it succeeds depends on what came before it.
struct RandomRequest {
    std::string operation;
    boost::json::object body;
    /// The answer's items have no order that two endpoints could be held to.
    bool unordered = false;
};

/// A sequence of requests that a seed determines: reads and writes of every kind on a few keys, so that they
/// meet often. The tables are of the library's shapes hash-s, range-n and indexed.
class RandomRequests {
  public:
    struct Tables {
        std::string hash;
        std::string range;
        std::string indexed;
        /// Whether indexes are read: not where they lag behind their table.
        bool read_indexes = true;
    };

    RandomRequests(std::uint64_t seed, Tables tables) : random_(seed), tables_(std::move(tables)) {}

    RandomRequest next();

  private:
    /// A number from 0 to below `end`. The standard's distributions differ between libraries; this does not.
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
    bool one_in(std::size_t chances) { return below(chances) == 0; }
    template <std::size_t N>
    std::string pick(const char* const (&choices)[N]) {
        return choices[below(N)];
    }

    std::string number();
    boost::json::object value(int depth = 0);
    std::string table();
    boost::json::object key(const std::string& table);
    boost::json::object item(const std::string& table);
    /// Adds a condition to the request, or a filter.
    void add_condition(boost::json::object& request, const char* member);
    void add_update(boost::json::object& request);
    void add_value(boost::json::object& request, const std::string& name, boost::json::object value);
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

    std::mt19937_64 random_;
    Tables tables_;
};

}  // namespace tailrace::conformance
