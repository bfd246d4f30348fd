#!/usr/bin/python3
"""The README's table, function and test, word for word but for the port.

    readme_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, ServiceProcess

README = Path(__file__).resolve().parents[2] / "README.md"
FILE = "music_test.py"
ENDPOINT = "http://localhost:8000"
TEST_SECONDS = 60


class ReadmeTest(unittest.TestCase):
    executable = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        section = README.read_text(encoding="utf-8").partition(f"`{FILE}`, ")[2]
        program, command = re.search(r"```python\n(.*?)```\n\n```sh\n(.*?)```", section, re.DOTALL).groups()
        self.assertIn(ENDPOINT, program)
        program = program.replace(ENDPOINT, f"http://localhost:{self.port}")
        Path(self.folder, FILE).write_text(program, encoding="utf-8")
        self.options = re.search(r"\./server/run (--on-stream \S+)", command).group(1).split()
        self.environment = {
            **os.environ, "PATH": f"{DEBIAN_PATH}:{os.environ['PATH']}", "NO_PROXY": "localhost",
            "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
        }

    def run_test(self, *options):
        """What the test's process came to beside a server with these options."""
        server = ServiceProcess([self.executable, "--port", self.port, *options], "listens on http://",
                                cwd=self.folder, env=self.environment)
        try:
            return subprocess.run(
                ["/usr/bin/python3", "-B", "-c", "import music_test; music_test.test_a_song_is_heard()"],
                cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False,
                timeout=TEST_SECONDS)
        finally:
            server.stop()

    def test_it_passes(self):
        done = self.run_test(*self.options)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_it_fails_without_the_function(self):
        self.assertRegex(self.run_test().stderr, r"assert dynamodb\.scan.*\n(.*\n)*AssertionError\n$")


def main():
    """Runs the tests; the first argument is the path of the tailrace executable."""
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(f"usage: {sys.argv[0]} TAILRACE_EXECUTABLE [TEST]...")
    ReadmeTest.executable = str(Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
