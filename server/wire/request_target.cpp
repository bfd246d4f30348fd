#include "server/wire/request_target.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tailrace::server {

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        if (text[i] == '%' && text.size() - i > 2) {
            const char* digits = text.data() + i + 1;
            const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
            if (error == std::errc() && end == digits + 2) {
                decoded.push_back(static_cast<char>(byte));
                i += 2;
                continue;
            }
        }
        decoded.push_back(text[i]);
    }
    return decoded;
}

std::optional<bool> flag_of(std::string_view value) {
    if (value.empty() || value == "true" || value == "1") return true;
    return value == "false" || value == "0" ? std::optional(false) : std::nullopt;
}

namespace {

/// Decodes a part of a query, in which a plus sign means a space.
std::string decoded_of_query(std::string_view text) {
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decoded(spaced);
}

}  // namespace

RequestTarget::RequestTarget(std::string_view target) {
    if (const std::size_t scheme_end = target.find("://");
        scheme_end != std::string_view::npos &&
        target.substr(0, scheme_end).find('/') == std::string_view::npos) {
        target.remove_prefix(scheme_end + 3);
        authority_ = target.substr(0, target.find_first_of("/?"));
        target.remove_prefix(authority_.size());
    }
    const std::size_t mark = target.find('?');
    path_ = target.substr(0, mark);
    if (path_.size() > 1) take_namespace();
    if (path_.empty()) path_ = "/";
    if (mark != std::string_view::npos) query_ = target.substr(mark + 1);
}

/// Some clients encode the tilde.
void RequestTarget::take_namespace() {
    for (const std::string_view mark : {"/~", "/%7E", "/%7e"}) {
        if (!path_.starts_with(mark)) continue;
        path_.remove_prefix(mark.size());
        namespace_name_ = path_.substr(0, path_.find('/'));
        path_.remove_prefix(namespace_name_->size());
        return;
    }
}

std::optional<std::string> RequestTarget::parameter(std::string_view name) const {
    std::vector<std::string> values = parameters(name);
    return values.empty() ? std::nullopt : std::optional(std::move(values.front()));
}

bool RequestTarget::flag(std::string_view name) const {
    const std::optional<std::string> value = parameter(name);
    return value && flag_of(*value).value_or(false);
}

std::vector<RequestTarget::Parameter> RequestTarget::all_parameters() const {
    std::vector<Parameter> parameters;
    std::string_view rest = query_;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        parameters.emplace_back(
            decoded_of_query(part.substr(0, equals)),
            equals == std::string_view::npos ? std::string() : decoded_of_query(part.substr(equals + 1)));
    }
    return parameters;
}

std::vector<std::string> RequestTarget::parameters(std::string_view name) const {
    std::vector<std::string> values;
    for (Parameter& each : all_parameters()) {
        if (each.first == name) values.push_back(std::move(each.second));
    }
    return values;
}

std::vector<std::string> RequestTarget::parameter_names() const {
    std::vector<std::string> names;
    for (Parameter& each : all_parameters()) names.push_back(std::move(each.first));
    return names;
}

}  // namespace tailrace::server
