"""random_test.py RUNNER SERVER: random requests find no difference between two Tailraces, and find a
forgetful one."""

import http.client
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

from suite_test import serve, stop

SUITE = pathlib.Path(__file__).resolve().parents[2] / "conformance"
REQUESTS = 3000
SEED = 20261121
PUT = "DynamoDB_20120810.PutItem"
REASON = "It forgets b where it returns the item before."
RULE = {"request": "PutItem\\n.*\"ReturnValues\"",
        "differs": "^left behind: Item\\.b: expected .*, got nothing$"}


class Forgetful(http.server.BaseHTTPRequestHandler):
    """Forwards requests, but drops the attribute b of a PutItem that has ReturnValues."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    behind = ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["X-Amz-Target"] == PUT:
            request = json.loads(body)
            if "ReturnValues" in request:
                request["Item"].pop("b", None)
            body = json.dumps(request).encode()
        connection = http.client.HTTPConnection(self.behind)
        sent = {name: value for name, value in self.headers.items() if name != "Content-Length"}
        connection.request("POST", "/", body, sent)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


class RandomRequests(unittest.TestCase):
    runner = executable = None

    def start(self, *options):
        server, address = serve([self.executable, "--port", "0", *options])
        self.addCleanup(stop, server)
        return address

    def forgetful(self):
        Forgetful.behind = self.start().removeprefix("http://")
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forgetful)
        threading.Thread(target=proxy.serve_forever).start()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        return f"http://127.0.0.1:{proxy.server_port}"

    def run_random(self, endpoint, requests, *options):
        return subprocess.run(
            [self.runner, "--endpoint", endpoint, "--against", self.start(), "--random", str(requests),
             "--seed", str(SEED), *options], capture_output=True, text=True, check=False)

    def test_in_memory_and_on_a_file_alike(self):
        with tempfile.TemporaryDirectory() as folder:
            server, address = serve([self.executable, "--port", "0", "--db-path", f"{folder}/random.db"])
            try:
                run = self.run_random(address, REQUESTS)
            finally:
                stop(server)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertRegex(run.stdout, rf"^30\d\d random requests of seed {SEED}: 0 differences\n$")

    # Each difference is reported once: the forgotten attribute is restored before the next request.
    def test_what_a_write_left_behind(self):
        run = self.run_random(self.forgetful(), 300, "--differences", "1000")
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        lines = re.findall("^    differs  (.*)$", run.stdout, re.MULTILINE)
        self.assertGreater(len(lines), 5)
        self.assertEqual([line for line in lines if not re.search(RULE["differs"], line)], [])
        self.assertIn(f" random requests of seed {SEED}: {len(lines)} differences\n", run.stdout)

    def test_known_differences(self):
        with tempfile.TemporaryDirectory() as folder:
            suite = pathlib.Path(folder) / "suite"
            shutil.copytree(SUITE, suite, ignore=shutil.ignore_patterns("runner"))
            known = {"forgetful": [{"random": RULE, "reason": REASON}]}
            (suite / "known-differences.json").write_text(json.dumps(known))
            run = self.run_random(self.forgetful(), 300, "--suite", str(suite), "--name", "forgetful")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertRegex(run.stdout, rf"^Known differences:\n\d+  {re.escape(REASON)}\n30\d random requests "
                                     rf"of seed {SEED}: 0 unknown differences\n$")


if __name__ == "__main__":
    RandomRequests.runner, RandomRequests.executable = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
