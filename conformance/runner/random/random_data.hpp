#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// The table and key of an item, whether or not it exists.
struct ItemAddress {
    std::string table;
    boost::json::object key;
};

/// A well-formed request; whether it succeeds depends on the requests before it.
struct RandomRequest {
    std::string operation;
    boost::json::object body;
    /// True if two endpoints may return the answer's items in different orders.
    bool unordered = false;
    /// The items that it writes if it succeeds.
    std::vector<ItemAddress> written{};
};

/// The tables that random requests use, of the library's shapes hash-s, range-n and indexed.
struct RandomTables {
    std::string hash;
    std::string range;
    std::string indexed;
    /// True to read indexes as well. False for an endpoint whose indexes lag behind their tables.
    bool read_indexes = true;
};

/// Random parts of requests, all determined by a seed. There are few keys, so that requests often use the
/// same items.
class RandomData {
  public:
    RandomData(std::uint64_t seed, RandomTables tables) : random_(seed), tables_(std::move(tables)) {}

    /// A number from 0 up to but not including `end`. The standard's distributions differ between libraries;
    /// this one does not.
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
    bool one_in(std::size_t chances) { return below(chances) == 0; }
    template <std::size_t N>
    std::string pick(const char* const (&choices)[N]) {
        return choices[below(N)];
    }

    const RandomTables& tables() const { return tables_; }
    std::string table();
    boost::json::object key(const std::string& table);
    /// A random partition key of the tables that have a sort key.
    boost::json::object partition();
    /// A random sort key of this table.
    boost::json::object sort(const std::string& table);
    boost::json::object item(const std::string& table);
    /// The name of an attribute that belongs to no table's key.
    std::string attribute();
    std::string number();
    boost::json::object value(int depth = 0);

  private:
    std::mt19937_64 random_;
    RandomTables tables_;
};

/// An attribute value of type S.
boost::json::object text_value(const std::string& text);
/// The key of an item of one of the tables.
boost::json::object key_of(const boost::json::object& item);

}  // namespace tailrace::conformance
