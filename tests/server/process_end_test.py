"""The processes of functions: none outlives the server, and none stays a zombie if the server is process 1.

Usage: process_end_test.py TAILRACE [unittest arguments]
"""

import json
import os
import re
import signal
import subprocess
import tempfile
import time
import unittest

from connections import PATIENCE_SECONDS, TAILRACE, Connection, Server

FUNCTION = """
import os, subprocess

def handler(event, context):
    if event.get("orphans"):
        for _ in range(event["orphans"]):
            subprocess.run(["sh", "-c", "(exec true) & (exec true) & exit 0"], check=True)
    return os.getpid()
"""
NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc"]


def invoke(connection, event):
    body = json.dumps(event).encode()
    path = "/2015-03-31/functions/f/invocations"
    status, _, answer = connection.ask(
        f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    assert status == 200, answer
    return json.loads(answer)


def children(process):
    """The state letters of the child processes of `process`, by process id."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found[int(name)] = fields[0]
    return found


def wait_until(condition):
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        os.sched_yield()
    return True


class Processes(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        path = os.path.join(self.folder.name, "f.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(FUNCTION)
        self.function = f"f=python:{path}:handler"

    def test_a_killed_server_takes_the_processes_of_functions_with_it(self):
        with Server("--function", self.function) as server, server.connect() as client:
            process = invoke(client, {})
            self.assertIn(process, children(server.process.pid))
            server.process.kill()
            server.told_to_stop = True
            self.assertTrue(wait_until(lambda: not os.path.exists(f"/proc/{process}/cmdline")
                                       or not self.command_line(process)))

    @staticmethod
    def command_line(process):
        """Returns the command line; empty for a zombie that nobody has waited for."""
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                return file.read()
        except OSError:
            return b""

    def test_the_first_process_clears_orphans_away(self):
        try:
            subprocess.run([*NAMESPACE, "true"], check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"no PID namespace can be made here: {error}")
        command = [*NAMESPACE, TAILRACE, "--port", "0", "--function", self.function]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as outer:
            port = int(re.search(r":(\d+) \(", outer.stdout.readline().decode()).group(1))
            server = next(iter(children(outer.pid)))
            try:
                with Connection(port) as client:
                    for _ in range(3):
                        invoke(client, {"orphans": 10})
                    self.assertTrue(wait_until(lambda: list(children(server).values()).count("Z") == 0),
                                    children(server))
                    self.assertEqual(len(children(server)), 1)
                    # Reaping orphans must not take the exit statuses of the functions' own processes.
                    invoke(client, {"orphans": 1})
            finally:
                os.kill(server, signal.SIGTERM)
            self.assertEqual(outer.wait(PATIENCE_SECONDS), 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
