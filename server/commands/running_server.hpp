#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "stream/handler/http_client.hpp"

namespace tailrace::server {

/// The output and the exit code of a command.
struct CommandResult {
    int exit_code = 0;
    /// For standard output.
    std::string text;
    /// For standard error; lines, or empty.
    std::string error = {};
};

/// The exit code of a command that gets no useful answer from the server.
inline constexpr int cannot_ask = 2;

/// A command cannot do its work: the server cannot be reached, or it refuses, or the command's own input
/// cannot be used. what() is for people.
class CommandError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A request to the endpoints of a running server.
struct Question {
    stream::HttpVerb verb = stream::HttpVerb::get;
    /// What follows the server's URL and /_tailrace.
    std::string path;
    std::string body = {};
    std::string body_type = "application/json";
    stream::HttpLimits limits;
    /// Ends the request when nobody waits for the answer any longer.
    std::stop_token stop = {};
};

/// The server that a command asks.
class RunningServer {
  public:
    /// `endpoint` is its URL, which may end with the path of a namespace, /~NAME. The token is that of
    /// --admin-token, or empty. Throws CommandError.
    RunningServer(std::string endpoint, std::string token);

    /// Returns the answer to a request to any path of the server, whatever its status. `question` has the
    /// whole path. Throws CommandError if there is no answer.
    stream::HttpAnswer send(const Question& question, stream::HttpHeaders headers) const {
        return send_below("", question, std::move(headers));
    }
    /// Returns the answer with status 200. Throws CommandError.
    stream::HttpAnswer ask(const Question& question) const;
    /// The same for answers that are JSON objects.
    boost::json::object ask_json(const Question& question) const;

  private:
    stream::HttpAnswer send_below(std::string_view prefix, const Question& question,
                                  stream::HttpHeaders headers) const;
    [[noreturn]] void refuse(const stream::HttpAnswer& answer) const;
    std::string token_hint() const;

    std::string endpoint_;
    std::string token_;
    stream::HttpUrl url_;
};

}  // namespace tailrace::server
