#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace tailrace::operation {

/// The elements of a list in a response, separated by commas.
class ResponseList {
  public:
    /// `json` must not be empty.
    void add(std::string_view json) { text_.append(text_.empty() ? "" : ",").append(json); }
    const std::string& elements_json() const { return text_; }

  private:
    std::string text_;
};

/// A response body that is written from front to back, so that stored items can be copied into it unchanged.
class ResponseBody {
  public:
    /// `json` is the member's value in wire JSON. `name` must not need escaping.
    void member(std::string_view name, std::string_view json) {
        open_member(name);
        text_.append(json);
    }
    /// Numbers with a fraction are written in AWS's form: capacity units 0.5, 1.0 and 12.5, times
    /// 1.795275392179E9.
    void member(std::string_view name, const boost::json::value& value);
    /// An array of `elements_json`, which must be separated by commas.
    void list(std::string_view name, std::string_view elements_json) {
        member(name, std::string_view("["));
        text_.append(elements_json).append("]");
    }
    void reserve(std::size_t bytes) { text_.reserve(bytes); }
    /// The finished object.
    std::string take() && { return std::move(text_.append("}")); }

  private:
    void open_member(std::string_view name) {
        text_.append(text_.size() == 1 ? "\"" : ",\"").append(name).append("\":");
    }

    std::string text_ = "{";
};

}  // namespace tailrace::operation
