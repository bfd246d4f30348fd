#!/usr/bin/python3
"""Users' functions, as they would deploy them, called by a stream and by Lambda's Invoke API.

    functions_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import unittest
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, Tailrace, run_tests

FOLDER = Path(__file__).resolve().parent
AWS_CLI = "/usr/bin/aws"
PYTHON = f"python:{FOLDER}/notes.py"
NODE = f"node:{FOLDER}/notes.js"
WAIT_SECONDS = 30


class FunctionsCase(unittest.TestCase):
    """Starts servers with functions. main() sets `executable`."""

    executable = None
    maxDiff = None

    def start(self, *functions, on_stream=(), options=()):
        """Starts a Tailrace with functions, each given as NAME=HANDLER."""
        named = [word for function in functions for word in ("--function", function)]
        tailrace = Tailrace(self.executable, on_stream=on_stream, options=[*named, *options])
        self.addCleanup(self.end, tailrace)
        return tailrace

    def end(self, tailrace):
        if tailrace.running():
            self.assertEqual(tailrace.stop(), 0, tailrace.describe())

    def invoke(self, tailrace, name, event, **more):
        """Returns the answer's payload and its FunctionError."""
        answer = tailrace.client(service="lambda").invoke(
            FunctionName=name, Payload=json.dumps(event).encode(), **more)
        return json.loads(answer["Payload"].read() or b"null"), answer.get("FunctionError")

    def create_notes(self, tailrace):
        tailrace.create_table("Notes")
        return tailrace.client()


def notes_in(client):
    items = client.scan(TableName="Notes", ConsistentRead=True)["Items"]
    return {item["pk"]["S"]: item.get("by", {}).get("S") for item in items}


class StreamTest(FunctionsCase):
    """The whole loop: write, stream, function, and the function's own write."""

    def check_copies(self, tailrace, by):
        client = self.create_notes(tailrace)
        for number in range(5):
            client.put_item(TableName="Notes", Item={"pk": {"S": f"note {number}"}})
        tailrace.drain()
        expected = {f"note {number}": None for number in range(5)}
        expected.update({f"copy of note {number}": by for number in range(5)})
        self.assertEqual(notes_in(client), expected)
        # The copies were written after the first drain began, so it did not wait for them.
        tailrace.drain()
        (mapping,) = tailrace.mappings()
        self.assertEqual((mapping["Records"], mapping["Failures"]), (10, 0), tailrace.describe())

    def test_python_with_an_endpoint_of_awss_in_its_code(self):
        self.check_copies(self.start(on_stream=[f"Notes={PYTHON}:copy"]), by="notes-py-copy")

    def test_node_by_a_functions_name(self):
        tailrace = self.start(f"copies={NODE}:copy", on_stream=["Notes=copies"])
        self.check_copies(tailrace, by="copies")

    def test_records_in_a_file(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-functions-") as folder:
            file = Path(folder) / "records"
            tailrace = self.start(on_stream=[f"Notes=file:{file}"])
            client = self.create_notes(tailrace)
            client.put_item(TableName="Notes", Item={"pk": {"S": "a"}})
            tailrace.drain()
            (record,) = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            arn = client.describe_table(TableName="Notes")["Table"]["LatestStreamArn"]
            self.assertEqual(record["eventSourceARN"], arn)
            self.assertEqual(record["dynamodb"]["NewImage"], {"pk": {"S": "a"}})


class PythonTest(FunctionsCase):
    def test_a_function_knows_its_environment_and_its_call(self):
        options = ["--function-timeout", "5", "--region", "eu-north-1"]
        tailrace = self.start(f"show={PYTHON}:show", options=options)
        arn = "arn:aws:lambda:eu-north-1:000000000000:function:show"
        shown, error = self.invoke(tailrace, arn, {"a": [1]})
        self.assertIsNone(error)
        again, _ = self.invoke(tailrace, "show", {})
        self.assertEqual(again["pid"], shown.pop("pid"), "the process was not kept")
        self.assertRegex(shown.pop("id"), "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(shown, {
            "event": {"a": [1]}, "folder": str(FOLDER), "memory": "128", "log": "/aws/lambda/show",
            "name": ["show", "$LATEST", arn], "has_time": True, "traced": True,
            "variables": {
                "AWS_LAMBDA_FUNCTION_NAME": "show", "AWS_REGION": "eu-north-1",
                "AWS_ACCESS_KEY_ID": os.environ.get("AWS_ACCESS_KEY_ID", "local"), "TZ": ":UTC",
                "_HANDLER": "notes.show", "LAMBDA_TASK_ROOT": str(FOLDER),
            },
        })
        for line in ("Z show: first line", "Z show: second line", "Z show: to standard error"):
            tailrace.wait_for_line(line)
        self.assertRegex(tailrace.wait_for_line(" careful"), r"Z show: \[WARNING\] [0-9a-f-]{36} careful$")

    def test_what_goes_wrong_is_reported_as_lambda_reports_it(self):
        tailrace = self.start(f"bad={PYTHON}:misbehave", options=["--function-timeout", "2"])
        raised, error = self.invoke(tailrace, "bad", {"how": "raise"})
        self.assertEqual(error, "Unhandled")
        self.assertEqual((raised["errorMessage"], raised["errorType"]), ("a note too many", "ValueError"))
        self.assertRegex(raised["stackTrace"][0], f'^  File "{FOLDER}/notes.py", line [0-9]+, in misbehave\n')
        tailrace.wait_for_line("bad: [ERROR] ValueError: a note too many")
        pid, _ = self.invoke(tailrace, "bad", {"how": "well"})
        unmarshalled, _ = self.invoke(tailrace, "bad", {"how": "return"})
        self.assertEqual(unmarshalled["errorType"], "Runtime.MarshalError")
        self.assertEqual(unmarshalled["errorMessage"],
                         "Unable to marshal response: Object of type set is not JSON serializable")
        self.assertEqual(self.invoke(tailrace, "bad", {"how": "well"}), (pid, None))
        self.check_ended(tailrace, "exit", "Runtime.ExitError", "Runtime exited with error: exit status 3")
        second, _ = self.invoke(tailrace, "bad", {"how": "well"})
        self.assertNotEqual(second, pid, "a process that had ended answered")
        text = "Task timed out after 2.00 seconds"
        timed_out = self.check_ended(tailrace, "hang", "Sandbox.Timedout", text)
        tailrace.wait_for_line(f"Z bad: {timed_out} {text}")
        third, error = self.invoke(tailrace, "bad", {"how": "well"})
        self.assertIsNone(error)
        self.assertNotEqual(third, second, "a process that had to be killed answered")

    def check_ended(self, tailrace, how, error_type, text):
        """Checks that the call ends with an error from Tailrace itself; returns the call's id."""
        payload, error = self.invoke(tailrace, "bad", {"how": how})
        self.assertEqual((error, payload["errorType"]), ("Unhandled", error_type))
        message = payload["errorMessage"].split(" ", 2)
        self.assertEqual((message[0], message[2]), ("RequestId:", f"Error: {text}"))
        tailrace.wait_for_line(f"warning a call of the function bad failed: {error_type}: "
                               f"{payload['errorMessage']}")
        return message[1]

    def test_calls_at_once_have_processes_of_their_own(self):
        tailrace = self.start(f"meet={PYTHON}:meet")
        with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(3) as executor:
            listener.settimeout(WAIT_SECONDS)
            event = {"port": listener.getsockname()[1]}
            calls = [executor.submit(self.invoke, tailrace, "meet", event) for _ in range(3)]
            connections = [listener.accept()[0] for _ in calls]
            for connection in connections:
                connection.recv(1)
                connection.close()
            self.assertEqual(len({call.result()[0] for call in calls}), 3)


class ProcessesTest(FunctionsCase):
    """The processes of all namespaces together are bounded, and those of an idle namespace end."""

    def call(self, tailrace, namespace, name, event):
        endpoint = f"{tailrace.endpoint}/~{namespace}"
        answer = tailrace.client(endpoint, service="lambda").invoke(
            FunctionName=name, Payload=json.dumps(event).encode())
        self.assertNotIn("FunctionError", answer, answer)
        return json.loads(answer["Payload"].read())

    def wait_for_end(self, pid):
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        self.addCleanup(os.close, process)
        self.assertEqual(select.select([process], [], [], WAIT_SECONDS)[0], [process])

    def test_functions_of_two_namespaces_take_turns_in_the_only_place(self):
        tailrace = self.start(f"alone={PYTHON}:alone", options=["--function-processes", "1"])
        with tempfile.NamedTemporaryFile() as file, ThreadPoolExecutor(4) as executor:
            event = {"path": file.name}
            pids = [self.call(tailrace, name, "alone", event) for name in ("default", "blue", "default")]
            self.assertEqual(len(set(pids)), 3)
            self.assertEqual(self.call(tailrace, "default", "alone", event), pids[2])
            for pid in pids[:2]:
                with self.assertRaises(ProcessLookupError):
                    os.kill(pid, 0)
            calls = [executor.submit(self.call, tailrace, name, "alone", event)
                     for name in ("blue", "default") * 4]
            for call in calls:
                self.assertIsInstance(call.result(), int)

    def test_a_call_within_a_call_is_refused_in_time_if_there_is_no_place(self):
        tailrace = self.start(f"outer={PYTHON}:call_another", f"inner={PYTHON}:show",
                              options=["--function-processes", "1", "--function-timeout", "6"])
        self.assertEqual(
            self.call(tailrace, "default", "outer", {"name": "inner"}),
            "all processes that --function-processes allows (1) are busy with other calls")
        tailrace = self.start(f"outer={PYTHON}:call_another", f"inner={PYTHON}:show",
                              options=["--function-processes", "2"])
        self.assertEqual(self.call(tailrace, "default", "outer", {"name": "inner"}), "called")

    def test_the_processes_of_an_idle_namespace_end_and_begin_again(self):
        tailrace = self.start(f"show={PYTHON}:show",
                              options=["--namespace-idle", "1", "--ttl-interval", "1"])
        home = self.call(tailrace, "default", "show", {})["pid"]
        blue = self.call(tailrace, "blue", "show", {})["pid"]
        self.wait_for_end(blue)
        self.assertNotEqual(self.call(tailrace, "blue", "show", {})["pid"], blue)
        self.assertEqual(self.call(tailrace, "default", "show", {})["pid"], home)


class NodeTest(FunctionsCase):
    def test_every_way_to_answer(self):
        names = ("promise", "callback", "returnsAtOnce", "throws", "callsBackWithError", "strays")
        functions = [f"{name}={NODE}:{name}" for name in names]
        tailrace = self.start(*functions, f"module=node:{FOLDER}/notes.mjs:handler")
        self.assertEqual(self.invoke(tailrace, "promise", {"a": 1}),
                         ({"event": {"a": 1}, "name": "promise", "hasTime": True}, None))
        tailrace.wait_for_line("Z promise: in the log")
        self.assertEqual(self.invoke(tailrace, "callback", {}), ("called back", None))
        self.assertEqual(self.invoke(tailrace, "returnsAtOnce", {}), (None, None))
        self.assertEqual(self.invoke(tailrace, "module", [1]), ({"from": "a module", "event": [1]}, None))
        for name, kind, message in (("throws", "TypeError", "a note too many"),
                                    ("callsBackWithError", "RangeError", "too far"),
                                    ("strays", "Error", "nobody catches this"),
                                    ("strays", "Error", "nobody catches this")):
            payload, error = self.invoke(tailrace, name, {})
            self.assertEqual((error, payload["errorType"]), ("Unhandled", kind))
            self.assertEqual(payload["errorMessage"], message)
            self.assertEqual(payload["trace"][0], f"{kind}: {message}")
            self.assertFalse([line for line in payload["trace"] if "[eval" in line])


class ChangedFilesTest(FunctionsCase):
    """A file that changes while the server runs takes effect with the next call."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-functions-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, **texts):
        """Writes files by name; an underscore in a name stands for a dot."""
        for name, text in texts.items():
            (self.folder / name.replace("_", ".")).write_text(text, encoding="utf-8")

    def check(self, kind, function, part, words):
        """Checks that the function's answer follows the file it loads, although the size of neither file
        changes."""
        self.write(**function, **{part: words[0]})
        name = next(iter(function)).replace("_", ".")
        tailrace = self.start(f"it={kind}:{self.folder}/{name}:handler")
        self.assertEqual(self.invoke(tailrace, "it", {}), ([1, "a"], None))
        self.write(**{part: words[1]})
        self.assertEqual(self.invoke(tailrace, "it", {}), ([2, "a"], None))
        tailrace.wait_for_line("Z it: The function's files have changed; reloading it.")
        self.write(**{key: text.replace('"a"', '"b"') for key, text in function.items()})
        self.assertEqual(self.invoke(tailrace, "it", {}), ([2, "b"], None))

    def test_python(self):
        function = {"it_py": 'from part import WORD\ndef handler(event, context): return [WORD, "a"]\n'}
        self.check("python", function, "part_py", ("WORD = 1\n", "WORD = 2\n"))

    def test_node(self):
        function = {"it_js": 'const part = require("./part");\nexports.handler = async () => [part, "a"];\n'}
        self.check("node", function, "part_js", ("module.exports = 1;", "module.exports = 2;"))

    def test_node_with_es_modules(self):
        function = {"it_mjs": 'import part from "./part.mjs";\n'
                              'export const handler = async () => [part, "a"];\n'}
        self.check("node", function, "part_mjs", ("export default 1;", "export default 2;"))

    def check_deleted(self, kind, name, text, message):
        """Checks that the next call names the deleted file, and that a file that is back is loaded."""
        self.write(**{name: text})
        file = self.folder / name.replace("_", ".")
        tailrace = self.start(f"it={kind}:{file}:handler")
        self.assertEqual(self.invoke(tailrace, "it", {}), (1, None))
        file.unlink()
        for _ in range(2):
            answer, error = self.invoke(tailrace, "it", {})
            self.assertEqual((error, answer["errorType"], answer["errorMessage"]),
                             ("Unhandled", "Runtime.ImportModuleError", message.format(file=file)))
        self.write(**{name: text})
        self.assertEqual(self.invoke(tailrace, "it", {}), (1, None))
        # While an editor replaces the file with another one, no call fails.
        file.unlink()
        with ThreadPoolExecutor(1) as executor:
            call = executor.submit(self.invoke, tailrace, "it", {})
            new_file = self.folder / "new"
            new_file.write_text(text.replace("1", "2"), encoding="utf-8")
            new_file.rename(file)
            self.assertEqual(call.result(), (2, None))

    def test_a_python_file_that_is_deleted(self):
        self.check_deleted("python", "it_py", "def handler(event, context): return 1\n",
                           "Unable to import module 'it': there is no file '{file}'")

    def test_a_node_file_that_is_deleted(self):
        self.check_deleted("node", "it_js", "exports.handler = async () => 1;",
                           "Error: there is no file '{file}'")

    def test_a_batch_that_fails_meets_the_mended_function(self):
        self.write(it_py="def handler(event, context): raise ValueError('not yet')\n")
        tailrace = self.start(on_stream=[f"Notes=python:{self.folder}/it.py:handler"])
        self.create_notes(tailrace).put_item(TableName="Notes", Item={"pk": {"S": "a"}})
        tailrace.wait_for_line("ValueError: not yet")
        self.write(it_py="def handler(\n")
        tailrace.wait_for_line("'(' was never closed (it.py, line 1)")
        self.write(it_py="def handler(event, context): print('mended')\n")
        tailrace.drain()
        tailrace.wait_for_line(" mended")


class RuntimeTest(FunctionsCase):
    def test_a_bootstrap_that_speaks_the_runtime_api_with_curl(self):
        tailrace = self.start(f"shell=runtime:{FOLDER}/bootstrap")
        self.assertEqual(self.invoke(tailrace, "shell", {"a": 1}), ({"echo": {"a": 1}}, None))
        self.assertEqual(self.invoke(tailrace, "shell", "fail"),
                         ({"errorMessage": "told to fail", "errorType": "Told"}, "Unhandled"))
        self.assertEqual(self.invoke(tailrace, "shell", [2]), ({"echo": [2]}, None))
        tailrace.wait_for_line("Z shell: call of shell")

    def test_no_process_is_left_behind(self):
        """However the server ends, the function's process ends with it."""
        for end in ("stop", "kill"):
            tailrace = self.start(f"good={PYTHON}:misbehave")
            pid, _ = self.invoke(tailrace, "good", {"how": "well"})
            process = os.pidfd_open(pid)
            self.addCleanup(os.close, process)
            getattr(tailrace, end)()
            ended, _, _ = select.select([process], [], [], WAIT_SECONDS)
            self.assertEqual(ended, [process], f"still running after {end}")

    def test_another_servers_function(self):
        first = self.start(f"bad={PYTHON}:misbehave")
        url = f"lambda:{first.endpoint}/2015-03-31/functions"
        second = self.start(f"far={url}/bad/invocations", f"none={url}/none/invocations")
        payload, error = self.invoke(second, "far", {"how": "raise"})
        self.assertEqual((error, payload["errorType"]), ("Unhandled", "ValueError"))
        self.assertIsInstance(self.invoke(second, "far", {"how": "well"})[0], int)
        payload, error = self.invoke(second, "none", {})
        self.assertEqual((error, payload["errorType"]), ("Unhandled", "ResourceNotFoundException"))
        self.assertEqual(first.stop(), 0)
        with self.assertRaises(ClientError) as refused:
            self.invoke(second, "far", {})
        self.assertEqual(refused.exception.response["Error"]["Code"], "TooManyRequestsException")


class InvokeTest(FunctionsCase):
    def test_invocation_types_and_errors(self):
        tailrace = self.start(f"show={PYTHON}:show")
        client = tailrace.client(service="lambda")
        answer = client.invoke(FunctionName="show")
        self.assertEqual((answer["StatusCode"], answer["ExecutedVersion"]), (200, "$LATEST"))
        self.assertEqual(json.loads(answer["Payload"].read())["event"], {})
        self.assertEqual(client.invoke(FunctionName="show", InvocationType="DryRun")["StatusCode"], 204)
        answer = client.invoke(FunctionName="show", InvocationType="Event", Payload=b'"later"')
        self.assertEqual(answer["StatusCode"], 202)
        tailrace.wait_for_line("Z show: to standard error")
        arn = "arn:aws:lambda:us-east-1:000000000000:function:"
        for arguments, code, message in (
                ({"FunctionName": "none"}, "ResourceNotFoundException", f"Function not found: {arn}none"),
                ({"FunctionName": "none", "Qualifier": "7"}, "ResourceNotFoundException",
                 f"Function not found: {arn}none:7"),
                ({"FunctionName": "show:6", "Qualifier": "7"}, "InvalidParameterValueException",
                 "The derived qualifier from the function name does not match the specified qualifier."),
                ({"FunctionName": "show", "Qualifier": "a.b"}, "ValidationException",
                 "1 validation error detected: Value 'a.b' at 'qualifier' failed to satisfy constraint: "
                 "Member must satisfy regular expression pattern: "
                 "(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_$]+)"),
                ({"FunctionName": "show", "Payload": b"{"}, "InvalidRequestContentException",
                 "Could not parse request body into json: Could not parse payload into json: "
                 "incomplete JSON"),
                ({"FunctionName": "show", "LogType": "Head"}, "ValidationException",
                 "1 validation error detected: Value 'Head' at 'logType' failed to satisfy constraint: "
                 "Member must satisfy enum value set: [None, Tail]"),
                ({"FunctionName": "show", "InvocationType": "Later"}, "ValidationException",
                 "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy "
                 "constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]")):
            with self.assertRaises(ClientError) as refused:
                client.invoke(**arguments)
            error = refused.exception.response["Error"]
            self.assertEqual((error["Code"], error["Message"]), (code, message))

    def test_a_function_has_every_version_and_alias(self):
        tailrace = self.start(f"show={PYTHON}:show")
        client = tailrace.client(service="lambda")
        arn = "arn:aws:lambda:us-east-1:000000000000:function:show"
        for arguments, version in (
                ({"FunctionName": "show:3"}, "3"), ({"FunctionName": "show", "Qualifier": "3"}, "3"),
                ({"FunctionName": "show:3", "Qualifier": "3"}, "3"), ({"FunctionName": f"{arn}:12"}, "12"),
                ({"FunctionName": "show:live"}, "$LATEST"), ({"FunctionName": "show:$LATEST"}, "$LATEST"),
                ({"FunctionName": "000000000000:function:show:live"}, "$LATEST"),
                ({"FunctionName": "show", "Qualifier": "live"}, "$LATEST")):
            with self.subTest(arguments):
                answer = client.invoke(**arguments)
                self.assertEqual((answer["StatusCode"], answer["ExecutedVersion"]), (200, version))
                self.assertEqual(json.loads(answer["Payload"].read())["event"], {})

    def test_functions_are_shown(self):
        tailrace = self.start(f"show={PYTHON}:show", options=["--function-timeout", "7"])
        client = tailrace.client(service="lambda")
        arn = "arn:aws:lambda:us-east-1:000000000000:function:show"
        shown = client.get_function(FunctionName="show:live")["Configuration"]
        self.assertEqual((shown["FunctionName"], shown["FunctionArn"], shown["Version"], shown["State"],
                          shown["Timeout"]), ("show", f"{arn}:live", "$LATEST", "Active", 7))
        shown = client.get_function_configuration(FunctionName="show")
        self.assertEqual((shown["FunctionArn"], shown["LastUpdateStatus"]), (arn, "Successful"))
        self.assertEqual([each["FunctionArn"] for each in client.list_functions()["Functions"]], [arn])
        with self.assertRaises(ClientError) as refused:
            client.get_function(FunctionName="none")
        self.assertEqual(refused.exception.response["Error"], {
            "Code": "ResourceNotFoundException",
            "Message": "Function not found: arn:aws:lambda:us-east-1:000000000000:function:none"})

    def test_the_end_of_a_functions_output(self):
        tailrace = self.start(f"show={PYTHON}:show", f"count={PYTHON}:count")
        client = tailrace.client(service="lambda")
        self.assertNotIn("LogResult", client.invoke(FunctionName="show", LogType="None"))
        for _ in range(2):
            answer = client.invoke(FunctionName="show", LogType="Tail")
            call_id = json.loads(answer["Payload"].read())["id"]
            lines = b64decode(answer["LogResult"]).decode().splitlines()
            self.assertEqual([re.sub(r"\S+Z\t", "", line) for line in lines], [
                "first line", "second line", f"[WARNING]\t{call_id}\tcareful", "to standard error"])
        answer = client.invoke(FunctionName="count", LogType="Tail", Payload=b"2000")
        written = "".join(f"line {number}\n" for number in range(2000))
        self.assertEqual(b64decode(answer["LogResult"]).decode(), written[-4096:])

    @unittest.skipUnless(os.access(AWS_CLI, os.X_OK), "there is no AWS CLI")
    def test_the_aws_cli(self):
        tailrace = self.start(f"shell=runtime:{FOLDER}/bootstrap")
        environment = {
            "PATH": DEBIAN_PATH, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent",
            "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1",
        }
        command = [
            AWS_CLI, "--endpoint-url", tailrace.endpoint, "lambda", "invoke", "--function-name", "shell",
            "--cli-binary-format", "raw-in-base64-out", "--payload", '{"a":1}', "/dev/stderr",
        ]
        done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
        self.assertEqual(json.loads(done.stdout), {"StatusCode": 200, "ExecutedVersion": "$LATEST"})
        self.assertEqual(done.stderr, '{"echo":{"a":1}}')


class StartTest(FunctionsCase):
    """A faulty function is reported in one line, and the command ends."""

    def refusal(self, handler):
        command = [self.executable, "--port", "0", "--on-stream", f"Notes={handler}"]
        environment = {**os.environ, "PATH": DEBIAN_PATH}
        done = subprocess.run(
            command, check=False, env=environment, capture_output=True, text=True, timeout=WAIT_SECONDS)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("tailrace: ")]
        return line

    def check_file(self, kind, name, text, error):
        with tempfile.TemporaryDirectory(prefix="tailrace-functions-") as folder:
            (Path(folder) / name).write_text(text, encoding="utf-8")
            self.assertRegex(self.refusal(f"{kind}:{folder}/{name}:handler"), f"^tailrace: {error}")

    def test_functions_that_cannot_be_loaded(self):
        self.assertEqual(self.refusal("python:gone.py:handler"), "tailrace: there is no file 'gone.py'")
        self.assertEqual(self.refusal(f"{PYTHON}:gone"),
                         "tailrace: Runtime.HandlerNotFound: Handler 'gone' missing on module 'notes'")
        self.assertEqual(self.refusal(f"{NODE}:gone"),
                         "tailrace: Runtime.HandlerNotFound: notes.gone is undefined or not exported")
        self.check_file("python", "a.py", "import gone",
                        "Runtime.ImportModuleError: Unable to import module 'a': No module named 'gone'$")
        self.check_file("python", "a.py", "def handler(",
                        "Runtime.UserCodeSyntaxError: Syntax error in module 'a': ")
        self.check_file("python", "a.py", "1 / 0", "ZeroDivisionError: division by zero$")
        self.check_file("python", "a.py", "import os; os._exit(3)",
                        "Runtime exited with error: exit status 3$")
        self.check_file("node", "a.mjs", "import 'gone';",
                        "Runtime.ImportModuleError: Error: Cannot find package 'gone'")
        self.check_file("node", "a.js", "\nexports.handler = (",
                        r"Runtime.UserCodeSyntaxError: SyntaxError: Unexpected end .*\(a\.js, line 2\)")
        self.check_file("node", "a.mjs", "export const handler = 1 +;",
                        r"Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token ';' \(a\.mjs, line 1\)$")


if __name__ == "__main__":
    run_tests(FunctionsCase)
