#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <string_view>
#include <vector>

#include "server/web/web_message.hpp"
#include "server/wire/http_message.hpp"

namespace tailrace::server {

/// Answers one route. Called from several threads at once; what it throws is told as the mount's policy says.
using RouteFunction = std::function<HttpResponse(const WebRequest&)>;

/// One method and path that are answered. The texts are of static storage.
struct Route {
    std::string_view method;
    /// "/_tailrace/streams" or "/_tailrace/mappings/{id}"; as match_path() takes it.
    std::string_view path;
    /// One sentence for people; empty for a route that is not listed.
    std::string_view purpose = {};
    RouteFunction function;
    /// What the function may wait for. One that is not answered at once is called on a few threads beside
    /// those that serve connections, and one that may wait long on others still.
    Answering answering = Answering::briefly;
    /// The members that its body and the parameters that its query may have, and those that are true or
    /// false, where the mount's policy looks at them.
    std::vector<std::string_view> members = {};
    std::vector<std::string_view> parameters = {};
    std::vector<std::string_view> flags = {};
};

/// How an API calls its routes, and the words in which it tells what goes wrong before that, and in one.
struct MountPolicy {
    /// No route has the request's method and path. `has_path` where one has the path.
    HttpResponse (*no_route)(const WebRequest& request, bool has_path);
    /// A route threw this.
    HttpResponse (*failed)(const std::exception& error);
    /// The server has too much to do for this request.
    HttpResponse (*too_many)(std::string_view message);
    /// Answers by a route; null for the route's function as it is.
    HttpResponse (*call)(const Route& route, const WebRequest& request) = nullptr;
};

/// The routes of one API, below one prefix.
class Mount {
  public:
    /// See Router::mount().
    Mount(std::string_view prefix, const MountPolicy& policy) : prefix_(prefix), policy_(policy) {}

    void add(Route route) { routes_.push_back(std::move(route)); }
    /// In the order in which they were added.
    const std::vector<Route>& routes() const { return routes_; }

    /// Whether a path is below the prefix.
    bool serves(std::string_view path) const;
    /// What the answer to a request may wait for.
    Answering answering(std::string_view method, std::string_view path) const;
    /// The route's response or, where there is none or it throws, the policy's.
    HttpResponse answer(WebRequest request) const;
    HttpResponse too_many(std::string_view message) const { return policy_.too_many(message); }

  private:
    HttpResponse call_route(WebRequest& request) const;

    std::string_view prefix_;
    MountPolicy policy_;
    std::vector<Route> routes_;
};

/// Who answers which path: every API but DynamoDB's own, which stands at "/" alone. Mounts and their routes
/// are added before the server serves; after that, calls may come from any thread.
class Router {
  public:
    Router() = default;
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// A mount for the paths that begin with `prefix`, of static storage, in which # stands for a digit. One
    /// that does not end in a slash, "/_tailrace", is a path itself, and the others go on with a slash.
    Mount& mount(std::string_view prefix, const MountPolicy& policy);

    /// The mount that serves a path, the one first made where several do; null where none does.
    const Mount* find(std::string_view path) const;

  private:
    std::deque<Mount> mounts_;
};

}  // namespace tailrace::server
