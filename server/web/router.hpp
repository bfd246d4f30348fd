#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/operation/engine.hpp"
#include "server/web/access_policy.hpp"
#include "server/web/web_message.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/signing_service.hpp"

namespace tailrace::server {

/// Answers one route. Called from several threads at once. If it throws, the mount's policy answers.
using RouteFunction = std::function<HttpResponse(const WebRequest&)>;

/// The kind of a value in a request. A flag is true or false; its name alone means true.
enum class FieldKind : std::uint8_t { text, number, flag, list };

/// A member that the body of a route's request may have, or a parameter of its query.
struct RouteField {
    std::string_view name;
    FieldKind kind = FieldKind::text;
};

/// A method and path that are answered. The texts must have static storage.
struct Route {
    std::string_view method;
    /// A pattern for match_path(): "/_tailrace/streams" or "/_tailrace/mappings/{id}".
    std::string_view path;
    /// One sentence for people; empty for a route that is not listed.
    std::string_view purpose = {};
    RouteFunction function;
    /// What the function may wait for. A function that does not answer at once is called on a few extra
    /// threads, not on those that serve connections. One that may wait long is called on other extra threads.
    Answering answering = Answering::briefly;
    /// The members that the body may have, and the parameters that the query may have. They matter only if
    /// the mount's policy checks them.
    std::vector<RouteField> members = {};
    std::vector<RouteField> parameters = {};
    /// The media types of a body and of an answer that are not JSON objects; empty if they are.
    std::string_view body_type = {};
    std::string_view answer_type = {};
};

/// The signatures of an API's requests.
struct MountSigning {
    /// Without a name if requests need no signature.
    SigningService service = {};
    /// Answers a request whose signature does not verify. Null only without a service.
    HttpResponse (*refused)(const ApiError& error) = nullptr;
};

/// How an API calls its routes, and how it answers if there is no route or a route fails.
struct MountPolicy {
    /// Answers if no route has the request's method and path. `has_path` is true if one has the path.
    HttpResponse (*no_route)(const WebRequest& request, bool has_path);
    /// Answers if a route threw this.
    HttpResponse (*failed)(const std::exception& error);
    /// Answers a request that is refused before it reaches a route: with 429 if the server is too busy for
    /// it, with 400 if it cannot be understood.
    HttpResponse (*refused)(int status, std::string_view message);
    /// Calls a route's function, or refuses the request. If null, the function is called directly.
    HttpResponse (*call)(const Route& route, const WebRequest& request) = nullptr;
    ApiAccess access = {};
    MountSigning signing = {};
};

/// The routes of one API, which are below one prefix.
class Mount {
  public:
    /// See Router::mount().
    Mount(std::string_view prefix, const MountPolicy& policy) : prefix_(prefix), policy_(policy) {}

    void add(Route route) { routes_.push_back(std::move(route)); }
    /// Each route whose index is at least `first` calls `refuse` before it handles a request. If `refuse`
    /// returns a response, that response is the answer.
    using Refusal = std::function<std::optional<HttpResponse>()>;
    void guard_since(std::size_t first, const Refusal& refuse);
    /// In the order in which they were added.
    const std::vector<Route>& routes() const { return routes_; }

    std::string_view prefix() const { return prefix_; }
    ApiAccess access() const { return policy_.access; }
    const MountSigning& signing() const { return policy_.signing; }

    /// A function that every request passes on its way to its route. It calls `answer` to have the route
    /// answer.
    using Passage =
        std::function<HttpResponse(const WebRequest& request, const std::function<HttpResponse()>& answer)>;
    void set_passage(Passage passage) { passage_ = std::move(passage); }

    /// Returns true if a path is below the prefix.
    bool serves(std::string_view path) const;
    /// Returns what the answer to a request may wait for.
    Answering answering(std::string_view method, std::string_view path) const;
    /// Returns the route's response. If there is no route or it throws, returns the policy's.
    HttpResponse answer(WebRequest request) const;
    HttpResponse refuse(int status, std::string_view message) const {
        return policy_.refused(status, message);
    }

  private:
    HttpResponse call_route(WebRequest& request) const;

    std::string_view prefix_;
    MountPolicy policy_;
    std::vector<Route> routes_;
    Passage passage_;
};

/// A request for one operation of a service. Views are valid for the duration of the call.
struct ServiceRequest {
    std::string_view operation;
    std::string_view body;
    const Caller& caller;
};

/// Must not throw: it answers errors in the service's own form.
using ServiceFunction = std::function<HttpResponse(const ServiceRequest&)>;

/// A service that shares the path "/" with DynamoDB. The header x-amz-target names its operations:
/// "AWSCognitoIdentityProviderService.ListUsers".
struct Service {
    /// Ends with the dot; must have static storage.
    std::string_view prefix;
    SigningService signing;
    ServiceFunction function;
};

/// Finds the API that answers a request: any but DynamoDB's own. Mounts, their routes and services are added
/// before the server serves. After that, calls may come from any thread.
class Router {
  public:
    Router() = default;
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// Adds a mount for the paths that begin with `prefix`, which must have static storage. A # in it matches
    /// a digit. If the prefix does not end in a slash, such as "/_tailrace", the mount serves the prefix
    /// itself and the paths that continue it with a slash.
    Mount& mount(std::string_view prefix, const MountPolicy& policy);

    /// Returns the mount that serves a path, the one with the longest prefix if there are several, or null if
    /// there is none.
    const Mount* find(std::string_view path) const;

    void add_service(Service service) { services_.push_back(std::move(service)); }
    /// Returns the service that a request's x-amz-target names, or null if it names none of them.
    const Service* find_service(std::string_view target) const;

  private:
    std::deque<Mount> mounts_;
    std::vector<Service> services_;
};

}  // namespace tailrace::server
