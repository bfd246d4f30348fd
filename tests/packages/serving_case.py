"""What the tests of packages share: two clients that a packed server serves, and a package's start()."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, Tailrace
from packing import children, run

HERE = Path(__file__).resolve().parent
END_SECONDS = 30


class ServingCase(unittest.TestCase):
    """`clients` is the folder with the npm packages of the clients' tests; a test's main part sets it. Tests
    that need these packages are skipped if they have not been fetched."""

    clients = None
    maxDiff = None

    def needs(self, *packages):
        for package in packages:
            if not (self.clients / "node_modules" / package).is_dir():
                self.skipTest("the clients' tests have not installed their packages")

    def assert_serves(self, endpoint):
        """Checks that both client programs succeed at an endpoint. Call it once for each server."""
        with tempfile.TemporaryDirectory() as home:
            # The SDK warns of Debian 12's Node.js, which is older than it wants.
            environment = {"PATH": DEBIAN_PATH, "HOME": home, "PYTHONDONTWRITEBYTECODE": "1",
                           "NODE_NO_WARNINGS": "1", "NODE_PATH": str(self.clients / "node_modules")}
            with self.subTest("boto3"):
                done = run(["/usr/bin/python3", HERE / "boto3_client.py", endpoint], env=environment)
                self.assertEqual((done.stdout + done.stderr, done.returncode), ("", 0))
            with self.subTest("AWS SDK for JavaScript"):
                self.needs("@aws-sdk/client-dynamodb", "@aws-sdk/client-dynamodb-streams")
                done = run(["node", HERE / "aws_sdk_client.cjs", endpoint], env=environment)
                self.assertEqual((done.stdout + done.stderr, done.returncode), ("", 0))

    def assert_executable_serves(self, executable):
        """Checks an executable that is started by itself, in memory, and ended by SIGTERM."""
        tailrace = Tailrace(executable)
        self.addCleanup(tailrace.stop)
        self.assert_serves(tailrace.endpoint)
        self.assertEqual(tailrace.stop(), 0, tailrace.describe())


class StartCase(ServingCase):
    """A test of a package with a start(). The derived test sets `packages` and defines where()."""

    packages = None

    def popen(self, command, **environment):
        program = subprocess.Popen(command, cwd=self.where(), text=True,
                                   env={**self.packages.environment, **environment}, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(program.kill)
        return program

    def end_of_server(self, program):
        """Returns the server that a program has started, and a descriptor that becomes readable when it has
        ended."""
        server, = children(program.pid)
        ended = os.pidfd_open(server)
        self.addCleanup(os.close, ended)
        return server, ended

    def assert_leaves_no_server(self, command, status):
        """Checks that no server is left by a program that starts one, prints its endpoint, and ends when it
        is sent a line."""
        program = self.popen(command)
        self.assertRegex(program.stdout.readline(), r"^http://127\.0\.0\.1:\d+$")
        server, ended = self.end_of_server(program)
        program.communicate("end\n", END_SECONDS)
        self.assertEqual(program.returncode, status)
        self.assert_ends(server, ended)

    def assert_leaves_no_server_that_has_not_begun(self, command, executable):
        """Checks that no server is left by a program that is killed before its server has started."""
        with tempfile.TemporaryDirectory() as folder:
            gate, slow = Path(folder, "gate"), Path(folder, "slow")
            os.mkfifo(gate)
            slow.write_text(f'#!/bin/sh\nread line <{gate}\nexec {executable} "$@"\n', encoding="utf-8")
            slow.chmod(0o755)
            program = self.popen(command, TAILRACE_EXECUTABLE=str(slow))
            # Opening the pipe waits until the slow server reads from it.
            with open(gate, "w", encoding="ascii") as opened:
                server, ended = self.end_of_server(program)
                program.kill()
                program.wait(END_SECONDS)
                opened.write("go\n")
            self.assert_ends(server, ended)
            program.communicate()

    def assert_ends(self, process, ended):
        has_ended = select.select([ended], [], [], END_SECONDS)[0] == [ended]
        if not has_ended:
            os.kill(process, signal.SIGKILL)
        self.assertTrue(has_ended)
