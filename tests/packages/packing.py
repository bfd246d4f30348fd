"""What the tests of packages share: the executable ready for packing, and a way to run programs."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEBIAN_PATH = "/usr/bin:/bin"
PROGRAM_SECONDS = 120


def run(command, **options):
    """Runs a program until it ends, and returns the result with its output as text."""
    return subprocess.run([str(each) for each in command], capture_output=True, text=True,
                          timeout=PROGRAM_SECONDS, check=False, **options)


class Packages:
    """A folder like build/packages, with an executable and an empty home, in which nothing has been
    installed."""

    def __init__(self, executable):
        self._folder = tempfile.TemporaryDirectory(prefix="tailrace-packages-")
        self.path = Path(self._folder.name)
        self.home = self.path / "home"
        self.home.mkdir()
        self.environment = {"PATH": DEBIAN_PATH, "HOME": str(self.home), "LC_ALL": "C.UTF-8",
                            "npm_config_update_notifier": "false"}
        self.add_executable("linux-x64", executable)

    def add_executable(self, platform, executable):
        folder = self.path / "executable" / platform
        folder.mkdir(parents=True)
        stripped = run(["strip", "-o", folder / "tailrace", executable])
        if stripped.returncode != 0:
            raise RuntimeError(stripped.stderr)

    def pack(self, kind):
        """Makes the packages of one kind and returns the paths that docker/package prints."""
        made = run([ROOT / "docker/package", kind],
                   env={**self.environment, "TAILRACE_PACKAGES": str(self.path)})
        if made.returncode != 0:
            raise RuntimeError(made.stdout + made.stderr)
        return [Path(line) for line in made.stdout.splitlines()]

    def remove(self):
        self._folder.cleanup()


def readme_line(program, packages):
    """Returns the command for a program in README.md's section "Start", with the packages of this test."""
    start = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Start\n")[1].split("\n## ")[0]
    line = next(line for line in start.splitlines() if line.startswith(program + " "))
    return line.replace("../tailrace/build/packages", str(packages.path))


def children(process_id):
    """Returns the ids of the processes that the first thread of a process has started."""
    return [int(each) for each in
            Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()]


def servers_in(folder):
    """Returns the ids of the processes that run a program in a folder, which is how a test finds the servers
    of the packages that it has installed there."""
    found = []
    for each in Path("/proc").glob("[0-9]*/exe"):
        try:
            is_there = Path(os.readlink(each)).is_relative_to(folder)
        except OSError:
            continue  # It has ended, or is not this user's.
        if is_there:
            found.append(int(each.parent.name))
    return found


def usage(*arguments):
    """Removes the test's own arguments from the command line and returns them as paths; ends the test if any
    is missing."""
    if len(sys.argv) <= len(arguments) or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(f"usage: {sys.argv[0]} {' '.join(arguments)} [TEST]...")
    return [Path(sys.argv.pop(1)).resolve() for _ in arguments]
