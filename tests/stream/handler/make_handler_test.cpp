#include "stream/handler/make_handler.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "stream/handler/runtime_function.hpp"
#include "tests/catch.hpp"
#include "tests/file_size_limit.hpp"
#include "tests/stream/mapping/one_answer.hpp"
#include "tests/stream/message_table.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using tailrace::tests::FileSizeLimit;
using tailrace::tests::MessageTable;
using tailrace::tests::OneAnswer;
using tailrace::tests::TemporaryFolder;

namespace {

/// Creates handlers in a context with an engine of its own, and keeps the lines that the functions log.
class Functions {
  public:
    std::unique_ptr<Handler> make(const std::string& text) {
        HandlerContext context{table_.engine(), "example"};
        context.timeout = std::chrono::seconds(20);
        context.log = [this](std::string_view function, std::string_view line) {
            const std::lock_guard lock(mutex_);
            lines_.push_back(std::string(function).append(": ").append(line));
        };
        return make_handler(text, context);
    }

    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

  private:
    MessageTable table_;
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

EventBatch batch_of(const std::vector<std::string>& records) {
    EventBatch batch{"messages", "arn:aws:dynamodb:us-east-1:000000000000:table/messages/stream/1", {}};
    for (const std::string& each : records) batch.records.push_back({batch.records.size() + 1, each});
    return batch;
}

/// The text after "RequestId: …" in one of Lambda's errors.
std::string after_request_id(const HandlerResult& result) {
    const std::string message = result.error_message();
    CHECK(message.find(": RequestId: " + result.request_id + " Error: ") != std::string::npos);
    return message.substr(message.find(" Error: ") + 1);
}

const std::string plugin = std::string("plugin:") + TAILRACE_EXAMPLE_PLUGIN;

}  // namespace

// A faulty handler is reported before anything is served.
TEST_CASE("a handler that cannot be made is refused in one line", "[make_handler]") {
    Functions functions;
    CHECK_THROWS_WITH(functions.make("python:gone.py:handler"), "there is no file 'gone.py'");
    CHECK_THROWS_WITH(functions.make("node:gone.js"), "'gone.js' is not FILE:FUNCTION");
    CHECK_THROWS_WITH(functions.make("runtime:/gone/bootstrap now"),
                      "there is no program '/gone/bootstrap' to run the function 'example' with");
    CHECK_THROWS_WITH(functions.make("runtime: "), "'runtime: ' needs a command");
    CHECK_THROWS_WITH(functions.make("lambda:https://example.com"),
                      "'lambda:https://example.com': 'https://example.com' is not an http:// URL");
    CHECK_THROWS_WITH(functions.make("lambda:http://"), "'lambda:http://': 'http://' is not an http:// URL");
    CHECK_THROWS_WITH(
        functions.make("lambda:http://x,EmptyResponse=maybe"),
        "'lambda:http://x,EmptyResponse=maybe': EmptyResponse must be success or failure, not 'maybe'");
    CHECK_NOTHROW(functions.make("lambda:http://x,EmptyResponse=failure"));
    CHECK_THROWS_WITH(functions.make("lambda:http://x,EmptyRespons=success"),
                      "'lambda:http://x,EmptyRespons=success': unknown parameter EmptyRespons; did you "
                      "mean EmptyResponse?");
    CHECK_THROWS_WITH(functions.make("lambda:http://x,emptyresponse=success"),
                      "'lambda:http://x,emptyresponse=success': unknown parameter emptyresponse; did you "
                      "mean EmptyResponse?");
    CHECK_THROWS_WITH(functions.make("lambda:http://x,Colour=red,EmptyResponse=success"),
                      "'lambda:http://x,Colour=red,EmptyResponse=success': unknown parameter Colour (known: "
                      "EmptyResponse)");
    CHECK_NOTHROW(functions.make("lambda:http://x/?a=b,c=d,9=,e"));
    CHECK_THROWS_WITH(functions.make("file:/gone/records"),
                      "records cannot be written to '/gone/records': No such file or directory");
    CHECK_THROWS_WITH(functions.make("groups"),
                      "'groups' is not a handler; the handlers are: message-groups, message-groups:naive, "
                      "python:FILE.py:FUNCTION, node:FILE.js:FUNCTION, runtime:COMMAND, lambda:URL, "
                      "plugin:FILE.so, file:FILE");
    CHECK_THROWS_AS(functions.make("plugin:/gone.so"), UnknownHandler);
    CHECK_THROWS_AS(functions.make("python:"), UnknownHandler);
}

// The file has the records of Lambda's event; its earlier content is kept.
TEST_CASE("records are appended to a file, one line each", "[record_file]") {
    const TemporaryFolder folder;
    const std::string path = folder.path("records");
    std::ofstream(path) << "before\n";
    Functions functions;
    const HandlerResult result =
        functions.make("file:" + path)->handle(batch_of({R"({"eventID":"1"})", R"({"eventID":"2"})"}));
    CHECK(result.has_returned());
    const std::string source =
        R"("eventSourceARN":"arn:aws:dynamodb:us-east-1:000000000000:table/messages/stream/1")";
    CHECK(text_of(path) ==
          "before\n{\"eventID\":\"1\"," + source + "}\n{\"eventID\":\"2\"," + source + "}\n");
}

// The file consists of whole lines. If a kill left part of a line, that record is sent again.
TEST_CASE("an unfinished record is replaced by the next", "[record_file]") {
    const TemporaryFolder folder;
    const std::string path = folder.path("records");
    const std::string long_text(100'000, 'x');
    Functions functions;
    const auto handler = functions.make("file:" + path);
    const std::string record =
        R"({"eventID":"1",)"
        R"("eventSourceARN":"arn:aws:dynamodb:us-east-1:000000000000:table/messages/stream/1"})";
    const std::string unfinished = R"({"eventID":"0","long":{"S":")" + long_text + "\"}";
    for (const auto& [before, kept] :
         std::vector<std::pair<std::string, std::string>>{{unfinished, ""},
                                                          {"{}\n" + unfinished, "{}\n"},
                                                          {R"({"whole":"line"})", "{\"whole\":\"line\"}\n"},
                                                          {"somebody's text", "somebody's text\n"}}) {
        INFO(before.substr(0, 20));
        std::ofstream(path) << before;
        CHECK(handler->handle(batch_of({R"({"eventID":"1"})"})).has_returned());
        CHECK(text_of(path) == kept + record + "\n");
    }
}

// A full disk fails the batch, which is then retried.
TEST_CASE("a file that cannot be written fails the batch", "[record_file]") {
    const TemporaryFolder folder;
    const std::string path = folder.path("records");
    Functions functions;
    const auto handler = functions.make("file:" + path);
    const auto batch = batch_of({R"({"eventID":"1"})"});
    HandlerResult result;
    {
        const FileSizeLimit nothing(0);
        result = handler->handle(batch);
    }
    CHECK(result.outcome == CallOutcome::function_error);
    CHECK(result.error_message() == "records cannot be written to '" + path + "': File too large");
    CHECK(handler->handle(batch).has_returned());
}

// Opening a pipe without a reader would block forever.
TEST_CASE("records are written to regular files only", "[record_file]") {
    const TemporaryFolder folder;
    const auto refusal = [](const std::string& path) {
        Functions functions;
        try {
            functions.make("file:" + path);
            return std::string("taken");
        } catch (const UnknownHandler& error) {
            return std::string(error.what());
        }
    };
    const std::string pipe = folder.path("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(refusal(pipe) == "records cannot be written to '" + pipe + "': Is a pipe, not a regular file");
    const std::string link = folder.path("link");
    REQUIRE(::symlink(pipe.c_str(), link.c_str()) == 0);
    CHECK(refusal(link) == "records cannot be written to '" + link + "': Is a pipe, not a regular file");
    CHECK(refusal("/dev/full") ==
          "records cannot be written to '/dev/full': Is a device, not a regular file");
    CHECK(refusal(folder.path("")) ==
          "records cannot be written to '" + folder.path("") + "': Is a directory");
    CHECK(refusal("/dev/null") == "taken");
}

// Covers the whole C interface: create, an answer in pieces, a failure with and without a message.
TEST_CASE("a plugin handles events", "[plugin]") {
    Functions functions;
    const auto handler = functions.make(plugin);
    const HandlerResult answered = handler->invoke(R"({"a":1})");
    CHECK(answered.outcome == CallOutcome::returned);
    CHECK(answered.payload == R"({"function":"example","bytes":7})");
    CHECK(answered.request_id.size() == 36);
    const HandlerResult failed = handler->invoke(R"("fail")");
    CHECK(failed.outcome == CallOutcome::function_error);
    CHECK(failed.error_message() == "told to fail");
    CHECK(handler->invoke(R"("silent")").error_message() == "the plugin returned 7");
}

// A library that is not a plugin is detected before it is called.
TEST_CASE("a library that is not a plugin is refused", "[plugin]") {
    Functions functions;
    CHECK_THROWS_WITH(
        functions.make(std::string("plugin:") + TAILRACE_NO_PLUGIN),
        std::string("'") + TAILRACE_NO_PLUGIN +
            "' is not a plugin: it has no tailrace_plugin_version or no tailrace_plugin_handle");
}

// The function was called, and would give the same answer again, so the call counts as a failure of the
// function.
TEST_CASE("a function whose answer is too large has failed", "[lambda_invocation]") {
    Functions functions;
    OneAnswer server(boost::beast::http::status::ok, "\"" + std::string(6'291'556, 'a') + "\"");
    const HandlerResult result = functions.make("lambda:" + server.url())->invoke("{}");
    CHECK(result.outcome == CallOutcome::function_error);
    CHECK(result.payload ==
          R"({"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",)"
          R"("errorType":"Function.ResponseSizeTooLarge"})");
    server.request();
}

// Nobody listens, so the call does not count.
TEST_CASE("a function that cannot be reached was not invoked", "[lambda_invocation]") {
    Functions functions;
    const HandlerResult result = functions.make("lambda:http://127.0.0.1:1")->invoke("{}");
    CHECK(result.outcome == CallOutcome::not_invoked);
    CHECK(result.error_message() ==
          "http://127.0.0.1:1/2015-03-31/functions/function/invocations cannot be reached: Connection "
          "refused");
}

// Quotes keep blanks together; no other shell syntax is supported.
TEST_CASE("a command is split into words", "[runtime_function]") {
    using Words = std::vector<std::string>;
    CHECK(split_command("  node  index.mjs\t-x ") == Words{"node", "index.mjs", "-x"});
    CHECK(split_command(R"(sh -c 'echo "a b"; $HOME' "it's \"b\"" c\ d '')") ==
          Words{"sh", "-c", R"(echo "a b"; $HOME)", R"(it's "b")", "c d", ""});
    CHECK(split_command(" ").empty());
}

// A process that ends does not end the function: each call starts a new process and fails by itself.
TEST_CASE("a program that ends instead of answering fails its call", "[runtime_function]") {
    Functions functions;
    const auto handler = functions.make("runtime:sh -c 'echo out; echo err >&2; exit 3'");
    for (int call = 0; call < 2; ++call) {
        const HandlerResult result = handler->invoke("{}");
        CHECK(result.outcome == CallOutcome::function_error);
        CHECK(after_request_id(result) == "Error: Runtime exited with error: exit status 3");
    }
    CHECK(functions.lines() ==
          std::vector<std::string>{"example: out", "example: err", "example: out", "example: err"});
}

// Lambda has words of its own for a signal and for a successful exit.
TEST_CASE("the end of a program is reported in Lambda's words", "[runtime_function]") {
    Functions functions;
    CHECK(after_request_id(functions.make("runtime:sh -c 'kill -9 $$'")->invoke("{}")) ==
          "Error: Runtime exited with error: signal: killed");
    CHECK(after_request_id(functions.make("runtime:true")->invoke("{}")) ==
          "Error: Runtime exited without providing a reason");
}

// The file is executable, but is not a program.
TEST_CASE("a program that the system does not run fails its call", "[runtime_function]") {
    const TemporaryFolder folder;
    const std::string path = folder.path("bootstrap");
    std::ofstream(path) << "no program\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    Functions functions;
    const HandlerResult result = functions.make("runtime:" + path)->invoke("{}");
    CHECK(result.outcome == CallOutcome::function_error);
    CHECK(after_request_id(result) == "Error: fork/exec " + path + ": Exec format error");
}

// The process would never answer and is asked to end.
TEST_CASE("a function that is stopped answers its calls as not invoked", "[runtime_function]") {
    Functions functions;
    const auto handler = functions.make("runtime:tail -f /dev/null");
    HandlerResult result;
    std::thread caller([&] { result = handler->invoke("{}"); });
    handler->stop(namespace_was_removed);
    caller.join();
    CHECK(result.outcome == CallOutcome::not_invoked);
    CHECK(result.error_message() == "the namespace was removed");
    // A namespace that was removed is also stopped with the server.
    handler->stop(server_is_stopping);
    CHECK(handler->invoke("{}").error_message() == "the namespace was removed");
}

// The process does not inherit the server's file descriptors.
TEST_CASE("a function's process has three open files", "[runtime_function]") {
    Functions functions;
    const auto handler = functions.make("runtime:sh -c 'for each in /proc/self/fd/*; do echo $each; done'");
    handler->invoke("{}");
    std::vector<std::string> files;
    for (const std::string& line : functions.lines()) {
        // The shell itself opens one more to read the folder.
        if (line != "example: /proc/self/fd/3") files.push_back(line);
    }
    CHECK(files == std::vector<std::string>{"example: /proc/self/fd/0", "example: /proc/self/fd/1",
                                            "example: /proc/self/fd/2"});
}
