#include "server/namespace_door.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/model/ascii_case.hpp"
#include "engine/model/base64.hpp"
#include "engine/table/store.hpp"
#include "server/namespace_endpoints.hpp"
#include "server/wire/signature.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view header_name = "x-tailrace-namespace";

/// Returns "blue" if a client uses this server as a proxy with the user name blue, or else an empty text.
std::string proxy_user(const HttpRequest& request) {
    constexpr std::string_view scheme = "basic ";
    if (request.target.starts_with('/')) return {};
    const HttpHeader* header = request.find_header("proxy-authorization");
    if (header == nullptr || !equal_ignoring_case(header->value.substr(0, scheme.size()), scheme)) return {};
    const auto user = decode_base64(trimmed(header->value.substr(scheme.size())));
    return user ? user->substr(0, user->find(':')) : std::string();
}

/// Returns who signed the request, or an empty Caller if it does not say.
Caller caller_of(const RequestHead& head) {
    try {
        return read_caller(head.headers, head.target);
    } catch (const ApiError&) {
        return {};
    }
}

/// Returns the account in "123456789012.ddb.us-east-1.amazonaws.com", or else in an access key of twelve
/// digits, or else an empty text.
std::string account_of(const RequestHead& head, const Caller& caller) {
    const std::string_view label = head.host().substr(0, head.host().find('.'));
    if (is_account_id(label)) return std::string(label);
    return is_account_id(caller.access_key_id) ? caller.access_key_id : std::string();
}

bool is_create_table(const RequestHead& head) {
    return head.target.is_root() && head.headers.x_amz_target == "DynamoDB_20120810.CreateTable";
}

/// Returns true if the request may create something, so that its namespace is made.
bool creates(const HttpRequest& request, const RequestHead& head) {
    if (is_page_request(request) || request.method == "OPTIONS") return false;
    if (head.target.is_root()) {
        return is_create_table(head) || head.headers.x_amz_target.starts_with(cognito_target);
    }
    // Requests to these paths concern all namespaces, and may themselves make this namespace.
    return !head.target.path().starts_with("/_tailrace/namespaces");
}

ApiError error_of(const NamespaceError& error) {
    using Kind = NamespaceError::Kind;
    if (error.kind() == Kind::unknown) return ApiError::resource_not_found(error.what());
    if (error.kind() == Kind::too_many) return ApiError(exceptions::limit_exceeded, error.what());
    return ApiError::validation(error.what());
}

/// Returns a pointer to the commit. The pointer also keeps the commit's namespace alive.
std::shared_ptr<table::SharedCommit> owned_by(std::shared_ptr<Namespace> owner,
                                              std::shared_ptr<table::SharedCommit> commit) {
    table::SharedCommit* const shared = commit.get();
    const auto both = std::make_shared<std::pair<std::shared_ptr<Namespace>, decltype(commit)>>(
        std::move(owner), std::move(commit));
    return {both, shared};
}

/// While the rows of a namespace are copied, its requests wait on a thread of their own, so that those to
/// other namespaces are answered. This runs for every request.
Answering answering_in(const FrontDoor& door, Tailrace& tailrace, const HttpRequest& request) {
    const Answering answering = door.answering(request);
    return tailrace.contents().is_copying() ? std::max(answering, Answering::waiting) : answering;
}

}  // namespace

NamespaceDoor::NamespaceDoor(Tailrace& home, const Log& log, FrontDoorOptions door, NamespacesOptions options)
    : home_tailrace_(home),
      isolation_(options.isolation),
      namespaces_(home, log, std::move(door), options),
      home_(home.engine(), router_, log, namespaces_.home_door_options()) {
    add_namespace_endpoints(home.add_endpoints(router_), namespaces_);
}

/// This runs for every request.
bool NamespaceDoor::may_name_another(const HttpRequest& request) const {
    const std::string_view target = request.target;
    if (target.size() > 1 && (target[0] != '/' || target[1] == '~' || target[1] == '%')) return true;
    return isolation_ != Isolation::none || request.find_header(header_name) != nullptr;
}

std::string NamespaceDoor::name_in(const HttpRequest& request, const RequestHead& head) const {
    if (const auto name = head.target.namespace_name()) return std::string(*name);
    if (const auto* header = request.find_header(header_name)) return std::string(trimmed(header->value));
    if (std::string user = proxy_user(request); !user.empty()) return user;
    return name_in_credentials(head);
}

std::string NamespaceDoor::name_in_credentials(const RequestHead& head) const {
    if (isolation_ == Isolation::none) return std::string(default_namespace);
    const TailraceOptions& own = home_tailrace_.options();
    const Caller caller = caller_of(head);
    if (isolation_ == Isolation::access_key) {
        const bool is_own =
            caller.access_key_id.empty() || caller.access_key_id == own.function_credentials.access_key_id;
        return is_own ? std::string(default_namespace) : caller.access_key_id;
    }
    std::string account = isolation_ == Isolation::region ? "" : account_of(head, caller);
    std::string region = isolation_ == Isolation::account ? "" : caller.region;
    if (account == own.engine.account_id) account.clear();
    if (region == own.engine.region) region.clear();
    if (account.empty() && region.empty()) return std::string(default_namespace);
    if (account.empty() || region.empty()) return account + region;
    return account + "." + region;
}

Answering NamespaceDoor::answering(const HttpRequest& request) const {
    if (!may_name_another(request)) return answering_in(home_, home_tailrace_, request);
    const std::string name = name_in(request, RequestHead(request));
    if (name == default_namespace) return answering_in(home_, home_tailrace_, request);
    if (const auto running = namespaces_.find_running(name)) {
        return answering_in(running->door(), running->tailrace(), request);
    }
    // The namespace does not run yet, and starting it takes a moment. All namespaces have the same routes.
    return std::max(home_.answering(request), Answering::briefly);
}

/// Returns null if it has answered the request. A CreateTable never reaches the namespace that stands for all
/// that do not exist.
std::shared_ptr<Namespace> NamespaceDoor::namespace_of(const HttpRequest& request, const RequestHead& head,
                                                       const std::string& name, HttpResponse& response) {
    if (auto found = namespaces_.find(name)) return found;
    std::shared_ptr<Namespace> vacant = namespaces_.vacant_for(name);
    // If an empty namespace begins with tables, any request may be about one of them.
    const bool begins_with_tables = home_tailrace_.options().add_tables != nullptr;
    const bool is_made = creates(request, head) || (begins_with_tables && head.target.is_root());
    if (!is_made || !home_.admits(request)) return vacant;
    if (is_create_table(head) && namespaces_.refuses_when_empty(request, response)) {
        vacant->door().log_answer(request, response);
        return nullptr;
    }
    return namespaces_.find_or_make(name);
}

/// Returns the namespace that has answered the request, or null if namespace_of() returns null. If the
/// namespace cannot answer because another server has removed it, the request is answered once more, by the
/// namespace that has the name now.
std::shared_ptr<Namespace> NamespaceDoor::answer_in(const std::string& name, const HttpRequest& request,
                                                    const RequestHead& head, HttpResponse& response) {
    constexpr int first_error_of_server = 500;
    for (bool is_first = true;; is_first = false) {
        std::shared_ptr<Namespace> chosen = namespace_of(request, head, name, response);
        if (chosen == nullptr) return nullptr;
        chosen->note_request();
        chosen->door().answer(request, response);
        const bool has_failed = response.status >= first_error_of_server;
        if (!is_first || !has_failed || namespaces_.find(name, chosen.get()) == chosen) return chosen;
        response.clear();
    }
}

void NamespaceDoor::answer(const HttpRequest& request, HttpResponse& response) noexcept {
    if (!may_name_another(request)) return home_.answer(request, response);
    try {
        const RequestHead head(request);
        const std::string name = name_in(request, head);
        if (name == default_namespace) return home_.answer(request, response);
        const std::shared_ptr<Namespace> chosen = answer_in(name, request, head, response);
        if (chosen == nullptr) return;
        if (response.fault != nullptr && response.fault->clock != nullptr) {
            auto fault = std::make_unique<operation::AnswerFault>(*response.fault);
            fault->clock_owner = chosen;
            response.fault = std::move(fault);
        }
        if (response.commit != nullptr) response.commit = owned_by(chosen, std::move(response.commit));
    } catch (const NamespaceError& error) {
        home_.refuse(request, response, error_of(error), error.status());
    } catch (const table::MemoryLimitReached& error) {
        const ApiError refused(exceptions::internal_server_error, error.what());
        home_.refuse(request, response, refused, refused.status());
    } catch (const std::exception& error) {
        const ApiError unavailable(exceptions::service_unavailable, error.what());
        home_.refuse(request, response, unavailable, unavailable.status());
    }
}

}  // namespace tailrace::server
