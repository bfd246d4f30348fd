#pragma once

#include <memory>
#include <string_view>

namespace tailrace {

/// A regular expression that a text has to match as a whole, such as AWS gives for names and ARNs.
///
/// This class wraps std::regex. Only its .cpp file includes <regex>, because a file that does so takes
/// seconds to compile.
class TextPattern {
  public:
    /// `pattern` is an ECMAScript expression.
    explicit TextPattern(std::string_view pattern);
    ~TextPattern();
    TextPattern(const TextPattern&) = delete;
    TextPattern& operator=(const TextPattern&) = delete;

    /// The stack grows with each character, so check the text's length first.
    bool matches(std::string_view text) const;

  private:
    struct Compiled;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace tailrace
