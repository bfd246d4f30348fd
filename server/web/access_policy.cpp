#include "server/web/access_policy.hpp"

#include <algorithm>

#include "engine/model/ascii_case.hpp"
#include "server/wire/signature.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view access_denied = "AccessDeniedException";

std::string_view header(const HttpRequest& request, std::string_view name) {
    const HttpHeader* found = request.find_header(name);
    return found == nullptr ? std::string_view() : trimmed(found->value);
}

bool comes_twice(const HttpRequest& request, std::string_view name) {
    const auto has_name = [name](const HttpHeader& each) { return equal_ignoring_case(each.name, name); };
    return std::ranges::count_if(request.headers, has_name) > 1;
}

/// True for application/json and application/something+json, whatever the parameters.
bool is_json(std::string_view content_type) {
    constexpr std::string_view application = "application/";
    constexpr std::string_view suffix = "+json";
    const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
    if (type.size() <= application.size()) return false;
    if (!equal_ignoring_case(type.substr(0, application.size()), application)) return false;
    const std::string_view subtype = type.substr(application.size());
    if (equal_ignoring_case(subtype, "json")) return true;
    return subtype.size() > suffix.size() &&
           equal_ignoring_case(subtype.substr(subtype.size() - suffix.size()), suffix);
}

/// Returns true if the browser shows the response as a page of its own. The page that linked to it cannot
/// read it.
bool is_navigation(const HttpRequest& request) {
    return request.method == "GET" && header(request, "Sec-Fetch-Mode") == "navigate" &&
           header(request, "Sec-Fetch-Dest") == "document";
}

std::string_view bearer_of(std::string_view authorization) {
    constexpr std::string_view scheme = "Bearer ";
    if (authorization.size() < scheme.size()) return {};
    if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
    return trimmed(authorization.substr(scheme.size()));
}

std::vector<PageOrigin> parse_page_origins(const std::vector<std::string>& texts) {
    std::vector<PageOrigin> origins;
    for (const std::string& text : texts) {
        if (auto origin = parse_page_origin(text)) origins.push_back(std::move(*origin));
    }
    return origins;
}

AccessRefusal refused_origin(std::string_view origin) {
    const std::string text(origin);
    if (!fault_of_origin(text).empty()) {
        return {403, access_denied,
                "Pages of the origin '" + text + "' may not send requests to this server."};
    }
    return {403, access_denied,
            "Pages of the origin '" + text +
                "' may not send requests to this server. Allow them with --allow-origin " + text + "."};
}

}  // namespace

bool is_token(std::string_view text, std::string_view token) {
    unsigned difference = text.size() == token.size() ? 0 : 1;
    for (std::size_t i = 0; i < text.size(); ++i) {
        difference |=
            static_cast<unsigned char>(text[i]) ^ static_cast<unsigned char>(token[i % token.size()]);
    }
    return difference == 0;
}

AccessPolicy::AccessPolicy(AccessRules rules)
    : rules_(std::move(rules)),
      origins_(parse_page_origins(rules_.origins)),
      cors_origins_(parse_page_origins(rules_.cors_origins)) {
    for (std::string& each : rules_.hosts) {
        const bool is_zone = each.starts_with("*.");
        if (const auto host = parse_host_name(std::string_view(each).substr(is_zone ? 2 : 0))) {
            each = (is_zone ? "*." : "") + host->name;
        }
    }
}

std::optional<AccessRefusal> AccessPolicy::refusal_after_a_closer_look(const HttpRequest& request,
                                                                       const RequestHead& head,
                                                                       ApiAccess api) const {
    for (const char* name : {"Host", "Origin"}) {
        if (comes_twice(request, name)) {
            return AccessRefusal{403, access_denied,
                                 "The request has the header " + std::string(name) + " more than once."};
        }
    }
    const bool is_open = head.is_dynamodb() && rules_.has_cors;
    if (!head.is_dynamodb() || !head.headers.origin.empty()) {
        if (auto refusal = refusal_of_host(head.host())) return refusal;
    }
    if (is_open) return std::nullopt;
    const bool follows_link = api.has_no_data && head.headers.origin.empty() && is_navigation(request);
    if (!follows_link) {
        if (auto refusal = refusal_of_page(request, head)) return refusal;
    }
    return head.is_dynamodb() ? std::nullopt : refusal_of_caller(request, head, api);
}

std::optional<AccessRefusal> AccessPolicy::refusal_of_host(std::string_view host) const {
    // Browsers always send a Host header; an HTTP/1.0 program may not.
    if (host.empty()) return std::nullopt;
    const std::optional<HostName> parsed = parse_host_name(host);
    if (!parsed) {
        return AccessRefusal{403, access_denied, "'" + std::string(host) + "' is not a host name."};
    }
    if (parsed->is_local()) return std::nullopt;
    const auto allows = [&parsed](const std::string& allowed) {
        if (!allowed.starts_with("*.")) return allowed == parsed->name;
        return parsed->name.size() >= allowed.size() && parsed->name.ends_with(allowed.substr(1));
    };
    if (std::ranges::any_of(rules_.hosts, allows)) return std::nullopt;
    return AccessRefusal{403, access_denied,
                         "Requests to the host '" + parsed->name +
                             "' are refused, because anybody's page could make that name resolve to this "
                             "server. Allow them with --allow-host " +
                             parsed->name + "."};
}

std::optional<AccessRefusal> AccessPolicy::refusal_of_page(const HttpRequest& request,
                                                           const RequestHead& head) const {
    const std::string_view origin = head.headers.origin;
    const std::string_view site = header(request, "Sec-Fetch-Site");
    const bool is_cross_site = equal_ignoring_case(site, "cross-site");
    if (origin.empty()) {
        // Another port of this machine is the same site. If its pages send a request without an Origin, it is
        // for an image, a script or a frame, and none of these is needed from here.
        const bool is_same_site = equal_ignoring_case(site, "same-site");
        if (!is_cross_site && (!is_same_site || is_navigation(request))) return std::nullopt;
        return AccessRefusal{403, access_denied,
                             "Pages of other origins may not send requests to this server. --allow-origin "
                             "ORIGIN allows those that have the header Origin."};
    }
    if (!names(origin, head)) {
        const std::optional<HostName> host = parse_host_name(head.host());
        const bool is_own = host && parse_page_origin(origin) == origin_of_host(*host, request.is_tls);
        if (!is_own || is_cross_site) return refused_origin(origin);
    }
    // Forms, and other requests that a browser sends without a preflight, have bodies of other types.
    if (head.target.is_root() || request.body.empty() || is_json(head.headers.content_type)) {
        return std::nullopt;
    }
    return AccessRefusal{415, "UnsupportedMediaTypeException",
                         "A page's request with a body needs the content type application/json, or one that "
                         "begins with application/ and ends with +json."};
}

std::optional<AccessRefusal> AccessPolicy::refusal_of_caller(const HttpRequest& request,
                                                             const RequestHead& head, ApiAccess api) const {
    if (api.is_admin && !rules_.has_admin) {
        return AccessRefusal{404, "UnknownOperationException",
                             "This server was started with --no-admin: it serves only DynamoDB's API and the "
                             "caches."};
    }
    if (!api.needs_token || rules_.admin_token.empty()) return std::nullopt;
    // A preflight carries no credentials, because it asks whether the browser may send them.
    if (request.method == "OPTIONS" && !head.headers.origin.empty()) return std::nullopt;
    const std::string_view authorization = trimmed(head.headers.authorization);
    const std::string access_key = access_key_of(authorization);
    for (const std::string_view text :
         {header(request, "X-Tailrace-Token"), bearer_of(authorization), std::string_view(access_key)}) {
        if (!text.empty() && is_token(text, rules_.admin_token)) return std::nullopt;
    }
    return AccessRefusal{
        401, "UnrecognizedClientException",
        "Everything except DynamoDB's API and the caches requires the token that this server was started "
        "with: in 'Authorization: Bearer TOKEN', in 'X-Tailrace-Token: TOKEN', or as the access key id "
        "of a signed request."};
}

ReadableBy AccessPolicy::readable_by(const RequestHead& head) const {
    if (head.headers.origin.empty()) return ReadableBy::own_pages;
    if (head.is_dynamodb() && rules_.has_cors) return ReadableBy::every_page;
    return names(head.headers.origin, head) ? ReadableBy::asking_origin : ReadableBy::own_pages;
}

bool AccessPolicy::names(std::string_view origin, const RequestHead& head) const {
    if (origins_.empty() && cors_origins_.empty()) return false;
    const std::optional<PageOrigin> parsed = parse_page_origin(origin);
    if (!parsed) return false;
    if (std::ranges::find(origins_, *parsed) != origins_.end()) return true;
    return head.is_dynamodb() && std::ranges::find(cors_origins_, *parsed) != cors_origins_.end();
}

std::string fault_of_origin(const std::string& text) {
    if (text == "null") return "the origin 'null' cannot be allowed, because any page can have it";
    return parse_page_origin(text) ? "" : "'" + text + "' is not an origin such as http://localhost:3000";
}

std::string fault_of_host(const std::string& text) {
    const std::string name = text.starts_with("*.") ? text.substr(2) : text;
    const std::optional<HostName> host = parse_host_name(name);
    return host && host->port.empty()
               ? ""
               : "'" + text + "' is not a host name such as music.test or *.music.test";
}

std::string fault_of_token(const std::string& text) {
    const auto is_visible = [](char c) { return c > ' ' && c < '\x7f' && c != '/' && c != ','; };
    // The message leaves out the token, since it may end up in a log.
    const bool is_token = !text.empty() && std::ranges::all_of(text, is_visible);
    return is_token ? "" : "a token may have only visible ASCII characters, and no commas or slashes";
}

}  // namespace tailrace::server
