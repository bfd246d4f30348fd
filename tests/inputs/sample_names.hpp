#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace::inputs {

/// Values of the sample's tables that only a running engine knows. Requests have a placeholder for each:
/// $STREAM, $SHARD, $ITERATOR, $SEQUENCE, $TOKEN, and those of add().
class SampleNames {
  public:
    /// Returns an operation's answer.
    using Ask =
        std::function<boost::json::value(std::string_view operation, const boost::json::object& body)>;

    SampleNames() = default;
    /// Asks about the table "things", which has a stream and an item.
    explicit SampleNames(const Ask& ask);

    void add(std::string_view placeholder, std::string value);
    std::string filled_in(std::string text) const;

  private:
    std::vector<std::pair<std::string_view, std::string>> values_;
};

}  // namespace tailrace::inputs
