"""Speaks AWS Lambda's Runtime API for one function in a Python file: python3 -c THIS FILE FUNCTION. Or finds
the function in a folder by its handler, as Lambda does: python3 -c THIS FOLDER path/module.function.

Behaves like the client in AWS's own Python runtimes, as far as a function can see: it loads the file as a
module, calls the function with an event and a context, and reports answers and errors in the same form.

Before each call it checks whether the function's file or a module from its folder has changed or is gone. If
so, it hands the call back and ends, and the call goes to a new process, which loads the current files.
"""

import http.client
import importlib.util
import json
import logging
import os
import sys
import time
import traceback

API = "/2018-06-01/runtime/"
PLACE, HANDLER = sys.argv[1:3]
IS_FOLDER = os.path.isdir(PLACE)
FOLDER = os.path.join(PLACE if IS_FOLDER else os.path.dirname(PLACE), "")
if IS_FOLDER:
    MODULE, _, FUNCTION = HANDLER.rpartition(".")
else:
    MODULE, FUNCTION = os.path.splitext(os.path.basename(PLACE))[0], HANDLER


class RuntimeApi:
    """One connection to the API, kept for the whole life of the process."""

    def __init__(self):
        self._connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def _ask(self, method, path, body=None, headers=None):
        self._connection.request(method, API + path, body, headers or {})
        response = self._connection.getresponse()
        return response.headers, response.read()

    def next_call(self):
        return self._ask("GET", "invocation/next")

    def answer(self, request_id, body):
        self._ask("POST", f"invocation/{request_id}/response", body)

    def report(self, path, error):
        headers = {"Lambda-Runtime-Function-Error-Type": error["errorType"]}
        self._ask("POST", path, json.dumps(error).encode(), headers)

    def hand_back(self, request_id):
        self.report(f"invocation/{request_id}/error", {"errorType": "Tailrace.FilesChanged"})


# How often to look for a file that is gone. An editor that replaces it takes less than half a second.
LOOKS = 50
LOOK_SECONDS = 0.01


def stamp(path):
    """Returns a value that changes with the file, or None if there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class LoadedFiles:
    """The function's file and the modules from its folder, as they were when they were loaded."""

    def __init__(self):
        self._stamps = {} if IS_FOLDER else {PLACE: stamp(PLACE)}
        self._modules = 0

    def note(self):
        """Adds the modules that were imported since the last check."""
        if len(sys.modules) == self._modules:
            return
        self._modules = len(sys.modules)
        for module in list(sys.modules.values()):
            path = getattr(module, "__dict__", {}).get("__file__")
            if isinstance(path, str) and path.startswith(FOLDER) and "site-packages" not in path:
                self._stamps.setdefault(path, stamp(path))

    def have_changed(self):
        for _ in range(LOOKS):
            stamps = ((stamp(path), loaded) for path, loaded in self._stamps.items())
            changed = [now for now, loaded in stamps if now != loaded]
            if None not in changed:
                return bool(changed)
            time.sleep(LOOK_SECONDS)
        return True


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """The second argument of the function."""

    def __init__(self, headers):
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        self.client_context = None

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)


class LogHandler(logging.Handler):
    """Writes what the function logs, each line with its level and the id of the call."""

    request_id = ""

    def emit(self, record):
        print(f"[{record.levelname}]\t{self.request_id}\t{self.format(record)}")


def describe(error, request_id=None):
    """Describes an exception as Lambda reports it. The trace begins in the function's own files."""
    frames = traceback.extract_tb(error.__traceback__)
    while frames and not frames[0].filename.startswith(FOLDER):
        frames.pop(0)
    if isinstance(error, SyntaxError):
        frames = []
    described = {"errorMessage": str(error), "errorType": type(error).__name__}
    if request_id is not None:
        described["requestId"] = request_id
    described["stackTrace"] = traceback.format_list(frames)
    return described


def show(error):
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}"]
    if error["stackTrace"]:
        lines += ["Traceback (most recent call last):", "".join(error["stackTrace"]).rstrip("\n")]
    print("\n".join(lines))


def import_module():
    """Imports the module from its file, or as Lambda does: by its path in the folder."""
    if IS_FOLDER:
        return importlib.import_module(MODULE.replace("/", "."))
    if not os.path.exists(PLACE):
        raise ImportError(f"there is no file '{PLACE}'")
    spec = importlib.util.spec_from_file_location(MODULE, PLACE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    return module


def load():
    """Loads the function. If that fails, raises an exception with Lambda's type and text."""
    # Python would use old bytecode for a file that was changed within a second and has kept its size.
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.dirname(FOLDER))
    if IS_FOLDER and "." not in HANDLER:
        message = f"Bad handler '{HANDLER}': not enough values to unpack (expected 2, got 1)"
        raise named("Runtime.MalformedHandlerName", message)
    if IS_FOLDER and MODULE.split(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {MODULE} as a handler module"
        raise named("Runtime.BuiltInModuleConflict", message)
    try:
        module = import_module()
    except ImportError as error:
        raise named("Runtime.ImportModuleError", f"Unable to import module '{MODULE}': {error}") from error
    except SyntaxError as error:
        raise named("Runtime.UserCodeSyntaxError", f"Syntax error in module '{MODULE}': {error}") from error
    function = getattr(module, FUNCTION, None)
    if not callable(function):
        raise named("Runtime.HandlerNotFound", f"Handler '{FUNCTION}' missing on module '{MODULE}'")
    return function


def named(name, message):
    """Returns an exception whose type has that name."""
    return type(name, (Exception,), {})(message)


def call(function, headers, event):
    """Calls the function and returns its answer as JSON."""
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    LogHandler.request_id = request_id
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
    try:
        event = json.loads(event)
    except ValueError as error:
        raise named("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error
    answer = function(event, Context(headers))
    try:
        return json.dumps(answer).encode()
    except (TypeError, ValueError) as error:
        raise named("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def note_version():
    """Says on the first process's output if this is not the Python that the function's definition names."""
    runtime = os.environ.pop("TAILRACE_NAMED_RUNTIME", None)
    major, minor = sys.version_info[:2]
    if runtime and runtime != f"python{major}.{minor}":
        print(f"The function's runtime is {runtime}; python3 on this machine is Python {major}.{minor}, "
              "which runs it.")


def main():
    note_version()
    api = RuntimeApi()
    logging.getLogger().addHandler(LogHandler())
    files = LoadedFiles()
    try:
        function = load()
    except Exception as error:
        described = describe(error)
        show(described)
        api.report("init/error", described)
        sys.exit(1)
    while True:
        files.note()
        headers, event = api.next_call()
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        if files.have_changed():
            api.hand_back(request_id)
            sys.exit(0)
        try:
            answer = call(function, headers, event)
        except Exception as error:
            described = describe(error, request_id)
            show(described)
            api.report(f"invocation/{request_id}/error", described)
        else:
            api.answer(request_id, answer)


try:
    main()
except (ConnectionError, http.client.HTTPException):
    # The server is gone, so there is no reason to go on.
    sys.exit(1)
