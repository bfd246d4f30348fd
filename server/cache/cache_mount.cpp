#include "server/cache/cache_mount.hpp"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "engine/model/base64.hpp"
#include "server/cache/cache_token.hpp"
#include "server/web/access_policy.hpp"
#include "server/wire/moment.hpp"
#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

constexpr int no_content_status = 204;
constexpr int bad_request = 400;
constexpr int unauthorized = 401;
constexpr int not_found = 404;
constexpr int method_not_allowed = 405;
constexpr int too_many_requests = 429;
constexpr int internal_error = 500;

HttpResponse text_response(int status, std::string_view text) {
    HttpResponse response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body.append(text).append("\n");
    return response;
}

/// A request is refused, with this status and message.
class CacheRefusal : public std::runtime_error {
  public:
    CacheRefusal(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
    int status() const { return status_; }

  private:
    int status_;
};

HttpResponse no_cache_route(const WebRequest& request, bool has_path) {
    if (has_path) {
        return text_response(method_not_allowed,
                             std::string(request.method) + ": a cache answers GET, PUT and DELETE");
    }
    return text_response(not_found, "The only path is /cache/{cacheName}?key=KEY");
}

HttpResponse failed_cache_request(const std::exception& error) {
    const auto* refusal = dynamic_cast<const CacheRefusal*>(&error);
    return text_response(refusal != nullptr ? refusal->status() : internal_error, error.what());
}

HttpResponse refused_cache_request(int status, std::string_view message) {
    return text_response(status, message);
}

class CacheDoor {
  public:
    CacheDoor(Caches& caches, const Clock& clock, std::string token)
        : caches_(caches), clock_(clock), token_(std::move(token)) {}

    HttpResponse get(const WebRequest& request) const {
        const std::string key = open(request, {"key", "key_base64", "token"});
        auto value = caches_.get(cache_of(request), key);
        if (!value) return text_response(not_found, "Key Not Found");
        HttpResponse response;
        response.content_type = "application/octet-stream";
        response.body = std::move(*value);
        return response;
    }

    HttpResponse put(const WebRequest& request) const {
        const std::string key = open(request, {"key", "key_base64", "token", "ttl_seconds"});
        const std::optional<std::string> seconds = request.target.parameter("ttl_seconds");
        if (!seconds) throw CacheRefusal(bad_request, "The parameter ttl_seconds is missing");
        const std::chrono::seconds time_to_live = parse_time_to_live(*seconds);
        if (time_to_live.count() == 0) {
            throw CacheRefusal(bad_request, "ttl_seconds is a whole number of seconds from 1 to " +
                                                std::to_string(max_time_to_live.count()));
        }
        try {
            caches_.set(cache_of(request), key, request.body, time_to_live);
        } catch (const std::length_error& error) {
            throw CacheRefusal(too_many_requests, error.what());
        }
        return stored();
    }

    HttpResponse erase(const WebRequest& request) const {
        const std::string key = open(request, {"key", "key_base64", "token"});
        caches_.erase(cache_of(request), key);
        return stored();
    }

  private:
    static HttpResponse stored() {
        HttpResponse response;
        response.status = no_content_status;
        return response;
    }
    static std::string_view cache_of(const WebRequest& request) { return request.path_values.front(); }

    /// Checks a request and returns its key. Throws CacheRefusal if the request may not be carried out.
    std::string open(const WebRequest& request, std::initializer_list<std::string_view> known) const {
        check_token(request);
        for (const std::string& name : request.target.parameter_names()) {
            if (std::ranges::find(known, std::string_view(name)) == known.end()) {
                throw CacheRefusal(bad_request,
                                   "Unknown parameter '" + name + "' of " + std::string(request.method));
            }
        }
        std::string key = key_of(request);
        if (!caches_.has(cache_of(request))) throw CacheRefusal(not_found, "Cache Not Found");
        return key;
    }

    static std::string key_of(const WebRequest& request) {
        std::optional<std::string> key = request.target.parameter("key");
        const std::optional<std::string> base64 = request.target.parameter("key_base64");
        if (key.has_value() == base64.has_value()) {
            throw CacheRefusal(bad_request, "The parameter key or key_base64 is needed");
        }
        if (base64) {
            key = decode_base64_url(*base64);
            if (!key) throw CacheRefusal(bad_request, "key_base64 is not base64 for URLs");
        }
        if (key->empty()) throw CacheRefusal(bad_request, "The key is empty");
        return std::move(*key);
    }

    void check_token(const WebRequest& request) const {
        std::string token(trimmed(request.header("Authorization")));
        if (token.empty()) token = request.target.parameter("token").value_or("");
        if (token.empty()) {
            throw CacheRefusal(unauthorized,
                               "A token is needed, in the header Authorization or as the parameter token");
        }
        if (token.find(' ') != std::string::npos) {
            throw CacheRefusal(unauthorized, "A token has no spaces; send it alone, without 'Bearer'");
        }
        if (!token_.empty() && !is_token(token, token_)) {
            throw CacheRefusal(unauthorized, "The token does not match --cache-token");
        }
        const std::optional<Timestamp> expiry = expiry_of_token(token);
        if (expiry && *expiry <= clock_.now()) {
            throw CacheRefusal(unauthorized, "The token expired at " + iso_time(*expiry));
        }
    }

    Caches& caches_;
    const Clock& clock_;
    const std::string token_;
};

}  // namespace

void mount_caches(Router& router, Caches& caches, const Clock& clock, std::string token) {
    constexpr std::string_view path = "/cache/{cacheName}";
    Mount& mount = router.mount("/cache/", {.no_route = no_cache_route,
                                            .failed = failed_cache_request,
                                            .refused = refused_cache_request,
                                            .access = {.is_admin = false, .needs_token = false}});
    const auto door = std::make_shared<const CacheDoor>(caches, clock, std::move(token));
    mount.add({.method = "GET", .path = path, .function = [door](const WebRequest& request) {
                   return door->get(request);
               }});
    mount.add({.method = "PUT", .path = path, .function = [door](const WebRequest& request) {
                   return door->put(request);
               }});
    mount.add({.method = "DELETE", .path = path, .function = [door](const WebRequest& request) {
                   return door->erase(request);
               }});
}

}  // namespace tailrace::server
