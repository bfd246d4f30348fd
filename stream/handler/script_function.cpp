#include "stream/handler/script_function.hpp"

#include <filesystem>

#include "stream/handler/make_handler.hpp"
#include "stream/handler/runtime/runtime_clients.hpp"

namespace tailrace::stream {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<RuntimeFunction> make_function(std::vector<std::string> interpreter,
                                               std::string_view file_and_function,
                                               const HandlerContext& context) {
    const std::size_t colon = file_and_function.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == file_and_function.size()) {
        throw UnknownHandler("'" + std::string(file_and_function) + "' is not FILE:FUNCTION");
    }
    std::error_code ignored;
    const fs::path given(file_and_function.substr(0, colon));
    if (!fs::is_regular_file(given, ignored)) {
        throw UnknownHandler("there is no file '" + given.string() + "'");
    }
    const fs::path file = fs::absolute(given).lexically_normal();
    const std::string function(file_and_function.substr(colon + 1));
    interpreter.push_back(file.string());
    interpreter.push_back(function);
    auto made =
        std::make_unique<RuntimeFunction>(RuntimeProgram{std::move(interpreter), file.parent_path().string(),
                                                         file.stem().string() + "." + function},
                                          context);
    if (context.starts_ahead) made->start_ahead();
    return made;
}

}  // namespace

std::unique_ptr<RuntimeFunction> make_python_function(std::string_view file_and_function,
                                                      const HandlerContext& context) {
    return make_function(python_interpreter(), file_and_function, context);
}

std::unique_ptr<RuntimeFunction> make_node_function(std::string_view file_and_function,
                                                    const HandlerContext& context) {
    return make_function(node_interpreter(), file_and_function, context);
}

std::vector<std::string> python_interpreter() {
    return {"python3", "-u", "-c", std::string(python_runtime_client)};
}

std::vector<std::string> node_interpreter() {
    return {"node", "--input-type=module", "-e", std::string(node_runtime_client), "--"};
}

}  // namespace tailrace::stream
