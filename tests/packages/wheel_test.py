#!/usr/bin/python3
"""The wheel: made, installed by pip into an empty virtual environment, and used as its README says.

    wheel_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES
"""

import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

from packing import PROGRAM_SECONDS, ROOT, Packages, readme_line, run, servers_in, usage
from serving_case import END_SECONDS, HERE, StartCase

SOURCES = ROOT / "docker/packages/wheel"
README = (SOURCES / "README.md").read_text(encoding="utf-8")


def examples(title):
    """Returns the Python blocks of the README under a heading."""
    part = re.split(r"^#+ ", README.split(f" {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"```python\n(.*?)```", part, re.DOTALL)


def tags(wheel):
    """Returns the platform tags in the file name of a wheel."""
    return wheel.stem.rsplit("-", 1)[1].split(".")


def setUpModule():
    packages = Packages(WheelCase.executable)
    unittest.addModuleCleanup(packages.remove)
    WheelCase.packages, WheelCase.wheel = packages, *packages.pack("wheel")
    WheelCase.folder = folder = packages.path / "environment"
    # The environment contains nothing else, but sees Debian's boto3 and pytest.
    for command in (["/usr/bin/python3", "-m", "venv", "--system-site-packages", folder],
                    [folder / "bin/pip", "install", "--no-index", "--disable-pip-version-check",
                     WheelCase.wheel]):
        done = run(command, env=packages.environment)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)


class WheelCase(StartCase):
    executable = wheel = folder = None

    def where(self):
        return self.packages.path

    def python(self, *arguments, **environment):
        return run([self.folder / "bin/python", *arguments], cwd=self.packages.path,
                   env={**self.packages.environment, **environment})


class Packed(WheelCase):
    def test_it_holds_what_it_should(self):
        with zipfile.ZipFile(self.wheel) as archive:
            names = {each.filename: each.external_attr >> 16 & 0o777 for each in archive.infolist()}
        version = run([self.executable, "--version"]).stdout.split()[1]
        about = f"tailrace-{version}.dist-info/"
        modules = ("__init__.py", "__main__.py", "_executable.py", "_namespace.py", "_server.py", "py.typed",
                   "pytest_plugin.py", "unittest.py")
        files = ("LICENSE", "METADATA", "THIRD-PARTY-NOTICES.md", "WHEEL", "entry_points.txt")
        self.assertEqual(names, {
            "tailrace/bin/tailrace": 0o755, about + "RECORD": names[about + "RECORD"],
            **{"tailrace/" + each: 0o644 for each in modules}, **{about + each: 0o644 for each in files}})

    # A manylinux or musllinux tag promises that the wheel runs on systems where nothing else is installed.
    def test_its_tags_are_true(self):
        with zipfile.ZipFile(self.wheel) as archive:
            executable = Path(archive.extract("tailrace/bin/tailrace", self.packages.path))
        is_static = "INTERP" not in run(["readelf", "--program-headers", executable]).stdout
        everywhere = ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64"]
        self.assertEqual(tags(self.wheel), everywhere if is_static else ["linux_x86_64"])

    def test_a_static_executable_goes_everywhere(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "static"
            built = run(["gcc", "-static", "-nostdlib", "-xc", "-", "-o", program],
                        input="void _start(void) {}")
            self.assertEqual(built.returncode, 0, built.stderr)
            other = Packages(program)
            self.addCleanup(other.remove)
            shutil.copytree(other.path / "executable/linux-x64", other.path / "executable/linux-arm64")
            (other.path / "executable/linux-arm64/tailrace.spdx.json").write_text("{}", encoding="utf-8")
            wheels = other.pack("wheel")
            for wheel, machine in zip(wheels, ("aarch64", "x86_64"), strict=True):
                self.assertEqual(tags(wheel), [f"{each}_{machine}" for each in (
                    "manylinux2014", "manylinux_2_17", "musllinux_1_1")])
            with zipfile.ZipFile(wheels[0]) as archive:
                self.assertEqual(len([each for each in archive.namelist() if each.endswith(
                    ".dist-info/sboms/tailrace.spdx.json")]), 1)

    def test_packing_again_gives_the_same_bytes(self):
        again = Packages(self.executable)
        self.addCleanup(again.remove)
        wheel, = again.pack("wheel")
        self.assertEqual(*(hashlib.sha256(each.read_bytes()).hexdigest() for each in (wheel, self.wheel)))

    def test_python_3_8_reads_it(self):
        for each in (SOURCES / "tailrace").glob("*.py"):
            ast.parse(each.read_text(encoding="utf-8"), feature_version=(3, 8))


class CommandLine(WheelCase):
    def test_clients_are_served(self):
        self.assert_executable_serves(self.folder / "bin/tailrace")

    def test_both_ways_run_the_executable(self):
        expected = run([self.executable, "--version"]).stdout
        for command in (["bin/tailrace"], ["bin/python", "-m", "tailrace"]):
            shown = run([self.folder / command[0], *command[1:], "--version"], env=self.packages.environment)
            self.assertEqual((shown.stdout, shown.returncode), (expected, 0), shown.stderr)

    def test_it_takes_the_place_of_python(self):
        command = subprocess.Popen([self.folder / "bin/tailrace", "--port", "0"], text=True,
                                   env=self.packages.environment, stdout=subprocess.PIPE)
        self.addCleanup(command.stdout.close)
        self.assertIn("listens on", command.stdout.readline())
        self.assertEqual(os.readlink(f"/proc/{command.pid}/exe").rsplit("/", 2)[1:], ["bin", "tailrace"])
        command.terminate()
        self.assertEqual(command.wait(END_SECONDS), 0)


class Start(WheelCase):
    def test_it_starts_stops_drains_and_moves_the_clock(self):
        shown = self.python(HERE / "wheel_start_test.py")
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)

    def test_it_has_everything_that_a_test_does_with_a_server(self):
        shown = self.python(HERE / "wheel_namespace_test.py")
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)

    # The server ends with the program, however the program ends.
    def test_no_server_is_left_behind(self):
        for end, status in (("", 0), ("raise SystemExit(3)", 3), ("1 / 0", 1),
                            ("os.kill(os.getpid(), 9)", -signal.SIGKILL)):
            with self.subTest(end):
                self.assert_leaves_no_server(
                    [self.folder / "bin/python", "-c", "import os, tailrace; server = tailrace.start(); "
                     "print(server.endpoint, flush=True); input(); " + end], status)

    def test_a_server_that_has_not_begun_is_not_left_behind(self):
        self.assert_leaves_no_server_that_has_not_begun(
            [self.folder / "bin/python", "-c", "import tailrace; tailrace.start()"], self.executable)


class Projects(WheelCase):
    """Projects as people write them, with several workers and without a fixed port."""

    WORKERS = 4

    def project(self, name):
        folder = tempfile.TemporaryDirectory(dir=self.packages.path)
        self.addCleanup(folder.cleanup)
        shutil.copytree(HERE / "projects" / name, folder.name, dirs_exist_ok=True)
        return folder.name

    def assert_pytest(self, project, *arguments):
        """Runs pytest and returns what it shows. It succeeds and leaves no server."""
        shown = self.python("-m", "pytest", "-p", "no:cacheprovider", *arguments, project)
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        self.assertEqual(servers_in(self.packages.path), [])
        return shown.stdout

    def needs_module(self, name):
        if self.python("-c", f"import {name}").returncode != 0:
            self.skipTest(f"{name} is not installed")

    def test_pytest(self):
        self.needs_module("pytest")
        self.assertIn("16 passed", self.assert_pytest(self.project("pytest")))

    def test_pytest_with_workers(self):
        self.needs_module("xdist")
        shown = self.assert_pytest(self.project("pytest"), "-n", str(self.WORKERS))
        self.assertIn(f"gw{self.WORKERS - 1}", shown)
        self.assertIn("16 passed", shown)

    def test_pytest_takes_a_marker_with_a_name_and_refuses_one_without_a_time(self):
        self.needs_module("pytest")
        project = self.project("pytest")
        Path(project, "test_music.py").write_text(
            "import pytest\n"
            '@pytest.mark.dynamodb_clock(time="2026-01-31T12:00:00Z")\n'
            "def test_named(dynamodb_clock): assert dynamodb_clock.now().hour == 12\n"
            "@pytest.mark.dynamodb_clock\n"
            "def test_bare(dynamodb_clock): pass\n", encoding="utf-8")
        shown = self.python("-m", "pytest", "-p", "no:cacheprovider", project).stdout
        self.assertIn("1 passed, 1 error", shown)
        self.assertRegex(shown, r"TypeError: \S*dynamodb_clock\(\) missing 1 required positional "
                                "argument: 'time'")

    def test_pytest_starts_nothing_that_is_not_used(self):
        self.needs_module("pytest")
        project = self.project("unittest")
        Path(project, "test_music.py").write_text("def test_nothing(): pass\n", encoding="utf-8")
        shown = self.python("-m", "pytest", "-p", "no:cacheprovider", project, TAILRACE_EXECUTABLE="/nowhere")
        self.assertIn("1 passed", shown.stdout)

    def test_unittest_in_several_processes(self):
        project = self.project("unittest")
        command = [self.folder / "bin/python", "-B", "-m", "unittest", "test_music"]
        programs = [subprocess.Popen(command, cwd=project, env=self.packages.environment, text=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    for _ in range(self.WORKERS)]
        for shown in [each.communicate(timeout=PROGRAM_SECONDS)[0] for each in programs]:
            self.assertRegex(shown, r"Ran 5 tests in .*\n\nOK\n$")
        self.assertEqual(servers_in(self.packages.path), [])

    def test_unittest_under_pytest_with_workers(self):
        self.needs_module("xdist")
        shown = self.assert_pytest(self.project("unittest"), "-n", str(self.WORKERS))
        self.assertIn("5 passed", shown)


class Readme(WheelCase):
    def test_the_first_example(self):
        shown = self.python("-c", examples("In a test")[0])
        self.assertEqual((shown.stdout, shown.returncode), ("[]\n", 0), shown.stderr)

    def test_the_line_in_the_main_readme(self):
        line = readme_line("pip install", self.packages)
        done = run([self.folder / "bin/pip", *line.split()[1:], "--force-reinstall", "--dry-run"],
                   env=self.packages.environment)
        version = run([self.executable, "--version"]).stdout.split()[1]
        self.assertIn(f"Would install tailrace-{version}\n", done.stdout, done.stderr)

    def test_pytest(self):
        if self.python("-c", "import pytest").returncode != 0:
            self.skipTest("pytest is not installed")
        conftest, test = examples("pytest")
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "conftest.py").write_text(conftest, encoding="utf-8")
            (Path(folder) / "test_music.py").write_text(test, encoding="utf-8")
            shown = self.python("-m", "pytest", "-p", "no:cacheprovider", folder)
            self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
            self.assertIn("2 passed", shown.stdout)

    def test_unittest(self):
        test, = examples("unittest")
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "test_music.py").write_text(test, encoding="utf-8")
            shown = run([self.folder / "bin/python", "-m", "unittest"], cwd=folder,
                        env=self.packages.environment)
            self.assertRegex(shown.stderr, r"Ran 1 test in .*\n\nOK\n$")


if __name__ == "__main__":
    WheelCase.executable, WheelCase.clients = usage("TAILRACE_EXECUTABLE", "FOLDER_OF_NPM_PACKAGES")
    unittest.main(verbosity=2)
