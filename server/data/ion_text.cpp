#include "server/data/ion_text.hpp"

#include <utility>

#include "engine/model/base64.hpp"
#include "server/data/bracketed_list.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view version_marker = "$ion_1_0";

bool is_identifier(std::string_view text) {
    constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
    constexpr std::string_view digits = "0123456789";
    if (text.empty() || first.find(text.front()) == std::string_view::npos) return false;
    for (const char c : text) {
        if (first.find(c) == std::string_view::npos && digits.find(c) == std::string_view::npos) return false;
    }
    // These would be read as values, and $1 as the ID of a symbol.
    if (text == "null" || text == "true" || text == "false" || text == "nan") return false;
    return text.front() != '$';
}

void append_ion_text(std::string& out, std::string_view text, char quote) {
    constexpr std::string_view hex = "0123456789abcdef";
    out.push_back(quote);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\') {
            out.append({'\\', c});
        } else if (c == '\n') {
            out.append("\\n");
        } else if (c == '\r') {
            out.append("\\r");
        } else if (c == '\t') {
            out.append("\\t");
        } else if (byte < 0x20 || byte == 0x7f) {
            out.append({'\\', 'x', hex[byte >> 4U], hex[byte & 0xfU]});
        } else {
            out.push_back(c);
        }
    }
    out.push_back(quote);
}

void append_ion(std::string& out, const AttributeValue& value);

struct WriteIon {
    std::string& out;

    void operator()(const std::string& text) const { append_ion_text(out, text, '"'); }
    void operator()(const Number& number) const {
        // A point makes it a decimal instead of an integer.
        const std::string text = number.text();
        out.append(text).append(text.find('.') == std::string::npos ? "." : "");
    }
    void operator()(const Binary& binary) const {
        out.append("{{");
        append_base64(out, binary.bytes);
        out.append("}}");
    }
    void operator()(bool value) const { out.append(value ? "true" : "false"); }
    void operator()(const Null&) const { out.append("null"); }
    void operator()(const AttributeList& list) const {
        append_bracketed(out, list, [this](const AttributeValue& each) { append_ion(out, each); });
    }
    void operator()(const AttributeMap& map) const {
        char before = '{';
        for (const auto& [name, value] : map) {
            out.push_back(std::exchange(before, ','));
            if (is_identifier(name)) {
                out.append(name);
            } else {
                append_ion_text(out, name, '\'');
            }
            out.push_back(':');
            append_ion(out, value);
        }
        out.append(before == '{' ? "{}" : "}");
    }
    void operator()(const StringSet& set) const { annotated("$dynamodb_SS::", set); }
    void operator()(const NumberSet& set) const { annotated("$dynamodb_NS::", set); }
    void operator()(const BinarySet& set) const { annotated("$dynamodb_BS::", set); }

    template <typename T>
    void annotated(std::string_view annotation, const ValueSet<T>& set) const {
        out.append(annotation);
        append_bracketed(out, set.values, *this);
    }
};

void append_ion(std::string& out, const AttributeValue& value) {
    std::visit(WriteIon{out}, value.data());
}

}  // namespace

void append_ion_item(std::string& out, const AttributeMap& item) {
    out.append(version_marker).append(" {Item:");
    WriteIon{out}(item);
    out.push_back('}');
}

}  // namespace tailrace::server
