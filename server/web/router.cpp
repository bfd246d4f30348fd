#include "server/web/router.hpp"

#include <algorithm>

#include "server/wire/path_pattern.hpp"

namespace tailrace::server {
namespace {

bool matches_character(char c, char expected) {
    return expected == '#' ? c >= '0' && c <= '9' : c == expected;
}

}  // namespace

void Mount::guard_since(std::size_t first, const Refusal& refuse) {
    for (std::size_t i = first; i < routes_.size(); ++i) {
        routes_[i].function = [refuse, function = std::move(routes_[i].function)](const WebRequest& request) {
            if (auto refused = refuse()) return std::move(*refused);
            return function(request);
        };
    }
}

bool Mount::serves(std::string_view path) const {
    if (path.size() < prefix_.size()) return false;
    if (!std::ranges::equal(path.substr(0, prefix_.size()), prefix_, matches_character)) return false;
    return path.size() == prefix_.size() || prefix_.ends_with('/') || path[prefix_.size()] == '/';
}

Answering Mount::answering(std::string_view method, std::string_view path) const {
    const auto found = std::ranges::find_if(
        routes_, [&](const Route& route) { return route.method == method && match_path(route.path, path); });
    return found == routes_.end() ? Answering::at_once : found->answering;
}

HttpResponse Mount::answer(WebRequest request) const {
    try {
        if (passage_) return passage_(request, [&] { return call_route(request); });
        return call_route(request);
    } catch (const std::exception& error) {
        return policy_.failed(error);
    }
}

HttpResponse Mount::call_route(WebRequest& request) const {
    bool has_path = false;
    for (const Route& route : routes_) {
        auto values = match_path(route.path, request.target.path());
        if (!values) continue;
        has_path = true;
        if (route.method != request.method) continue;
        request.path_values = std::move(*values);
        return policy_.call != nullptr ? policy_.call(route, request) : route.function(request);
    }
    return policy_.no_route(request, has_path);
}

Mount& Router::mount(std::string_view prefix, const MountPolicy& policy) {
    return mounts_.emplace_back(prefix, policy);
}

const Mount* Router::find(std::string_view path) const {
    const Mount* found = nullptr;
    for (const Mount& mount : mounts_) {
        const bool is_longer = found == nullptr || mount.prefix().size() > found->prefix().size();
        if (is_longer && mount.serves(path)) found = &mount;
    }
    return found;
}

const Service* Router::find_service(std::string_view target) const {
    for (const Service& service : services_) {
        if (target.starts_with(service.prefix)) return &service;
    }
    return nullptr;
}

}  // namespace tailrace::server
