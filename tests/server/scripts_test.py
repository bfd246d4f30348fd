"""What scripts rely on if they start a server: files say when and where it is ready, and it ends with the
script.

Usage: scripts_test.py TAILRACE [unittest arguments]
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from connections import NO_TABLES, PATIENCE_SECONDS, TAILRACE, Connection, Server, request

# Starts the command on a thread that ends at once; the process itself stays.
PARENT = """
import subprocess, sys, threading
starter = threading.Thread(target=lambda: subprocess.Popen(sys.argv[1:]))
starter.start()
starter.join()
sys.stdin.read()
"""


def fail_to_start(*arguments):
    """Returns the exit code and standard error of a server that cannot start."""
    done = subprocess.run([TAILRACE, *arguments], capture_output=True, text=True, check=False,
                          timeout=PATIENCE_SECONDS)
    return done.returncode, done.stderr


class ReadyFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.ready_file = self.folder / "ready"
        self.port_file = self.folder / "port"
        self.arguments = ["--ready-file", str(self.ready_file), "--port-file", str(self.port_file)]

    def names(self):
        return sorted(each.name for each in self.folder.iterdir())

    def test_the_files_are_there_while_the_server_can_be_asked(self):
        with Server(*self.arguments) as server:
            self.assertEqual(self.ready_file.read_text(encoding="ascii"), f"http://127.0.0.1:{server.port}\n")
            self.assertEqual(self.port_file.read_text(encoding="ascii"), f"{server.port}\n")
            self.assertEqual(self.names(), ["port", "ready"])
            with server.connect() as client:
                self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)
            self.assertEqual(server.stop(), (0, ""))
        self.assertEqual(self.names(), [])

    def test_what_is_found_is_whole(self):
        process = subprocess.Popen([TAILRACE, "--port", "0", *self.arguments], stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        while not self.ready_file.exists():
            self.assertIsNone(process.poll())
            os.sched_yield()
        port = int(self.port_file.read_text(encoding="ascii"))
        self.assertEqual(self.ready_file.read_text(encoding="ascii"), f"http://127.0.0.1:{port}\n")
        with Connection(port) as client:
            self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)

    def test_files_that_a_killed_server_left_are_removed(self):
        with Server(*self.arguments) as server:
            server.process.kill()
            server.process.wait(PATIENCE_SECONDS)
            self.assertEqual(self.names(), ["port", "ready"])
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            code, _ = fail_to_start(*self.arguments, "--host", "127.0.0.1", "--port",
                                    str(other.getsockname()[1]))
            self.assertEqual((code, self.names()), (1, []))

    def test_the_file_of_a_server_that_came_later_stays(self):
        with Server(*self.arguments) as server:
            self.ready_file.write_text("http://127.0.0.1:1\n", encoding="ascii")
            server.stop()
        self.assertEqual(self.names(), ["ready"])

    def test_a_file_that_cannot_be_written_is_reported(self):
        missing = self.folder / "missing" / "ready"
        self.assertEqual(fail_to_start("--port", "0", "--ready-file", str(missing)),
                         (1, f"tailrace: --ready-file: '{missing}' cannot be written: No such file or "
                             "directory\n"))
        self.assertEqual(fail_to_start("--port", "0", "--port-file", str(self.folder)),
                         (1, f"tailrace: --port-file: '{self.folder}' is not a regular file\n"))


    def refusal(self, option, path, reason):
        self.assertEqual(fail_to_start("--port", "0", option, str(path)),
                         (1, f"tailrace: {option}: '{path}{reason}\n"))

    def test_a_file_of_another_program_is_kept(self):
        database = self.folder / "music.db"
        with Server("--db-path", str(database)):
            pass
        before = database.read_bytes()
        self.refusal("--ready-file", database, "' contains something other than a server's URL or port")
        self.assertEqual(database.read_bytes(), before)
        for text in ("my notes\n", "8000", "70000\n", "http://somewhere\n", "\n", "8000\n8001\n"):
            self.port_file.write_text(text, encoding="ascii")
            self.refusal("--port-file", self.port_file, "' contains something other than a server's URL or "
                                                        "port")
            self.assertEqual(self.port_file.read_text(encoding="ascii"), text)
        link = self.folder / "link"
        link.symlink_to(self.port_file)
        self.refusal("--ready-file", link, "' is not a regular file")
        self.assertTrue(link.is_symlink())

    def test_the_files_of_a_server_that_runs_stay(self):
        with Server(*self.arguments) as server:
            for option, path in (("--ready-file", self.ready_file), ("--port-file", self.port_file)):
                self.refusal(option, path, f"' belongs to a running server, on port {server.port}")
            self.assertEqual(self.names(), ["port", "ready"])

    def test_an_empty_file_is_replaced(self):
        self.ready_file.touch()
        with Server(*self.arguments) as server:
            self.assertEqual(self.ready_file.read_text(encoding="ascii"), f"http://127.0.0.1:{server.port}\n")


class Parents(unittest.TestCase):
    def start(self, *command):
        """Starts a parent process that starts a server. Returns the parent and the server's port."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.ready_file = Path(folder.name) / "ready"
        parent = subprocess.Popen([*command, TAILRACE, "--port", "0", "--exit-with-parent", "--log-level",
                                   "info", "--ready-file", str(self.ready_file)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(parent.communicate)
        self.addCleanup(parent.kill)
        line = parent.stdout.readline().decode()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)", line).group(1))
        return parent, port

    def check_ends_with(self, parent, port):
        """Checks that the server serves until its parent is killed, and then stops as after SIGTERM."""
        with Connection(port) as client:
            self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)
            parent.send_signal(signal.SIGKILL)
            self.assertTrue(client.at_end())
        errors = parent.communicate(timeout=PATIENCE_SECONDS)[1].decode()
        self.assertRegex(errors, r" info +stopping: the process that started this one has ended\n")
        self.assertFalse(self.ready_file.exists())

    def test_a_server_ends_with_its_parent_and_not_with_the_thread_that_started_it(self):
        self.check_ends_with(*self.start(sys.executable, "-c", PARENT))

    def test_a_server_ends_with_its_shell(self):
        self.check_ends_with(*self.start("/bin/sh", "-c", '"$@" & wait', "sh"))

    # This is the case of a parent that is killed before the server can ask who started it.
    def test_a_server_ends_with_a_parent_that_has_ended_before(self):
        parent = subprocess.Popen(["true"])
        parent.wait(PATIENCE_SECONDS)
        code, errors = fail_to_start("--port", "0", "--log-level", "info", f"--exit-with-parent={parent.pid}")
        self.assertEqual(code, 0)
        self.assertRegex(errors, r" info +stopping: the process that started this one has ended\n")


if __name__ == "__main__":
    unittest.main(verbosity=1)
