#include "stream/handler/defined_function.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "engine/model/json_text.hpp"
#include "stream/function_registry.hpp"
#include "stream/handler/function_variables.hpp"
#include "stream/handler/make_handler.hpp"
#include "tests/catch.hpp"
#include "tests/stream/message_table.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using tailrace::tests::MessageTable;
using tailrace::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

constexpr const char* show = R"py(
import os

def handler(event, context):
    names = ["_HANDLER", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
             "AWS_EXECUTION_ENV", "AWS_REGION", "COLOUR", "TAILRACE_NAMED_RUNTIME"]
    return {"event": event, "folder": os.getcwd(), "memory": context.memory_limit_in_mb,
            "environment": {name: os.environ.get(name) for name in names}}
)py";

/// A folder with code, and functions that run from it.
class CodeFolder {
  public:
    CodeFolder() : registry_(context()) {}

    void write(const std::string& name, const std::string& text) {
        const fs::path path = folder_.path(name);
        fs::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
    std::string path(const std::string& name) const { return folder_.path(name); }

    FunctionDefinition definition(const std::string& runtime, const std::string& handler) const {
        return {.name = "example", .runtime = runtime, .handler = handler, .folder = folder_.path("code")};
    }
    /// Returns the answer of a new function.
    std::string answer(FunctionDefinition definition) {
        registry_.remove("example");
        return registry_.add(std::move(definition)).handler->invoke("{}").payload;
    }
    std::string error(FunctionDefinition definition) {
        registry_.remove("example");
        return registry_.add(std::move(definition)).handler->invoke("{}").error_message();
    }
    /// Returns how often a line was logged.
    std::ptrdiff_t logged(const std::string& line) {
        const std::lock_guard lock(mutex_);
        return std::ranges::count(lines_, line);
    }
    FunctionRegistry& registry() { return registry_; }

  private:
    HandlerContext context() {
        HandlerContext context{table_.engine()};
        context.timeout = std::chrono::seconds(20);
        context.log = [this](std::string_view function, std::string_view line) {
            const std::lock_guard lock(mutex_);
            lines_.push_back(std::string(function).append(": ").append(line));
        };
        return context;
    }

    TemporaryFolder folder_;
    MessageTable table_;
    std::mutex mutex_;
    std::vector<std::string> lines_;
    FunctionRegistry registry_;
};

}  // namespace

TEST_CASE("a function in Python finds what its definition says", "[defined_function]") {
    CodeFolder code;
    code.write("code/src/app.py", show);
    FunctionDefinition definition = code.definition("python3.1", "src/app.handler");
    definition.environment = {{"COLOUR", "blue"}, {"AWS_REGION", "mars"}, {"_HANDLER", "other"}};
    definition.memory_mb = 512;
    definition.version = "7";
    const std::string folder = fs::canonical(code.path("code")).string();
    CHECK(parse_json(code.answer(definition)) ==
          boost::json::value{{"event", boost::json::object()},
                             {"folder", folder},
                             {"memory", "512"},
                             {"environment",
                              {{"_HANDLER", "src/app.handler"},
                               {"LAMBDA_TASK_ROOT", code.path("code")},
                               {"AWS_LAMBDA_FUNCTION_NAME", "example"},
                               {"AWS_LAMBDA_FUNCTION_VERSION", "7"},
                               {"AWS_EXECUTION_ENV", "AWS_Lambda_python3.1"},
                               {"AWS_REGION", "us-east-1"},
                               {"COLOUR", "blue"},
                               {"TAILRACE_NAMED_RUNTIME", nullptr}}}});
}

// The texts are those of Lambda's own runtime interface client.
TEST_CASE("a handler in Python is looked for as Lambda does", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.py", "def handler(event, context):\n    return 'top'\n");
    code.write("code/src/deep/app.py", "def handler(event, context):\n    return 'deep'\n");
    code.write("code/broken.py", "def handler(:\n");
    code.write("code/raising.py", "raise KeyError('no table')\n");
    CHECK(code.answer(code.definition("python3.12", "app.handler")) == R"("top")");
    CHECK(code.answer(code.definition("python3.12", "src/deep/app.handler")) == R"("deep")");
    CHECK(code.answer(code.definition("python3.12", "src.deep.app.handler")) == R"("deep")");
    CHECK(code.error(code.definition("python3.12", "other.handler")) ==
          "Runtime.ImportModuleError: Unable to import module 'other': No module named 'other'");
    CHECK(code.error(code.definition("python3.12", "app.other")) ==
          "Runtime.HandlerNotFound: Handler 'other' missing on module 'app'");
    CHECK(code.error(code.definition("python3.12", "handler")) ==
          "Runtime.MalformedHandlerName: Bad handler 'handler': not enough values to unpack (expected 2, "
          "got 1)");
    CHECK(code.error(code.definition("python3.12", "time.handler")) ==
          "Runtime.BuiltInModuleConflict: Cannot use built-in module time as a handler module");
    CHECK_THAT(code.error(code.definition("python3.12", "broken.handler")),
               Catch::Matchers::StartsWith("Runtime.UserCodeSyntaxError: Syntax error in module 'broken': "));
    CHECK(code.error(code.definition("python3.12", "raising.handler")) == "KeyError: 'no table'");
}

TEST_CASE("a handler in JavaScript is looked for as Lambda does", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.js", "exports.handler = async () => 'js'; exports.a = {b: {c: async () => 'c'}};");
    code.write("code/app.mjs", "export const handler = async () => 'mjs';");
    code.write("code/src/lib.mjs", "export const handler = async () => 'lib mjs';");
    code.write("code/src/lib.cjs", "exports.handler = async () => 'lib cjs';");
    code.write("code/old.cjs", "exports.handler = async () => 'cjs'; exports.text = 'text';");
    CHECK(code.answer(code.definition("nodejs22.x", "app.handler")) == R"("js")");
    CHECK(code.answer(code.definition("nodejs22.x", "app.a.b.c")) == R"("c")");
    CHECK(code.answer(code.definition("nodejs22.x", "src/lib.handler")) == R"("lib mjs")");
    CHECK(code.answer(code.definition("nodejs22.x", "old.handler")) == R"("cjs")");
    CHECK(code.error(code.definition("nodejs22.x", "other.handler")) ==
          "Runtime.ImportModuleError: Error: Cannot find module 'other'");
    CHECK(code.error(code.definition("nodejs22.x", "app.a.x.c")) ==
          "Runtime.HandlerNotFound: app.a.x.c is undefined or not exported");
    CHECK(code.error(code.definition("nodejs22.x", "old.text")) ==
          "Runtime.HandlerNotFound: old.text is not a function");
    CHECK(code.error(code.definition("nodejs22.x", "app")) == "Runtime.MalformedHandlerName: Bad handler");
    CHECK(code.error(code.definition("nodejs22.x", "../app.handler")) ==
          "Runtime.MalformedHandlerName: '../app.handler' is not a valid handler name. Use absolute paths "
          "when specifying root directories in handler names.");
}

TEST_CASE("a function's modules come from its layers, the last one first", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.py",
               "import both, first\ndef handler(event, context):\n    return [both.name, first.name]\n");
    code.write("code/app.js", "exports.handler = async () => [require('both').name, require('first').name];");
    code.write("one/python/both.py", "name = 'one'\n");
    code.write("one/python/lib/python3.12/site-packages/first.py", "name = 'first'\n");
    code.write("two/python/both.py", "name = 'two'\n");
    code.write("one/nodejs/node_modules/both.js", "exports.name = 'one';");
    code.write("one/nodejs/node22/node_modules/first.js", "exports.name = 'first';");
    code.write("two/nodejs/node_modules/both.js", "exports.name = 'two';");
    for (const char* runtime : {"python3.12", "nodejs22.x"}) {
        FunctionDefinition definition = code.definition(runtime, "app.handler");
        definition.layers = {code.path("one"), code.path("two")};
        CHECK(code.answer(definition) ==
              (runtime == std::string("python3.12") ? R"(["two", "first"])" : R"(["two","first"])"));
    }
}

TEST_CASE("a runtime of a function's own is its file bootstrap", "[defined_function]") {
    CodeFolder code;
    code.write("code/nothing", "");
    const FunctionDefinition definition = code.definition("provided.al2023", "any.text");
    CHECK_THROWS_WITH(code.registry().add(definition),
                      "the function 'example' has no executable file 'bootstrap' in '" + code.path("code") +
                          "', which the runtime 'provided.al2023' runs");
    code.write("code/bootstrap", "#!/bin/sh\necho \"$PWD $_HANDLER\"\nexit 3\n");
    fs::permissions(code.path("code/bootstrap"), fs::perms::owner_all);
    const std::string error = code.error(definition);
    CHECK_THAT(error, Catch::Matchers::EndsWith("Error: Runtime exited with error: exit status 3"));
    CHECK(code.logged("example: " + fs::canonical(code.path("code")).string() + " any.text") == 1);
}

TEST_CASE("the log says once which version runs a function", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.py", "import os\ndef handler(event, context):\n    os._exit(1)\n");
    code.write("code/app.js", "exports.handler = async () => process.version.slice(1);");
    const Function python = code.registry().add(code.definition("python3.1", "app.handler"));
    python.handler->invoke("{}");
    python.handler->invoke("{}");
    code.registry().remove("example");
    const boost::json::value version = parse_json(code.answer(code.definition("nodejs1.x", "app.handler")));
    CHECK(code.logged("example: The function's runtime is nodejs1.x; node on this machine is Node.js " +
                      std::string(version.as_string()) + ", which runs it.") == 1);
}

TEST_CASE("a runtime that cannot run here is refused", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.py", "");
    for (const std::string runtime :
         {"java21", "dotnet8", "ruby3.3", "go1.x", "python2.7", "python3.", "python3.x", "nodejs22", ""}) {
        CHECK_THROWS_WITH(code.registry().add(code.definition(runtime, "app.handler")),
                          "the runtime '" + runtime +
                              "' is not supported; python3.*, nodejs*.x, provided, provided.al2 and "
                              "provided.al2023 are");
    }
    FunctionDefinition nowhere = code.definition("python3.12", "app.handler");
    nowhere.folder = code.path("nowhere");
    CHECK_THROWS_WITH(code.registry().add(nowhere),
                      "the function 'example' has no folder '" + code.path("nowhere") + "'");
    CHECK(code.registry().all().empty());
}

TEST_CASE("those who have a function's handler call what replaced it", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.py",
               "def one(event, context):\n    return 1\ndef two(event, context):\n    return 2\n");
    const Function added = code.registry().add(code.definition("python3.12", "app.one"));
    CHECK(added.handler->invoke("{}").payload == "1");
    const Function replaced = code.registry().replace(code.definition("python3.12", "app.two"));
    CHECK(replaced.definition->handler == "app.two");
    CHECK(replaced.handler == added.handler);
    CHECK(added.handler->invoke("{}").payload == "2");
    CHECK_THROWS_AS(code.registry().replace(code.definition("java21", "app.one")), UnknownHandler);
    CHECK(added.handler->invoke("{}").payload == "2");

    CHECK(code.registry().remove("example"));
    CHECK_FALSE(code.registry().remove("example"));
    CHECK_FALSE(code.registry().find("example").handler);
    CHECK_THROWS_WITH(code.registry().replace(code.definition("python3.12", "app.one")),
                      "there is no function with the name 'example'");
    const HandlerResult gone = added.handler->invoke("{}");
    CHECK(gone.outcome == CallOutcome::not_invoked);
    CHECK(gone.error_message() ==
          "Function not found: arn:aws:lambda:us-east-1:000000000000:function:example");
    code.registry().add(code.definition("python3.12", "app.one"));
    CHECK(added.handler->invoke("{}").payload == "1");
}

// Uploaded functions have only the versions and aliases that were made of them.
TEST_CASE("a version keeps its code, and an alias runs the code of its version", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.py",
               "def one(event, context):\n    return context.invoked_function_arn\n"
               "def two(event, context):\n    return 2\n");
    FunctionRegistry& functions = code.registry();
    FunctionDefinition definition = code.definition("python3.12", "app.one");
    definition.has_versions = true;
    functions.add(definition);
    definition.version = "1";
    functions.add(definition);
    functions.set_alias("example", "live", "1");
    functions.set_alias("example", "newest", "$LATEST");
    definition.version = "$LATEST";
    definition.handler = "app.two";
    functions.replace(definition);
    functions.set_alias("example", "newest", "$LATEST");
    const std::string version_arn = R"("arn:aws:lambda:us-east-1:000000000000:function:example:1")";
    CHECK(functions.find("example:1").handler->invoke("{}").payload == version_arn);
    CHECK(functions.find("example:$LATEST").handler->invoke("{}").payload == "2");
    CHECK(functions.find("example:newest").handler->invoke("{}").payload == "2");
    CHECK_FALSE(functions.find("example:2").handler);
    CHECK_FALSE(functions.find("example:other").handler);
    CHECK(functions.all().size() == 1);
    CHECK_THROWS_WITH(functions.set_alias("example", "live", "2"),
                      "there is no version '2' of the function 'example'");

    const auto live = functions.find("example:live").handler;
    CHECK(live->invoke("{}").payload == version_arn);
    functions.set_alias("example", "live", "$LATEST");
    CHECK(live->invoke("{}").payload == "2");
    CHECK(functions.remove("example:live"));
    CHECK(live->invoke("{}").error_message() ==
          "Function not found: arn:aws:lambda:us-east-1:000000000000:function:example:live");
}

TEST_CASE("a function's own time limit ends its calls", "[defined_function]") {
    CodeFolder code;
    code.write("code/app.py", "import signal\ndef handler(event, context):\n    signal.pause()\n");
    FunctionDefinition definition = code.definition("python3.12", "app.handler");
    definition.timeout = std::chrono::seconds(1);
    CHECK_THAT(code.error(definition), Catch::Matchers::EndsWith("Task timed out after 1.00 seconds"));
}

TEST_CASE("a copy of a function in another registry has the same definition", "[defined_function]") {
    CodeFolder code;
    CodeFolder other;
    code.write("code/app.py", "def handler(event, context):\n    return 1\n");
    const Function added = code.registry().add(code.definition("python3.12", "app.handler"));
    const Function copy = other.registry().add_copy(added);
    CHECK(copy.definition->folder == code.path("code"));
    CHECK(copy.handler != added.handler);
    CHECK(copy.handler->invoke("{}").payload == "1");
}
