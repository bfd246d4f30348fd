#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace tailrace {

/// Appends JSON to a string. It is faster than the string's own functions for many short texts, because it
/// allocates room ahead of what it writes and removes the unused part in its destructor. Until then nothing
/// else may use the string.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out), used_(out.size()) {}
    ~JsonWriter() { out_.resize(used_); }
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;

    [[gnu::always_inline]] void put(char c) {
        if (used_ == out_.size()) make_room(1);
        out_[used_++] = c;
    }
    [[gnu::always_inline]] void put(std::string_view text) {
        if (text.empty()) return;  // Its data may be null, which memcpy() does not accept.
        if (text.size() > out_.size() - used_) make_room(text.size());
        std::memcpy(out_.data() + used_, text.data(), text.size());
        used_ += text.size();
    }
    /// Appends a text as a JSON string with its quotes.
    void string(std::string_view text);
    /// Appends with a function that can only append to a std::string.
    template <typename Append>
    void append(Append append) {
        out_.resize(used_);
        append(out_);
        used_ = out_.size();
    }

  private:
    void make_room(std::size_t bytes) {
        constexpr std::size_t ahead = 256;
        out_.resize(used_ + bytes + ahead);
    }
    void escaped(std::string_view text);

    std::string& out_;
    std::size_t used_;
};

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace tailrace
