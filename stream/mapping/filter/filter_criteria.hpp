#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

namespace tailrace::stream {

/// The maximum number of filters of a mapping. Lambda raises this quota on request.
constexpr std::size_t max_filters = 5;
constexpr std::size_t max_filter_length = 4096;

/// The filters of an event source mapping. A filter is a pattern of a record:
///
///     pattern  = object
///     object   = { KEY: field, … }              all of its fields (one or more) must match
///     field    = object                         the value of KEY matches it
///              | [ alternative, … ]             the value of KEY is one of these (one or more)
///              | "$or": [ object, object, … ]   one of these (two or more) matches
///
/// make_value_matcher() says what an alternative is. A list in the record matches if one of its elements
/// does. {"exists": false} matches if the record has no value at that path.
/// Immutable, so it may be used from any thread; copies are cheap.
/// Source: "Control which events Lambda sends to your function".
class FilterCriteria {
  public:
    /// Throws std::invalid_argument with Lambda's message.
    explicit FilterCriteria(const std::vector<std::string>& patterns);

    /// Returns true if a stream record passes: one of the patterns matches, or there are no patterns.
    bool matches(const boost::json::value& record) const;

    struct Fields;

  private:
    std::vector<std::shared_ptr<const Fields>> patterns_;
};

}  // namespace tailrace::stream
