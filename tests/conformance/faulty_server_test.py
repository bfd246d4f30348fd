"""faulty_server_test.py RUNNER: what the runner does with servers that misbehave.

Each run must end with a clear line and the right exit code, and leave no table behind if the server allows
tables to be deleted.
"""

import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree

from faulty_server import Faulty

RUNNER = sys.argv.pop()
RUN_SECONDS = 60
KEYS = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"}

TABLE = {"reason": "A table.", "create": {"KeySchema": [], "AttributeDefinitions": []}}
CASES = {
    "source": "https://docs.aws.amazon.com/",
    "tier": 1,
    "cases": [{
        "name": f"case-{number}",
        "reason": "It asks for an item that is not there.",
        "steps": [{"operation": "GetItem", "request": {"TableName": "${table:plain}"},
                   "expect": {"body": {}}}],
    } for number in range(3)],
}


class FaultyServerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.suite = pathlib.Path(folder.name)
        self.write("tables/plain.json", TABLE)
        self.write("cases/items/get-item/all.json", CASES)

    def write(self, path, content):
        """Writes a file of the suite."""
        (self.suite / path).parent.mkdir(parents=True, exist_ok=True)
        (self.suite / path).write_text(json.dumps(content), encoding="utf-8")

    def serve(self, misbehave=lambda handler, _: handler.answer({}), **settings):
        server = Faulty(misbehave, **settings)
        self.addCleanup(server.close)
        return server

    def start(self, server, *options, **settings):
        run = subprocess.Popen(
            [RUNNER, "--suite", str(self.suite), "--endpoint", f"http://127.0.0.1:{server.server_port}",
             "--prefix", "faulty", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)
        self.addCleanup(lambda: run.poll() is None and run.kill())
        return run

    def run_against(self, misbehave, *options, environment=(), text=True, operations=()):
        server = self.serve(misbehave, operations=operations)
        run = subprocess.run(
            [RUNNER, "--suite", str(self.suite), "--endpoint", f"http://127.0.0.1:{server.server_port}",
             "--parallel", "1", "--prefix", "faulty", *options],
            capture_output=True, text=text, timeout=RUN_SECONDS, stdin=subprocess.DEVNULL,
            env={**os.environ, **dict(environment)}, check=False)
        return server, run

    def check_told(self, misbehave, line, *options):
        """Checks that the run fails, says why, and leaves no table behind."""
        server, run = self.run_against(misbehave, *options)
        self.assertEqual(1, run.returncode, run.stderr)
        self.assertIn(line, run.stdout)
        self.assertEqual(set(), server.tables)

    def test_a_server_that_stalls(self):
        self.check_told(lambda handler, _: handler.server.released.wait(RUN_SECONDS),
                        "no answer: gave up waiting for the answer after 1000 ms", "--timeout", "1")

    def test_a_server_that_closes_the_connection(self):
        self.check_told(lambda handler, _: handler.close_at_once(),
                        "no answer: the server closed the connection without an answer")

    def test_a_server_that_stops_within_its_answer(self):
        def misbehave(handler, _):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            handler.close_connection = True

        self.check_told(misbehave, "no answer: the server closed the connection within its answer")

    def test_a_server_that_answers_garbage(self):
        def misbehave(handler, _):
            handler.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")
            handler.close_connection = True

        self.check_told(misbehave, "no answer: the server's answer is not HTTP")

    def test_an_answer_that_is_not_json(self):
        def misbehave(handler, _):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")

        self.check_told(misbehave, "differs   the body is not JSON: <html>")

    # Whatever a server sends, a terminal and readers of XML, JSON or UTF-8 must get clean text.
    def test_bytes_that_are_not_text_are_shown_as_such(self):
        def misbehave(handler, _):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Odd: \xff\r\n"
                                b"Content-Length: 11\r\n\r\n\x1f\x8b\x00\xff\x1b[2J\r\xc2\x9b")

        case = CASES["cases"][0]
        odd = {**case["steps"][0], "expect": {"headers": {"X-Odd": "plain"}, "text": "plain"}}
        self.write("cases/items/get-item/all.json",
                   {**CASES, "cases": [case, {**case, "name": "odd", "steps": [odd]}]})
        files = {name: self.suite / name for name in ("junit", "json", "markdown")}
        _, run = self.run_against(misbehave, *(f"--{name}={path}" for name, path in files.items()),
                                  text=False)
        self.assertEqual(1, run.returncode)
        junit, report, page = (path.read_bytes().decode() for path in files.values())
        for text in (junit, report, page, run.stdout.decode()):
            self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f]")
        shown = r"\x1f\x8b\x00\xff\x1b[2J\x0d\u009b"
        self.assertIn(f"    differs   the body is not JSON: {shown}\n", run.stdout.decode())
        self.assertIn(f"  * `the body is not JSON: {shown}`\n", page)
        plain, odd = (each["failure"] for each in json.loads(report)["cases"])
        self.assertEqual(f"200 {shown}", plain["got"])
        self.assertEqual(r'header X-Odd: expected "plain", got "\xff"', odd["differences"][0])
        first = next(xml.etree.ElementTree.fromstring(junit).iter("failure"))
        self.assertEqual(f"the body is not JSON: {shown}", first.get("message"))

    def test_no_control_character_of_a_server_reaches_the_terminal(self):
        for shape in ("hash-s", "range-n", "indexed"):
            self.write(f"tables/{shape}.json", TABLE)
        other = self.serve()
        server, run = self.run_against(
            lambda handler, _: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x1b[2J"),
            "--random", "100", "--differences", "1", "--against", f"http://127.0.0.1:{other.server_port}")
        self.assertIn("left behind: 200 \\x1b[2J\n", run.stdout)
        self.assertEqual((1, set(), set()), (run.returncode, server.tables, other.tables))
        server = self.serve(operations={"DeleteTable": lambda handler, _: handler.wfile.write(
            b"HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\n\x1b[2J")})
        server.tables = {"faulty-\x1b[2J"}
        out, trouble = self.start(server, "--cleanup").communicate(timeout=RUN_SECONDS)
        self.assertEqual("faulty-\\x1b[2J\n", out)
        self.assertEqual("tailrace-conformance: cannot delete the table faulty-\\x1b[2J: "
                         'DeleteTable was answered "404 \\\\x1b[2J"\n', trouble)

    def test_a_server_that_throttles_is_asked_again(self):
        def misbehave(handler, count):
            if count % 3:
                handler.answer({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}, 400)
            else:
                handler.answer({})

        server, run = self.run_against(misbehave)
        self.assertEqual(0, run.returncode, run.stdout)
        self.assertIn("3 cases: 3 passed", run.stdout)
        self.assertEqual((9, set()), (server.items_asked, server.tables))

    # A server other than AWS usually fails again in the same way, and a whole suite cannot wait for that.
    def test_a_fault_of_the_server_is_met_three_times(self):
        server, run = self.run_against(
            lambda handler, _: handler.answer({"__type": "a#InternalServerError"}, 500), "--filter", "case-0")
        self.assertEqual((1, 3), (run.returncode, server.items_asked))
        self.assertIn("    got       500 {\"__type\": \"a#InternalServerError\"}\n", run.stdout)

    def test_names_are_the_runs_own(self):
        asked = []
        names = ["${table:plain}", "${own-table:plain}", "${new-table}", "${new-table:x}", "${region}"]
        request = {"TableName": "${table:plain}", "Key": names}
        self.write("cases/items/get-item/all.json", {**CASES, "cases": [
            {**CASES["cases"][0], "steps": [{"operation": "GetItem", "request": request}]}]})
        server, run = self.run_against(None, "--region", "eu-west-1", operations={
            "GetItem": lambda handler, body: asked.append(body["Key"]) or handler.answer({})})
        self.assertEqual((0, set(), 1), (run.returncode, server.tables, len(asked)))
        shared, own, new, word, region = asked[0]
        self.assertEqual(("faulty-plain", "eu-west-1"), (shared, region))
        self.assertRegex(own, "^faulty-own-c[0-9a-v]{11}-plain$")
        self.assertRegex(new, "^faulty-new-c[0-9a-v]{11}$")
        self.assertEqual(f"{new}-x", word)

    def test_a_path_of_the_endpoint_is_kept(self):
        paths = set()
        server = self.serve(lambda handler, _: paths.add(handler.path) or handler.answer({}))
        url = f"http://127.0.0.1:{server.server_port}/below/"
        run = subprocess.run([RUNNER, "--suite", str(self.suite), "--endpoint", url], capture_output=True,
                             timeout=RUN_SECONDS, check=False)
        self.assertEqual((0, {"/below/"}), (run.returncode, paths))

    def test_two_endpoints_are_compared_and_the_first_recorded(self):
        other = self.serve(lambda handler, count: handler.answer({"n": 1} if count == 2 else {}))
        record = self.suite / "record.json"
        server, run = self.run_against(
            lambda handler, _: handler.answer({"n": 2}), "--record", str(record), "--filter", "case-1",
            "--against", f"http://127.0.0.1:{other.server_port}")
        self.assertEqual((1, set(), set()), (run.returncode, server.tables, other.tables))
        self.assertIn(' 200 {"n": 2}\n', run.stdout)
        self.assertIn(" 200 {}\n", run.stdout)
        self.assertRegex(run.stdout, "    differs   n: expected (2, got nothing|nothing, got 2)\n")
        (case,) = json.loads(record.read_text(encoding="utf-8"))["cases"]
        self.assertEqual({"status": 200, "body": {"n": 2}}, case["steps"][0]["expect"])

    # A server may answer like any of AWS's regions; AWS itself must answer like the region that is asked.
    def test_an_answer_in_which_the_regions_of_aws_differ(self):
        case = {**CASES["cases"][0], "steps": [{"operation": "GetItem", "request": {},
                                                "expect": {"observed": "an-answer"}}]}
        self.write("cases/items/get-item/all.json", {**CASES, "cases": [case]})
        self.write("observed-answers.json", {"answers": [{
            "name": "an-answer", "reason": "They differ.", "source": "https://docs.aws.amazon.com/",
            "newer": {"body": {"Item": {}}}, "older": {"body": {}}, "older-regions": ["eu-west-1"]}]})
        older, newer = {}, {"Item": {}}
        for answer, options, code in [
                (older, [], 0), (newer, [], 0), ({"Item": 1}, [], 1),
                (older, ["eu-west-1"], 0), (newer, ["eu-west-1"], 1),
                (older, ["us-east-1"], 1), (newer, ["us-east-1"], 0)]:
            with self.subTest(answer=answer, options=options):
                aws = ["--aws", "--yes", "--region", *options] if options else []
                _, run = self.run_against(lambda handler, _, body=answer: handler.answer(body), *aws,
                                          environment=KEYS)
                self.assertEqual(code, run.returncode, run.stdout)

    # The reason for stopping the run must not be lost because nothing could be recorded.
    def test_nothing_is_recorded_if_no_server_answers(self):
        record = self.suite / "record.json"
        run = subprocess.run([RUNNER, "--suite", self.suite, "--endpoint", "http://127.0.0.1:1", "--against",
                              "http://127.0.0.1:1", "--record", record], capture_output=True, text=True,
                             timeout=RUN_SECONDS, check=False)
        self.assertEqual((2, False), (run.returncode, record.exists()))
        self.assertIn("STOPPED: failed connecting: Connection refused\n", run.stdout)

    def test_a_token_that_expires_is_renewed_once_and_ends_the_run(self):
        def misbehave(handler, _):
            handler.answer({"__type": "com.amazon.coral.service#ExpiredTokenException",
                            "message": "The security token included in the request is expired"}, 400)

        server, run = self.run_against(misbehave, "--aws", "--yes",
                                       environment={**KEYS, "AWS_SESSION_TOKEN": "T"})
        self.assertEqual(2, run.returncode, run.stdout)
        self.assertIn("STOPPED: the credentials are refused: ", run.stdout)
        self.assertIn("The security token included in the request is expired", run.stdout)
        self.assertEqual((2, set()), (server.items_asked, server.tables))

    # A run without permission to create tables ends at once.
    def test_an_account_that_does_not_allow_tables_ends_the_run(self):
        denied = "com.amazon.coral.service#AccessDeniedException"
        server, run = self.run_against(None, "--aws", "--yes", environment=KEYS, operations={
            "CreateTable": lambda handler, _: handler.refuse("User is not authorized.", denied)})
        self.assertEqual((2, 0), (run.returncode, server.items_asked))
        self.assertIn("3 cases: 0 passed, 3 not run", run.stdout)
        self.assertIn('STOPPED: the credentials do not allow CreateTable: {"__type": '
                      f'"{denied}", "message": "User is not authorized."}}\n', run.stdout)

    # A request that nobody answers must not delay a person who wants to end the run.
    def test_ctrl_c_breaks_off_what_is_under_way_and_deletes_the_tables(self):
        asked = threading.Event()

        def misbehave(handler, _):
            asked.set()
            handler.server.released.wait(RUN_SECONDS)

        server = self.serve(misbehave)
        run = self.start(server, "--timeout", "600")
        self.assertTrue(asked.wait(RUN_SECONDS))
        self.assertEqual({"faulty-plain"}, server.tables)
        run.send_signal(signal.SIGINT)
        out, trouble = run.communicate(timeout=RUN_SECONDS)
        self.assertEqual(2, run.returncode)
        self.assertIn("3 cases: 0 passed, 3 not run", out)
        self.assertIn("STOPPED: interrupted\n", out)
        self.assertEqual("\nstopping; the tables are deleted first\n", trouble)
        self.assertEqual(set(), server.tables)

    # The server may have created a table even if its answer did not arrive.
    def test_ctrl_c_while_a_table_is_made_deletes_it(self):
        asked = threading.Event()

        def stall(handler, body):
            handler.server.tables.add(body["TableName"])
            asked.set()
            return handler.server.released.wait(RUN_SECONDS)

        server = self.serve(operations={"CreateTable": stall})
        run = self.start(server, "--timeout", "600")
        self.assertTrue(asked.wait(RUN_SECONDS))
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=RUN_SECONDS)
        self.assertEqual((2, set()), (run.returncode, server.tables))

    def test_a_second_ctrl_c_ends_at_once_and_names_the_command_that_cleans_up(self):
        asked, deleting = threading.Event(), threading.Event()

        def stall(handler, event):
            event.set()
            return handler.server.released.wait(RUN_SECONDS)

        server = self.serve(lambda handler, _: stall(handler, asked),
                            operations={"DeleteTable": lambda handler, _: stall(handler, deleting)})
        run = self.start(server, "--timeout", "600", "--profile", "a b")
        self.assertTrue(asked.wait(RUN_SECONDS))
        run.send_signal(signal.SIGINT)
        self.assertTrue(deleting.wait(RUN_SECONDS))
        run.send_signal(signal.SIGINT)
        out, trouble = run.communicate(timeout=RUN_SECONDS)
        self.assertEqual((130, ""), (run.returncode, out))
        self.assertEqual("\nstopping; the tables are deleted first\n"
                         "\nstopped at once; to delete the tables:\n"
                         f"tailrace-conformance --endpoint http://127.0.0.1:{server.server_port} "
                         "--profile 'a b' --prefix faulty --cleanup\n", trouble)

    # What a server does not support must not hide what it does support.
    def test_a_shared_table_that_is_refused_fails_the_cases_that_use_it(self):
        def create(handler, body):
            if body["TableName"] == "faulty-odd":
                return handler.refuse("No such thing.")
            if body["TableName"] == "faulty-html":
                return handler.wfile.write(b"HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\n<p>\xff")
            return False

        shapes = ["plain", "odd", "html", "late"]
        for shape in shapes[1:]:
            self.write(f"tables/{shape}.json", TABLE)
        self.write("tables/late.json", {
            **TABLE, "then": [{"operation": "UpdateTimeToLive", "request": {}}]})
        case = CASES["cases"][0]
        self.write("cases/items/get-item/all.json", {**CASES, "cases": [
            {**case, "name": shape, "steps": [{"operation": "GetItem", "expect": {"body": {}},
                                               "request": {"TableName": f"${{table:{shape}}}"}}]}
            for shape in shapes]})
        server, run = self.run_against(
            lambda handler, _: handler.answer({}), operations={
                "CreateTable": create, "UpdateTimeToLive": lambda handler, _: handler.refuse("Not here.")})
        self.assertEqual((1, 1, set()), (run.returncode, server.items_asked, server.tables))
        self.assertIn("4 cases: 1 passed, 3 FAILED", run.stdout)
        refused = '{"__type":"com.amazon.coral.validate#ValidationException","message":"'
        for shape, answer in (("odd", f'CreateTable was answered {refused}No such thing."}}'),
                              ("html", 'CreateTable was answered "404 <p>\\\\xff"'),
                              ("late", f'UpdateTimeToLive was answered {refused}Not here."}}')):
            self.assertIn(f"FAILED  items/get-item/{shape}, before its first step\n", run.stdout)
            self.assertIn(f"    differs   cannot make the table faulty-{shape}: {answer}\n", run.stdout)

    def protecting(self, protected):
        """Operations of a server that first protects every table, with wording of its own."""
        def create(_, body):
            protected.add(body["TableName"])

        def describe(handler, body):
            return body["TableName"] in protected and handler.answer(
                {"Table": {"TableStatus": "ACTIVE", "DeletionProtectionEnabled": True}})

        def update(_, body):
            if body["DeletionProtectionEnabled"] is False:
                protected.discard(body["TableName"])

        def delete(handler, body):
            return body["TableName"] in protected and handler.refuse("It is kept from harm.")

        return {"CreateTable": create, "DescribeTable": describe, "UpdateTable": update,
                "DeleteTable": delete}

    def test_a_table_left_protected_is_deleted(self):
        step = {"operation": "CreateTable", "request": {"TableName": "${new-table}"},
                "expect": {"status": 500}}
        self.write("cases/items/get-item/all.json",
                   {**CASES, "cases": [{**CASES["cases"][0], "steps": [step]}]})
        server, run = self.run_against(None, operations=self.protecting(set()))
        self.assertEqual((1, set()), (run.returncode, server.tables))
        protected = {"faulty-left-behind"}
        server = self.serve(operations=self.protecting(protected))
        server.tables = {"faulty-left-behind", "faultless"}
        out, _ = self.start(server, "--cleanup").communicate(timeout=RUN_SECONDS)
        self.assertIn("1 tables deleted\n", out)
        self.assertEqual({"faultless"}, server.tables)

    # One table that cannot be deleted must not prevent the deletion of the others.
    def test_every_table_that_can_be_deleted_is(self):
        server = self.serve(operations={"DeleteTable": lambda handler, body: (
            body["TableName"] == "faulty-b" and handler.refuse("It stays."))})
        server.tables = {"faulty-a", "faulty-b", "faulty-c"}
        run = self.start(server, "--cleanup")
        _, trouble = run.communicate(timeout=RUN_SECONDS)
        self.assertEqual((2, {"faulty-b"}), (run.returncode, server.tables))
        self.assertEqual('tailrace-conformance: cannot delete the table faulty-b: DeleteTable was answered '
                         '{"__type":"com.amazon.coral.validate#ValidationException","message":"It stays."}\n',
                         trouble)

    def test_what_never_comes_is_waited_for_as_long_as_patience_says(self):
        get = {**CASES["cases"][0]["steps"][0], "eventually": True, "expect": {"body": {"Item": {}}}}
        wait = {"wait": {"table": "${table:plain}", "until": "deleted"}}
        self.write("cases/items/get-item/all.json", {**CASES, "cases": [
            {**CASES["cases"][0], "name": name, "steps": steps}
            for name, steps in (("get", [get]), ("wait", [{**get, "expect": {}}, wait]))]})
        server, run = self.run_against(lambda handler, _: handler.answer({}), "--patience", "1")
        self.assertEqual((1, set()), (run.returncode, server.tables))
        self.assertGreater(server.items_asked, 3)
        self.assertIn("    differs   Item: expected {}, got nothing\n", run.stdout)
        self.assertIn("FAILED  items/get-item/wait, step 2 of 2\n"
                      "    why       It asks for an item that is not there.\n"
                      "    source    https://docs.aws.amazon.com/\n"
                      "    request   wait until faulty-plain is deleted\n"
                      "    differs   the table faulty-plain being deleted took longer than 1 s\n", run.stdout)

    def test_a_certificate_is_verified_by_its_authority_and_its_name(self):
        key, certificate = self.suite / "key.pem", self.suite / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                        "-out", certificate], check=True, capture_output=True)
        server = Faulty(lambda handler, _: handler.answer({}), (certificate, key))
        self.addCleanup(server.close)
        refused = "STOPPED: failed agreeing on TLS: certificate verify failed"
        for host, options, code, line in (("localhost", ["--ca-file", certificate], 0, "3 cases: 3 passed"),
                                          ("localhost", [], 2, refused),
                                          ("127.0.0.1", ["--ca-file", certificate], 2, refused)):
            with self.subTest(host=host, options=options):
                run = subprocess.run(
                    [RUNNER, "--suite", self.suite, "--endpoint", f"https://{host}:{server.server_port}",
                     *options], capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
                self.assertEqual(code, run.returncode, run.stdout)
                self.assertIn(line, run.stdout)

    def test_nobody_there(self):
        run = subprocess.run([RUNNER, "--suite", str(self.suite), "--endpoint", "http://127.0.0.1:1"],
                             capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
        self.assertEqual(2, run.returncode)
        self.assertIn("STOPPED: failed connecting: Connection refused\n", run.stdout)

    def test_aws_is_not_run_without_consent(self):
        for options in ([], ["--random", "9", "--against", "http://127.0.0.1:1"]):
            server, run = self.run_against(lambda handler, _: handler.answer({}), "--aws", *options,
                                           environment=KEYS)
            self.assertEqual(2, run.returncode)
            self.assertRegex(run.stderr, r"^On AWS this run needs about [0-9]+ requests, ")
            self.assertIn("standard input is not a terminal: give --yes to agree", run.stderr)
            self.assertEqual((0, set()), (server.items_asked, server.tables))

    def test_cleaning_up_on_aws_wants_consent(self):
        try:
            for end in pty.openpty():
                os.close(end)
        except OSError as error:
            print(f"\nskipped: whether --cleanup asks at a terminal: {error}", flush=True)
            self.skipTest("no terminal can be made")
        question = "Delete these tables? [y/N] "
        for options, said, code, left in (([], b"n\n", 2, {"faulty-a"}), ([], b"y\n", 0, set()),
                                          (["--yes"], b"", 0, set()), ([], signal.SIGINT, 2, {"faulty-a"})):
            with self.subTest(options=options, said=said):
                server = self.serve()
                server.tables = {"faulty-a"}
                terminal, its_end = pty.openpty()
                run = self.start(server, "--aws", "--cleanup", *options, stdin=its_end,
                                 env={**os.environ, **KEYS})
                if not options:
                    self.assertEqual("faulty-a\n", run.stdout.readline())
                    self.assertEqual(question, run.stderr.read(len(question)))
                if isinstance(said, bytes):
                    os.write(terminal, said)
                else:
                    run.send_signal(said)
                out, trouble = run.communicate(timeout=RUN_SECONDS)
                os.close(terminal)
                os.close(its_end)
                self.assertEqual((code, left), (run.returncode, server.tables))
                self.assertEqual("\nstopping\n" if said == signal.SIGINT else "", trouble)
                self.assertEqual(not left, out.endswith("1 tables deleted\n"))

    def test_cleaning_up_where_nobody_can_be_asked_deletes_nothing_on_aws(self):
        server = self.serve()
        server.tables = {"faulty-a"}
        run = self.start(server, "--aws", "--cleanup", stdin=subprocess.DEVNULL, env={**os.environ, **KEYS})
        out, trouble = run.communicate(timeout=RUN_SECONDS)
        self.assertEqual((2, "faulty-a\n", {"faulty-a"}), (run.returncode, out, server.tables))
        self.assertEqual("tailrace-conformance: standard input is not a terminal: give --yes to "
                         "agree\n", trouble)


if __name__ == "__main__":
    unittest.main()
