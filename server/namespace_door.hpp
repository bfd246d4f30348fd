#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/model/api_error.hpp"
#include "server/front_door.hpp"
#include "server/namespaces.hpp"
#include "server/process/log.hpp"
#include "server/tailrace.hpp"
#include "server/web/router.hpp"
#include "server/wire/http_message.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {

/// Owns the namespaces, chooses the one of a request, and has the request answered there. The first of these
/// that the request has is used: the path "/~NAME/…", the header x-tailrace-namespace, the user in
/// Proxy-Authorization if the client uses this server as a proxy, or the credentials, if the isolation asks
/// for them. Requests without any of these go to the default namespace with no further work.
///
/// A request to a namespace that does not exist is answered as by an empty one. It makes the namespace only
/// if it may create something: if it is a CreateTable that is not refused, an operation of Cognito, or, at
/// any path but "/" and "/_tailrace/namespaces", anything except GET, HEAD and OPTIONS.
class NamespaceDoor final : public RequestHandler {
  public:
    /// `home` is the default namespace, and `door` has the rules for requests to all namespaces. The first
    /// two arguments must outlive this object. The account, the region and the access key of home's options
    /// mean the default namespace. The server's functions sign with that key. It may be the token of
    /// --admin-token, so it must never become a namespace's name.
    NamespaceDoor(Tailrace& home, const Log& log, FrontDoorOptions door = {}, NamespacesOptions options = {});

    Namespaces& namespaces() { return namespaces_; }

    Answering answering(const HttpRequest& request) const override;
    void answer(const HttpRequest& request, HttpResponse& response) noexcept override;
    void finish(const HttpRequest& request, HttpResponse& response) noexcept override {
        home_.finish(request, response);
    }
    void refuse_busy(const HttpRequest& request, HttpResponse& response) noexcept override {
        home_.refuse_busy(request, response);
    }
    void refuse_body(const HttpRequest& request, HttpResponse& response) noexcept override {
        home_.refuse_body(request, response);
    }

  private:
    bool may_name_another(const HttpRequest& request) const;
    std::string name_in(const HttpRequest& request, const RequestHead& head) const;
    std::string name_in_credentials(const RequestHead& head) const;
    std::shared_ptr<Namespace> namespace_of(const HttpRequest& request, const RequestHead& head,
                                            const std::string& name, HttpResponse& response);
    std::shared_ptr<Namespace> answer_in(const std::string& name, const HttpRequest& request,
                                         const RequestHead& head, HttpResponse& response);

    Tailrace& home_tailrace_;
    const Isolation isolation_;
    /// Has the endpoints of the default namespace.
    Router router_;
    Namespaces namespaces_;
    FrontDoor home_;
};

}  // namespace tailrace::server
