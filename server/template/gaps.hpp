#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/template/declarations.hpp"

namespace tailrace::server {

/// Collects what a file declares that has no effect here. The same text is kept once, with its first line.
class Gaps {
  public:
    explicit Gaps(std::string file) : file_(std::move(file)) {}

    void add(int line, std::string text) {
        if (known_.insert(text).second) gaps_.push_back({place(line), std::move(text)});
    }
    Place place(int line) const { return {file_, line}; }
    std::vector<Gap> take() { return std::move(gaps_); }

  private:
    const std::string file_;
    std::set<std::string, std::less<>> known_;
    std::vector<Gap> gaps_;
};

}  // namespace tailrace::server
