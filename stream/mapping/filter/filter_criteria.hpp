#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

namespace tailrace::stream {

/// Lambda lets a mapping have that many filters unless it is asked for more.
constexpr std::size_t max_filters = 5;
constexpr std::size_t max_filter_length = 4096;

/// The filters of an event source mapping. A filter is a pattern of a record:
///
///     pattern  = object
///     object   = { KEY: field, … }              all of its fields must match, at least one
///     field    = object                         what is under KEY matches
///              | [ alternative, … ]             what is under KEY is one of these, at least one
///              | "$or": [ object, object, … ]   one of these matches, at least two
///
/// where an alternative is as make_value_matcher() takes it. A list in the record matches when one of its
/// elements does, and {"exists": false} when nowhere in the record a value stands at that place.
/// Immutable, so it may be used from any thread; copies are cheap.
/// Source: "Control which events Lambda sends to your function".
class FilterCriteria {
  public:
    /// Throws std::invalid_argument with Lambda's message.
    explicit FilterCriteria(const std::vector<std::string>& patterns);

    /// Whether a stream's record passes: one of the patterns matches, or there is none.
    bool matches(const boost::json::value& record) const;

    struct Fields;

  private:
    std::vector<std::shared_ptr<const Fields>> patterns_;
};

}  // namespace tailrace::stream
