#pragma once

#include <string>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/front_door.hpp"
#include "server/http/http_server.hpp"
#include "server/http/tls_stream.hpp"
#include "server/namespace_door.hpp"
#include "server/process/log.hpp"
#include "server/signature/key_pair.hpp"
#include "server/tailrace.hpp"
#include "server/web/namespace_rules.hpp"

namespace tailrace::server {

struct Options;

/// How a Tailrace is served.
struct ServedOptions {
    HttpServerOptions http = {};
    /// The rules for all requests.
    FrontDoorOptions door = {};
    NamespacesOptions namespaces = {};
};

/// Returns the ServedOptions that the command line asks for. If there are `keys`, requests to AWS's APIs must
/// be signed with one of them. `tls` is null without TLS, and must outlive what is served.
ServedOptions served_options(const Options& options, std::vector<KeyPair> keys, TlsAcceptor* tls);

/// A Tailrace and all that is between it and its clients: the endpoints, the namespaces beside it, and the
/// HTTP server. The functions below are about all namespaces that run.
class ServedTailrace {
  public:
    /// Takes the port, and tells functions the URL. Requests wait until http().run(). All arguments but the
    /// options must outlive this object. Throws ListenError.
    ServedTailrace(Tailrace& home, const Clock& clock, const Log& log, ServedOptions options);
    ServedTailrace(const ServedTailrace&) = delete;
    ServedTailrace& operator=(const ServedTailrace&) = delete;

    HttpServer& http() { return http_; }
    /// Returns the address under which this server reaches itself, such as "127.0.0.1:8000".
    std::string own_address() const;

    /// Tells every mapping to begin no further batch. Does not wait.
    void begin_stop();
    /// Ends the function calls under way, as far as they can be ended. Does not wait.
    void stop_functions();
    /// Returns the names of what keeps the server from stopping. Does not wait.
    std::vector<std::string> under_way();
    /// Stops mappings and functions and waits for the calls. Call after http().run().
    void stop();

  private:
    template <typename Work>
    void for_each_tailrace(Work work);

    Tailrace& home_;
    NamespaceDoor door_;
    HttpServer http_;
};

}  // namespace tailrace::server
