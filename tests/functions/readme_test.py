#!/usr/bin/python3
"""Runs the samples of the pages word for word, except for the port: each on an empty server, and then again
on the same server.

    readme_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import importlib.util
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, ServiceProcess, aws_client, run_tests
from pages import blocks, page

PORT = "8000"
SAMPLE_SECONDS = 60
START = "./server/run "
# The body of a test that fails if the table already exists.
CREATE = """    dynamodb.create_table(TableName="music", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])
"""


def block(path, language, text):
    """Returns the block of a page that is in this language and contains this text. There must be exactly
    one."""
    found = [each for each in blocks(language, page(path)) if text in each]
    if len(found) != 1:
        raise AssertionError(f"{path} has {len(found)} blocks of {language} with {text!r}")
    return found[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ReadmeTest(unittest.TestCase):
    executable = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.port = str(free_port())
        # Like a new shell: there are no variables or files that configure AWS's tools.
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
        (self.credentials,) = [line for line in page("README.md").splitlines()
                               if line.startswith("export AWS_")]

    def test_the_aws_cli(self):
        self.start()
        self.assertIn('"TableNames": []', self.run_shell(block("README.md", "sh", self.credentials)))

    def test_python(self):
        self.start()
        self.write("use.py", block("README.md", "python", "import boto3"))
        self.assertEqual(self.run_twice(["/usr/bin/python3", "-B", "use.py"]), "[]\n")

    def test_a_function_is_invoked(self):
        self.write("songs.py", block("README.md", "python", "def handler"))
        start, *lines = block("README.md", "sh", "lambda invoke").splitlines()
        server = self.start(start.removeprefix(START))
        self.run_shell(self.credentials, *lines)
        server.wait_for_line("songs: 0 songs")
        self.assertEqual(Path(self.folder, "answer.json").read_text(encoding="utf-8"), "null")

    def test_a_mapping_comes_and_goes(self):
        self.start()
        commands = block("stream/README.md", "sh", "delete-event-source-mapping")
        self.assertIn('"FunctionArn"', self.run_shell(self.credentials, commands))

    def test_a_config_file(self):
        config = block("server/README.md", "json", "EventSourceMappings")
        self.write("tailrace.json", config.replace(f'"port": {PORT}', f'"port": {self.port}'))
        self.start("--config tailrace.json")

    def test_commands_about_mappings(self):
        self.start()
        commands = block("stream/README.md", "sh", "run failures")
        first = commands.splitlines()[0].partition("#")[0]
        shown = self.run_shell(first.replace(START, f"{self.executable} ") + f" --port {self.port}")
        self.assertEqual(shown, "There are no event source mappings.\n")

    def test_a_clock_is_moved(self):
        start, *lines = block("tests/README.md", "sh", "--manual-clock 2026-01-31T12:00:00Z\n").splitlines()
        self.start(start.removeprefix(START))
        moved = subprocess.run(["/usr/bin/bash", "-euo", "pipefail", "-c", self.with_port("\n".join(lines))],
                               env=self.environment, capture_output=True, text=True, check=True,
                               timeout=SAMPLE_SECONDS)
        self.assertEqual(re.findall(r"2026-[\w:-]+", moved.stdout),
                         ["2026-01-31T13:00:00", "2026-02-01T00:00:00"])


class SongTest(ReadmeTest):
    """The sample of the README with the table, the function and their test."""

    def setUp(self):
        super().setUp()
        self.write("music_test.py", block("tests/README.md", "python", "test_a_song_is_heard"))
        command = block("tests/README.md", "sh", "pytest")
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


@unittest.skipUnless(importlib.util.find_spec("pytest"), "python3-pytest is not installed")
class FixtureTest(ReadmeTest):
    def test_each_test_begins_with_empty_tables(self):
        self.start()
        self.write("conftest.py", block("tests/README.md", "python", "default/reset"))
        self.write("empty_test.py", "def test_first(dynamodb):\n" + CREATE +
                   "def test_second(dynamodb):\n" + CREATE)
        self.run_twice(["/usr/bin/python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                        "empty_test.py"])

    def test_each_test_has_a_copy_of_the_pattern(self):
        self.start()
        self.write("conftest.py", block("tests/README.md", "python", 'From="pattern"'))
        look = """    assert dynamodb.scan(TableName="music")["Count"] == 0
    dynamodb.put_item(TableName="music", Item={"artist": {"S": "Nils"}})
"""
        self.write("copy_test.py", "from conftest import client\n"
                   "def setup_module():\n"
                   "    dynamodb = client('pattern')\n"
                   "    if dynamodb.list_tables()['TableNames']:\n"
                   "        return\n" + CREATE +
                   "def test_first(dynamodb):\n" + look + "def test_second(dynamodb):\n" + look)
        self.run_twice(["/usr/bin/python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                        "copy_test.py"])


@unittest.skipUnless(shutil.which("node"), "there is no node")
class ListenerTest(ReadmeTest):
    """A function inside the test's own process."""

    def test_it_is_called_with_what_was_written(self):
        listener_port = free_port()
        program = block("tests/README.md", "js", "createServer")
        self.write("listener.mjs", program.replace("listen(9000)", f"listen({listener_port}, "
                                                   '() => console.log("listens"))'))
        listener = ServiceProcess(["node", "listener.mjs"], "listens", cwd=self.folder, env=self.environment)
        self.addCleanup(listener.stop)
        options = block("tests/README.md", "sh", "lambda:http").removeprefix(START)
        self.start(options.replace("localhost:9000", f"localhost:{listener_port}"))
        client = aws_client(f"http://localhost:{self.port}")
        client.create_table(
            TableName="music", KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
        client.put_item(TableName="music", Item={"artist": {"S": "Nils"}})
        listener.wait_for_line("1 songs")


if __name__ == "__main__":
    run_tests(ReadmeTest)
