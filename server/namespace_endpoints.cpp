#include "server/namespace_endpoints.hpp"

#include <boost/json.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "engine/model/json_text.hpp"
#include "server/namespaces.hpp"
#include "server/wire/moment.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// A body that cannot be used; what() says what it may be.
class BodyFault : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

json::object body_of(const WebRequest& request) {
    if (request.body.empty()) return {};
    json::error_code error;
    json::value body = parse_json(request.body, error);
    if (error || !body.is_object()) throw BodyFault("The body must be a JSON object.");
    return std::move(body.get_object());
}

/// Returns an empty text if the body has no such member.
std::string text_in(const json::object& body, std::string_view member) {
    const json::value* value = body.if_contains(member);
    if (value == nullptr) return {};
    if (!value->is_string()) throw BodyFault(std::string(member) + " must be a string.");
    return std::string(value->get_string());
}

std::string name_in(const json::object& body) {
    if (!body.contains("Name")) throw BodyFault("The body must have a Name.");
    return text_in(body, "Name");
}

bool flag_in(const json::object& body, std::string_view member) {
    const json::value* value = body.if_contains(member);
    if (value == nullptr) return false;
    if (!value->is_bool()) throw BodyFault(std::string(member) + " must be true or false.");
    return value->get_bool();
}

NewNamespace new_namespace_in(const json::object& body) {
    NewNamespace wanted{.name = name_in(body), .from = text_in(body, "From")};
    if (wanted.from.empty() && body.contains("From")) {
        throw BodyFault("From must be the name of a namespace. Leave it out to make an empty one.");
    }
    if (!body.contains("Clock")) return wanted;
    const std::string clock = text_in(body, "Clock");
    wanted.has_real_clock = clock == "real";
    if (!wanted.has_real_clock) wanted.clock = parse_moment(clock);
    if (!wanted.has_real_clock && !wanted.clock) {
        throw BodyFault(
            "Clock must be a time such as 2026-01-31T12:00:00Z, or real for the machine's clock.");
    }
    return wanted;
}

json::object to_json(const NamespaceStatus& status) {
    json::object shown{{"Name", status.name}, {"Tables", nullptr}, {"Items", nullptr}, {"Bytes", nullptr}};
    if (status.size) {
        shown["Tables"] = status.size->tables.size();
        shown["Items"] = status.size->items;
        shown["Bytes"] = status.size->bytes;
    }
    shown["Clock"] = status.clock ? json::value(iso_time(*status.clock)) : json::value("real");
    shown["Snapshots"] = json::array(status.snapshots.begin(), status.snapshots.end());
    return shown;
}

HttpResponse show_all(Namespaces& namespaces) {
    json::array shown;
    for (const NamespaceStatus& each : namespaces.list()) shown.push_back(to_json(each));
    return json_response({{"Namespaces", std::move(shown)}});
}

HttpResponse show(Namespaces& namespaces, const std::string& name) {
    return json_response(to_json(namespaces.status(name)));
}

HttpResponse create(Namespaces& namespaces, const WebRequest& request) {
    const NewNamespace wanted = new_namespace_in(body_of(request));
    namespaces.create(wanted);
    return show(namespaces, wanted.name);
}

HttpResponse remove(Namespaces& namespaces, const WebRequest& request) {
    namespaces.remove(request.path_values.front());
    return json_response({{"Removed", request.path_values.front()}});
}

HttpResponse reset(Namespaces& namespaces, const WebRequest& request) {
    const std::string& name = request.path_values.front();
    const bool only_items = flag_in(body_of(request), "Items");
    const Namespaces::Use use = namespaces.use(name);
    if (only_items) {
        use.tailrace.contents().remove_items();
    } else {
        use.tailrace.contents().reset();
    }
    return show(namespaces, name);
}

HttpResponse take_snapshot(Namespaces& namespaces, const WebRequest& request) {
    const std::string& name = request.path_values.front();
    namespaces.take_snapshot(name, name_in(body_of(request)));
    return show(namespaces, name);
}

HttpResponse remove_snapshot(Namespaces& namespaces, const WebRequest& request) {
    namespaces.remove_snapshot(request.path_values.front(), request.path_values.back());
    return show(namespaces, request.path_values.front());
}

HttpResponse restore(Namespaces& namespaces, const WebRequest& request) {
    const std::string& name = request.path_values.front();
    namespaces.restore(name, name_in(body_of(request)));
    return show(namespaces, name);
}

using NamespaceFunction = HttpResponse (*)(Namespaces&, const WebRequest&);

RouteFunction answering_faults(Namespaces& namespaces, NamespaceFunction function) {
    return [&namespaces, function](const WebRequest& request) {
        try {
            return function(namespaces, request);
        } catch (const NamespaceError& error) {
            return message_response(error.status(), error.what());
        } catch (const AnsweredElsewhere& elsewhere) {
            return message_response(409, elsewhere.what());
        } catch (const stream::OthersAreBusy& busy) {
            return message_response(503, busy.what());
        } catch (const BodyFault& fault) {
            return message_response(400, fault.what());
        }
    };
}

}  // namespace

void add_namespace_endpoints(Mount& admin, Namespaces& namespaces) {
    const auto by = [&namespaces](NamespaceFunction function) {
        return answering_faults(namespaces, function);
    };
    admin.add({.method = "GET",
               .path = "/_tailrace/namespaces",
               .purpose = "The namespaces, each with the number of its tables and items and their bytes.",
               .function = [&namespaces](const WebRequest&) { return show_all(namespaces); }});
    admin.add({.method = "POST",
               .path = "/_tailrace/namespaces",
               .purpose = "Makes a namespace: a copy of the namespace in From, or an empty one if From is "
                          "left out. Clock is real, or "
                          "the time of a clock that moves on request.",
               .function = by(create),
               .members = {{.name = "Name"}, {.name = "From"}, {.name = "Clock"}}});
    admin.add({.method = "DELETE",
               .path = "/_tailrace/namespaces/{name}",
               .purpose = "Removes a namespace.",
               .function = by(remove),
               .answering = Answering::waiting});
    admin.add({.method = "POST",
               .path = "/_tailrace/namespaces/{name}/reset",
               .purpose =
                   "Waits until the function calls of mappings have ended, then empties a namespace. With "
                   "Items it removes only the items and records, and keeps the tables.",
               .function = by(reset),
               .answering = Answering::waiting,
               .members = {{.name = "Items", .kind = FieldKind::flag}}});
    admin.add({.method = "POST",
               .path = "/_tailrace/namespaces/{name}/snapshots",
               .purpose = "Keeps a copy of a namespace in memory under a name.",
               .function = by(take_snapshot),
               .members = {{.name = "Name"}}});
    admin.add({.method = "DELETE",
               .path = "/_tailrace/namespaces/{name}/snapshots/{snapshot}",
               .purpose = "Forgets a snapshot.",
               .function = by(remove_snapshot)});
    admin.add({.method = "POST",
               .path = "/_tailrace/namespaces/{name}/restore",
               .purpose = "Waits until the function calls of mappings have ended, then brings a namespace "
                          "back to a snapshot.",
               .function = by(restore),
               .answering = Answering::waiting,
               .members = {{.name = "Name"}}});
}

}  // namespace tailrace::server
