#!/usr/bin/python3
"""Runs the README's samples word for word except for the port, each from nothing and then once more.

    readme_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, ServiceProcess

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
PORT = "8000"
SAMPLE_SECONDS = 60
START = "./server/run "


def blocks(language, after=""):
    """The code blocks in this language after this text."""
    return re.findall(rf"```{language}\n(.*?)```", README[README.index(after):], re.DOTALL)


class ReadmeTest(unittest.TestCase):
    executable = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        # As far as AWS is concerned, this is a new shell.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment.update(PATH=f"{DEBIAN_PATH}:{os.environ['PATH']}", NO_PROXY="localhost",
                                HOME=self.folder)

    def with_port(self, text):
        return text.replace(f"localhost:{PORT}", f"localhost:{self.port}")

    def write(self, name, program):
        Path(self.folder, name).write_text(self.with_port(program), encoding="utf-8")

    def start(self, options=""):
        server = ServiceProcess([self.executable, "--port", self.port, *shlex.split(options)],
                                "listens on http://", cwd=self.folder, env=self.environment)
        self.addCleanup(server.stop)
        return server

    def run_twice(self, command):
        for _ in range(2):
            done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True,
                                  text=True, check=False, timeout=SAMPLE_SECONDS)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def run_shell(self, *lines):
        return self.run_twice(["/usr/bin/bash", "-euo", "pipefail", "-c", self.with_port("\n".join(lines))])


class UseTest(ReadmeTest):
    def setUp(self):
        super().setUp()
        (self.credentials,) = [line for line in README.splitlines() if line.startswith("export AWS_")]

    def test_the_aws_cli(self):
        self.start()
        (block,) = [each for each in blocks("sh") if self.credentials in each]
        self.assertIn('"TableNames": []', self.run_shell(block))

    def test_python(self):
        self.start()
        self.write("use.py", blocks("python")[0])
        self.assertEqual(self.run_twice(["/usr/bin/python3", "-B", "use.py"]), "[]\n")

    def test_a_function_is_invoked(self):
        self.write("songs.py", blocks("python", "`songs.py`")[0])
        start, *lines = blocks("sh", "`songs.py`")[0].splitlines()
        server = self.start(start.removeprefix(START))
        self.run_shell(self.credentials, *lines)
        server.wait_for_line("songs: 0 songs")
        self.assertEqual(Path(self.folder, "answer.json").read_text(encoding="utf-8"), "null")

    def test_a_mapping_comes_and_goes(self):
        self.start()
        (block,) = [each for each in blocks("sh") if "delete-event-source-mapping" in each]
        self.assertIn('"FunctionArn"', self.run_shell(self.credentials, block))

    def test_a_config_file(self):
        (config,) = blocks("json")
        self.write("tailrace.json", config.replace(f'"port": {PORT}', f'"port": {self.port}'))
        self.start("--config tailrace.json")

    def test_commands_about_mappings(self):
        self.start()
        (block,) = [each for each in blocks("sh") if "run failures" in each]
        first = block.splitlines()[0].partition("#")[0]
        shown = self.run_shell(first.replace(START, f"{self.executable} ") + f" --port {self.port}")
        self.assertEqual(shown, "There are no event source mappings.\n")


class SongTest(ReadmeTest):
    """The sample of the README with the table, the function and their test."""

    def setUp(self):
        super().setUp()
        self.write("music_test.py", blocks("python", "`music_test.py`")[0])
        command = blocks("sh", "`music_test.py`")[0]
        self.options = re.search(r"\./server/run (--on-stream \S+)", command).group(1)

    def test_it_passes(self):
        self.start(self.options)
        self.run_twice(["/usr/bin/python3", "-B", "-c",
                        "import music_test; music_test.test_a_song_is_heard()"])

    def test_it_fails_without_the_function(self):
        self.start()
        with self.assertRaisesRegex(AssertionError, r"assert dynamodb\.scan"):
            self.run_twice(["/usr/bin/python3", "-B", "-c",
                            "import music_test; music_test.test_a_song_is_heard()"])


def main():
    """Runs the tests; the first argument is the path of the tailrace executable."""
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(f"usage: {sys.argv[0]} TAILRACE_EXECUTABLE [TEST]...")
    ReadmeTest.executable = str(Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
