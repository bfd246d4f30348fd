#include "engine/validation/pattern_compiler.hpp"

#include <limits>
#include <stdexcept>
#include <string>

namespace tailrace::validation::generator {
namespace {

constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t highest_ascii = 127;
constexpr std::string_view whitespace = " \t\n\v\f\r";

class Compiler {
  public:
    explicit Compiler(std::string_view text) : text_(text), rest_(text) {}

    CompiledPattern compile() {
        CompiledPattern pattern;
        if (rest_.starts_with('^')) take();
        if (rest_.starts_with('(') && rest_.ends_with(")+")) {
            pattern.repeated = true;
            rest_.remove_prefix(1);
            rest_.remove_suffix(2);
        }
        while (!rest_.empty() && rest_ != "$") pattern.segments.push_back(segment());
        if (pattern.repeated && pattern.segments.front().least == 0) refuse();
        return pattern;
    }

  private:
    [[noreturn]] void refuse() const {
        throw std::invalid_argument("pattern beyond the generator's subset: " + std::string(text_));
    }

    char take() {
        if (rest_.empty()) refuse();
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    static void add(CompiledSegment& segment, std::uint32_t from, std::uint32_t to) {
        for (std::uint32_t c = from; c <= to && c <= highest_ascii; ++c) {
            segment.ascii[c >> 6] |= std::uint64_t{1} << (c & 63);
        }
        if (to > highest_ascii) segment.beyond_ascii = true;
    }

    static void add_all(CompiledSegment& segment, std::string_view characters) {
        for (const char c : characters) {
            add(segment, static_cast<unsigned char>(c), static_cast<unsigned char>(c));
        }
    }

    static void remove_all(CompiledSegment& segment, std::string_view characters) {
        for (const char c : characters) {
            const auto bit = static_cast<unsigned>(c);
            segment.ascii[bit >> 6] &= ~(std::uint64_t{1} << (bit & 63));
        }
    }

    /// What follows "\\p". Beyond ASCII, where the tables would be large, every character counts as a member
    /// of every Unicode category.
    void add_category(CompiledSegment& segment) {
        const std::size_t end = rest_.find('}');
        if (!rest_.starts_with('{') || end == std::string_view::npos) refuse();
        const std::string_view category = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        if (category == "Print") {
            add(segment, ' ', '~');
            return;
        }
        if (category == "L") {
            add(segment, 'a', 'z');
            add(segment, 'A', 'Z');
        } else if (category == "N") {
            add(segment, '0', '9');
        } else if (category == "S") {
            add_all(segment, "$+<=>^`|~");
        } else if (category == "P") {
            add_all(segment, "!\"#%&'()*,-./:;?@[\\]_{}");
        } else if (category != "M") {
            refuse();
        }
        segment.beyond_ascii = true;
    }

    std::uint32_t code(std::size_t digits) {
        if (rest_.size() < digits) refuse();
        const std::string hex(rest_.substr(0, digits));
        rest_.remove_prefix(digits);
        return static_cast<std::uint32_t>(std::stoul(hex, nullptr, 16));
    }

    // Reads what follows a backslash. If it is a character class, adds the class to `segment` and returns
    // `unlimited`. If it is a single character, returns the character.
    std::uint32_t escape(CompiledSegment& segment) {
        const char c = take();
        switch (c) {
            case 'u':
                return code(4);
            case 'x':
                return code(2);
            case 'r':
                return '\r';
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'w':
                add(segment, 'a', 'z');
                add(segment, 'A', 'Z');
                add(segment, '_', '_');
                [[fallthrough]];
            case 'd':
                add(segment, '0', '9');
                return unlimited;
            case 's':
                add_all(segment, whitespace);
                return unlimited;
            case 'S':
                add(segment, 0, highest_ascii + 1);
                remove_all(segment, whitespace);
                return unlimited;
            case 'p':
                add_category(segment);
                return unlimited;
            default:
                return static_cast<unsigned char>(c);
        }
    }

    std::uint32_t character(CompiledSegment& segment) {
        const char c = take();
        return c == '\\' ? escape(segment) : static_cast<unsigned char>(c);
    }

    void bracketed(CompiledSegment& segment) {
        const bool negated = rest_.starts_with('^');
        if (negated) take();
        while (!rest_.starts_with(']')) {
            const std::uint32_t from = character(segment);
            if (from == unlimited) continue;
            std::uint32_t to = from;
            if (rest_.starts_with('-') && rest_.size() > 1 && rest_[1] != ']') {
                take();
                to = character(segment);
                if (to == unlimited) refuse();
            }
            add(segment, from, to);
        }
        take();
        if (negated) {
            segment.ascii = {~segment.ascii[0], ~segment.ascii[1]};
            segment.beyond_ascii = !segment.beyond_ascii;
        }
    }

    std::uint32_t number() {
        std::uint32_t value = 0;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            value = value * 10 + static_cast<std::uint32_t>(take() - '0');
        }
        return value;
    }

    void quantity(CompiledSegment& segment) {
        if (rest_.empty()) return;
        switch (rest_.front()) {
            case '+':
                segment.most = unlimited;
                break;
            case '*':
                segment.least = 0;
                segment.most = unlimited;
                break;
            case '?':
                segment.least = 0;
                break;
            case '{':
                take();
                segment.least = segment.most = number();
                if (rest_.starts_with(',')) {
                    take();
                    segment.most = number();
                }
                if (!rest_.starts_with('}')) refuse();
                break;
            default:
                return;
        }
        take();
    }

    CompiledSegment segment() {
        CompiledSegment result;
        if (rest_.starts_with('[')) {
            take();
            bracketed(result);
        } else if (rest_.front() == '.') {
            take();
            add(result, 0, highest_ascii + 1);
            remove_all(result, "\n\r");
        } else if (rest_.front() == '(' || rest_.front() == '|') {
            refuse();
        } else if (const std::uint32_t c = character(result); c != unlimited) {
            add(result, c, c);
        }
        quantity(result);
        return result;
    }

    std::string_view text_;
    std::string_view rest_;
};

}  // namespace

CompiledPattern compile_pattern(std::string_view text) {
    return Compiler(text).compile();
}

}  // namespace tailrace::validation::generator
