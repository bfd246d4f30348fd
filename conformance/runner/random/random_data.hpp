#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// Where an item is, or would be.
struct ItemAddress {
    std::string table;
    boost::json::object key;
};

/// One request that is sound in form; whether it succeeds depends on what came before it.
struct RandomRequest {
    std::string operation;
    boost::json::object body;
    /// The answer's items have no order that two endpoints could be held to.
    bool unordered = false;
    /// The items that it writes if it succeeds.
    std::vector<ItemAddress> written{};
};

/// The tables that random requests go to, of the library's shapes hash-s, range-n and indexed.
struct RandomTables {
    std::string hash;
    std::string range;
    std::string indexed;
    /// Whether indexes are read: not where they lag behind their table.
    bool read_indexes = true;
};

/// What random requests are made of. A seed determines it all; the keys are few, so that requests meet.
class RandomData {
  public:
    RandomData(std::uint64_t seed, RandomTables tables) : random_(seed), tables_(std::move(tables)) {}

    /// A number from 0 to below `end`. The standard's distributions differ between libraries; this does not.
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
    bool one_in(std::size_t chances) { return below(chances) == 0; }
    template <std::size_t N>
    std::string pick(const char* const (&choices)[N]) {
        return choices[below(N)];
    }

    const RandomTables& tables() const { return tables_; }
    std::string table();
    boost::json::object key(const std::string& table);
    /// A partition key that the tables with a sort key have.
    boost::json::object partition();
    /// A sort key of this table.
    boost::json::object sort(const std::string& table);
    boost::json::object item(const std::string& table);
    /// The name of an attribute that is of no key of a table.
    std::string attribute();
    std::string number();
    boost::json::object value(int depth = 0);

  private:
    std::mt19937_64 random_;
    RandomTables tables_;
};

/// An attribute value of type S.
boost::json::object text_value(const std::string& text);
/// The key that an item of one of the tables has.
boost::json::object key_of(const boost::json::object& item);

}  // namespace tailrace::conformance
