"""guide_test.py EXECUTABLE: runs the samples in Python of tests/README.md, each against its own server."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tracked_files import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from pages import blocks, page, section
from plain_server import PlainServer

EXECUTABLE = os.path.abspath(sys.argv.pop()) if len(sys.argv) > 1 else ""
PYTHON = "/usr/bin/python3"
GUIDE = page("tests/README.md")
PATIENCE_SECONDS = 60
MUSIC = {"TableName": "music", "BillingMode": "PAY_PER_REQUEST",
         "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
         "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}]}
# The samples have pytest's fixtures, and this runs them without pytest.
WITHOUT_PYTEST = """
import sys, types
sys.modules["pytest"] = types.SimpleNamespace(fixture=lambda function: function)
"""
# After throttling, the SDK may wait for several seconds.
SHORT_WAITS = """
import botocore.retries.standard
botocore.retries.standard.ExponentialBackoff.delay_amount = lambda *_: 0.001
"""


def sample(title):
    return "".join(blocks("python", section(GUIDE, title)))


class Samples(unittest.TestCase):
    maxDiff = None

    def serve(self, *options, **popen_options):
        return self.enterContext(PlainServer(EXECUTABLE, *options, **popen_options))

    def at(self, server, text):
        return text.replace("http://localhost:8000", f"http://127.0.0.1:{server.port}")

    def run_program(self, server, *parts, folder=None):
        """Runs a program with the parts one after another, and returns what it prints."""
        program = self.at(server, "\n".join(parts))
        shown = subprocess.run([PYTHON, "-B", "-c", program], env={"PATH": "/usr/bin:/bin"}, text=True,
                               capture_output=True, timeout=PATIENCE_SECONDS, cwd=folder)
        self.assertEqual(shown.stderr, "")
        return shown.stdout

    def test_empty_tables_for_each_test(self):
        server = self.serve()
        self.assertEqual(server.call("CreateTable", **MUSIC)[0], 200)
        shown = self.run_program(server, WITHOUT_PYTEST, sample("Empty tables for each test"),
                                 'print(dynamodb().list_tables()["TableNames"])')
        self.assertEqual(shown, "[]\n")

    def test_parallel_tests(self):
        server = self.serve()
        shown = self.run_program(server, WITHOUT_PYTEST, sample("Parallel tests"), f"""
client("pattern").create_table(**{MUSIC})
fixtures = [dynamodb(), dynamodb()]
for test in list(map(next, fixtures)):
    test_a_song_is_kept(test)
    print(len(json.load(urllib.request.urlopen(SERVER + "/_tailrace/namespaces"))["Namespaces"]))
for fixture in fixtures:
    next(fixture, None)
""")
        self.assertEqual(shown, "4\n4\n")
        _, listed = server.ask("GET", "/_tailrace/namespaces")
        self.assertEqual([(each["Name"], each["Tables"], each["Items"]) for each in listed["Namespaces"]],
                         [("default", 0, 0), ("pattern", 1, 0)])

    def test_wait_for_the_functions(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        file = folder / "music_test.py"
        file.write_text(sample("Wait for the functions"), encoding="utf-8")
        line, = re.findall(r"^\./server/run (.*music_test.*)", section(GUIDE, "Wait for the functions"),
                           re.MULTILINE)
        server = self.serve(*shlex.split(line), cwd=folder)
        # The function is loaded again, now with the server's port.
        file.write_text(self.at(server, file.read_text(encoding="utf-8")), encoding="utf-8")
        test = "import music_test; music_test.test_a_song_is_heard()"
        self.assertEqual(self.run_program(server, test, test, folder=folder), "")

    def test_retries(self):
        server = self.serve()
        self.assertEqual(self.run_program(server, SHORT_WAITS, sample("Retries"),
                                          "test_two_throttled_attempts_are_survived()"), "")

    def test_idempotency_after_a_lost_answer(self):
        server = self.serve()
        self.assertEqual(server.call("CreateTable", **MUSIC)[0], 200)
        shown = self.run_program(
            server, SHORT_WAITS, sample("Retries"), sample("Idempotency after a lost answer"),
            "test_an_update_is_done_twice()", "test_a_transaction_with_a_token_is_done_once()")
        self.assertEqual(shown, "")
        _, answer = server.call("Scan", TableName="music")
        plays = {item["artist"]["S"]: item["plays"]["N"] for item in answer["Items"]}
        self.assertEqual(plays, {"Nils": "2", "Hania": "1"})

    def test_time_to_live(self):
        server = self.serve("--manual-clock", "2026-01-31T12:00:00Z", "--ttl-interval", "0")
        self.assertEqual(self.run_program(server, sample("Time to live"),
                                          "test_a_session_expires_and_is_removed()"), "")
        _, answer = server.call("DescribeTable", TableName="sessions")
        self.assertEqual(answer["Table"]["ItemCount"], 0)

    def test_read_after_write_mistakes(self):
        server = self.serve()
        self.assertEqual(server.call("CreateTable", **MUSIC)[0], 200)
        self.assertEqual(self.run_program(server, sample("Read-after-write mistakes"),
                                          "test_a_song_is_found_after_it_is_added()"), "")


if __name__ == "__main__":
    unittest.main(verbosity=1)
