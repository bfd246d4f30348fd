#!/usr/bin/python3
"""Failing functions behind lambda:URL, as Lambda itself reports them, and as AWS's Runtime Interface Emulator
does, which sends no header for failures. A failed batch is sent again; Invoke shows Lambda's own errors.

    emulator_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import http.server
import json
import os
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import Tailrace, run_tests

NULL = (200, b"null", {})
HANDLER_THREW = (200, b'{"errorType":"Error","errorMessage":"failure","trace":["Error: failure"]}', {})
PROCESS_ENDED = (200, b"", {})
TIMED_OUT = (200, b"Task timed out after 1.00 seconds", {})
NO_START = (502, b"", {})
NO_START_WITH_ERROR = (502, b'{"errorType":"Runtime.ImportModuleError","errorMessage":"no module"}', {})
GATEWAY_TIMEOUT = (504, b"", {})
NO_JSON = (200, b"ready", {})
BUSY = (400, b"", {})
# Lambda sends this header with every answer from a function.
EXECUTED = {"X-Amz-Executed-Version": "$LATEST"}
FAILURES = {
    "the handler threw": HANDLER_THREW, "the process ended": PROCESS_ENDED, "the time was up": TIMED_OUT,
    "status 502": NO_START, "status 504": GATEWAY_TIMEOUT, "no JSON": NO_JSON,
    "the header": (200, b'{"a":1}', {"X-Amz-Function-Error": "Unhandled", **EXECUTED}),
}


class Emulator(http.server.ThreadingHTTPServer):
    """Sends the responses in `answers` one after the other, then null."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), EmulatorRequest)
        self.answers = []
        self.events = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def handler(self):
        return f"lambda:http://127.0.0.1:{self.server_port}"

    def next_answer(self, event):
        with self.lock:
            self.events.append(event)
            return self.answers.pop(0) if self.answers else NULL


class EmulatorRequest(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        status, body, headers = self.server.next_answer(
            json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Says nothing."""


class EmulatorCase(unittest.TestCase):
    executable = None
    maxDiff = None

    def setUp(self):
        self.emulator = Emulator()
        self.addCleanup(self.emulator.server_close)
        self.addCleanup(self.emulator.shutdown)

    def start(self, parameters="", **options):
        function = f"rec={self.emulator.handler}{parameters}"
        tailrace = Tailrace(self.executable, options=["--function", function], **options)
        self.addCleanup(lambda: self.assertEqual(tailrace.stop(), 0, tailrace.describe()))
        return tailrace

    def create_notes(self, tailrace):
        tailrace.create_table("Notes", "KEYS_ONLY")
        return tailrace.client()


class BatchTest(EmulatorCase):
    def test_a_batch_that_failed_is_sent_again(self):
        tailrace = self.start(on_stream=["Notes=rec"])
        client = self.create_notes(tailrace)
        for number, (label, answer) in enumerate(FAILURES.items()):
            with self.subTest(label):
                self.emulator.events.clear()
                self.emulator.answers = [answer, answer]
                client.put_item(TableName="Notes", Item={"pk": {"S": label}})
                tailrace.drain()
                keys = [record["dynamodb"]["Keys"]["pk"]["S"]
                        for event in self.emulator.events for record in event["Records"]]
                self.assertEqual(keys, [label] * 3)
                (mapping,) = tailrace.mappings()
                self.assertEqual((mapping["Records"], mapping["Failures"]), (number + 1, 2 * (number + 1)))

    def test_a_busy_emulator_was_not_called(self):
        tailrace = self.start(on_stream=["Notes=rec,MaximumRetryAttempts=0"])
        self.emulator.answers = [BUSY]
        self.create_notes(tailrace).put_item(TableName="Notes", Item={"pk": {"S": "a"}})
        tailrace.drain()
        (mapping,) = tailrace.mappings()
        self.assertEqual((len(self.emulator.events), mapping["Records"], mapping["GivenUp"]), (2, 1, 0))

    def test_lambdas_own_answers_are_taken_as_they_are(self):
        tailrace = self.start(on_stream=["Notes=rec,MaximumRetryAttempts=0"])
        client = self.create_notes(tailrace)
        answers = [(200, body, EXECUTED) for _, body, _ in (PROCESS_ENDED, HANDLER_THREW, NO_JSON)]
        self.emulator.answers = list(answers)
        for number in range(len(answers)):
            client.put_item(TableName="Notes", Item={"pk": {"S": str(number)}})
            tailrace.drain()
        (mapping,) = tailrace.mappings()
        self.assertEqual((mapping["Records"], mapping["Failures"]), (3, 0))

    def test_an_empty_answer_may_be_meant(self):
        tailrace = self.start(",EmptyResponse=success", on_stream=["Notes=rec,MaximumRetryAttempts=0"])
        self.emulator.answers = [PROCESS_ENDED, TIMED_OUT]
        client = self.create_notes(tailrace)
        for key in ("a", "b"):
            client.put_item(TableName="Notes", Item={"pk": {"S": key}})
            tailrace.drain()
        (mapping,) = tailrace.mappings()
        self.assertEqual((mapping["Records"], mapping["Failures"], mapping["GivenUp"]), (1, 1, 1))

    def test_an_empty_answer_may_be_meant_on_a_stream(self):
        tailrace = Tailrace(self.executable,
                            on_stream=[f"Notes={self.emulator.handler},BatchSize=1,EmptyResponse=success"])
        self.addCleanup(tailrace.stop)
        self.emulator.answers = [PROCESS_ENDED]
        self.create_notes(tailrace).put_item(TableName="Notes", Item={"pk": {"S": "a"}})
        tailrace.drain()
        (mapping,) = tailrace.mappings()
        self.assertEqual((len(self.emulator.events), mapping["Records"], mapping["Failures"]), (1, 1, 0))

    def test_the_time_of_a_record_is_a_floating_point_number(self):
        tailrace = self.start(on_stream=["Notes=rec"])
        self.create_notes(tailrace).put_item(TableName="Notes", Item={"pk": {"S": "a"}})
        tailrace.drain()
        ((record,),) = [event["Records"] for event in self.emulator.events]
        time = record["dynamodb"]["ApproximateCreationDateTime"]
        self.assertIsInstance(time, float)
        self.assertEqual(time, int(time))


class PartialFailureTest(EmulatorCase):
    def test_calls_are_counted_from_zero_after_a_partial_success(self):
        """Batches of three, three retries, and record 5 always fails: AWS sends it five times in all."""
        failed_file = Path(os.environ.get("TMPDIR", "/tmp")) / f"tailrace-emulator-{os.getpid()}.jsonl"
        self.addCleanup(lambda: failed_file.unlink(missing_ok=True))
        parameters = "BatchSize=3,MaximumRetryAttempts=3,FunctionResponseTypes=ReportBatchItemFailures"
        tailrace = self.start(
            on_stream=[f"Notes=rec,{parameters},MaximumBatchingWindowInSeconds=300,OnFailure={failed_file}"])
        client = self.create_notes(tailrace)
        self.emulator.next_answer = self.fail_record_5
        self.seen = []
        for number in range(6):
            client.put_item(TableName="Notes", Item={"pk": {"S": str(number)}})
        tailrace.drain()
        self.assertEqual(self.seen, ["012", "345", "5", "5", "5", "5"])
        (line,) = failed_file.read_text(encoding="utf-8").splitlines()
        record = json.loads(line)
        context = record["requestContext"]
        self.assertEqual(context["condition"], "RetryAttemptsExhausted")
        self.assertEqual(context["approximateInvokeCount"], 4)
        self.assertEqual(record["responseContext"],
                         {"statusCode": 200, "executedVersion": "$LATEST", "functionError": None})

    def fail_record_5(self, event):
        keys = {record["dynamodb"]["Keys"]["pk"]["S"]: record["dynamodb"]["SequenceNumber"]
                for record in event["Records"]}
        self.seen.append("".join(keys))
        failures = [{"itemIdentifier": keys["5"]}] if "5" in keys else []
        return 200, json.dumps({"batchItemFailures": failures}).encode(), {}


class InvokeTest(EmulatorCase):
    def invoke(self, tailrace):
        answer = tailrace.client(service="lambda").invoke(FunctionName="rec", Payload=b"{}")
        return answer.get("FunctionError"), json.loads(answer["Payload"].read() or b"null")

    def test_invoke_shows_lambdas_errors(self):
        tailrace = self.start()
        ended = ("Runtime.ExitError", "Error: Runtime exited without providing a reason")
        for answer, error_type, message, line in (
                (PROCESS_ENDED, *ended, "answered without a body, as when the function's process has ended; "
                                        "with ,EmptyResponse=success after the URL, this counts as a "
                                        "success"),
                (NO_START, *ended, "answered with status 502"),
                (GATEWAY_TIMEOUT, "Sandbox.Timedout", "Error: Task timed out", "answered with status 504"),
                (TIMED_OUT, "Sandbox.Timedout", "Error: Task timed out after 1.00 seconds",
                 "answered: Task timed out after 1.00 seconds"),
                (NO_JSON, "Runtime.InvalidResponse", "Error: The response is not JSON",
                 "answered with something other than JSON: ready")):
            with self.subTest(answer):
                self.emulator.answers = [answer]
                error, payload = self.invoke(tailrace)
                self.assertEqual((error, payload["errorType"]), ("Unhandled", error_type))
                self.assertRegex(payload["errorMessage"], f"^RequestId: [0-9a-f-]{{36}} {message}$")
                tailrace.wait_for_line(
                    f"rec: the call failed: {self.emulator.handler.removeprefix('lambda:')}"
                    f"/2015-03-31/functions/function/invocations {line}")

    def test_invoke_shows_an_error_as_the_function_told_it(self):
        tailrace = self.start()
        for answer in (HANDLER_THREW, NO_START_WITH_ERROR):
            self.emulator.answers = [answer]
            self.assertEqual(self.invoke(tailrace), ("Unhandled", json.loads(answer[1])))
        self.assertEqual(self.invoke(tailrace), (None, None))


if __name__ == "__main__":
    run_tests(EmulatorCase)
