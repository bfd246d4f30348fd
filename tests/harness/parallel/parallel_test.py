#!/usr/bin/python3
"""Fifty tests at the same time, as processes of their own, against one server. Each has a namespace that is
forked from one seeded state, with data, a stream's function, faults, requests and a clock of its own.

    parallel_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import contextlib
import datetime
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from pattern import BEGIN, SECONDS_APART, SEEDED, make_pattern
from plain_connection import PlainConnection
from plain_server import PlainServer

TESTS = range(1, 51)
# A selection that has each kind of test.
FEWER_TESTS = TESTS[::7]
PATIENCE_SECONDS = 120


def shown_time(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def left_by(number):
    """What a test leaves in its namespace, as the list of namespaces shows it."""
    clock = BEGIN + datetime.timedelta(seconds=(number + 0.5) * SECONDS_APART)
    of_function = 6 if number % 5 == 0 else 0
    return f"test-{number}", SEEDED - number + of_function, shown_time(clock)


class ParallelTest(unittest.TestCase):
    maxDiff = None

    def test_fifty_tests_at_once_do_not_see_each_other(self):
        self.check(TESTS)

    def test_tests_at_once_do_not_see_each_other_with_tables_in_files(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="tailrace-parallel-"))
        self.check(FEWER_TESTS, "--db-path", os.path.join(folder, "songs.db"))

    def check(self, tests, *options):
        server = PlainServer(
            EXECUTABLE, "--manual-clock", BEGIN.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "--function", f"heard=python:{FOLDER / 'heard.py'}:handler", *options)
        self.enterContext(server)
        endpoint = f"http://127.0.0.1:{server.port}"
        with contextlib.closing(PlainConnection(endpoint, "pattern")) as connection:
            make_pattern(connection)
        self.assertEqual(self.run_tests(endpoint, tests), {})
        _, listed = server.ask("GET", "/_tailrace/namespaces")
        self.assertEqual(
            [(each["Name"], each["Items"], each["Clock"]) for each in listed["Namespaces"]],
            [("default", 0, shown_time(BEGIN)), ("pattern", SEEDED, shown_time(BEGIN)),
             *sorted(map(left_by, tests))])

    def run_tests(self, endpoint, tests):
        """Returns what the tests that have failed say, by their numbers."""
        processes = {number: subprocess.Popen(
            [sys.executable, "-B", FOLDER / "one_test.py", endpoint, str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for number in tests}
        said = {number: process.stdout.readline() for number, process in processes.items()}
        # All of them have forked their namespaces by now.
        for number, process in processes.items():
            self.addCleanup(process.kill)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write("go\n")
                process.stdin.flush()
        for number, process in processes.items():
            said[number] += process.communicate(timeout=PATIENCE_SECONDS)[0]
        return {number: said[number] for number, process in processes.items()
                if process.returncode != 0 or said[number] != "ready\n"}


if __name__ == "__main__":
    EXECUTABLE = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
