"""What the tests of packages share: the executable as it is packed, and a way to run programs."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEBIAN_PATH = "/usr/bin:/bin"
PROGRAM_SECONDS = 120


def run(command, **options):
    """Runs a program to its end, and returns it with its output as text."""
    return subprocess.run([str(each) for each in command], capture_output=True, text=True,
                          timeout=PROGRAM_SECONDS, check=False, **options)


class Packages:
    """A folder as build/packages is, with an executable and a home that nothing was installed in."""

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
        """Makes the packages of a kind, and returns the paths that are printed."""
        made = run([ROOT / "docker/package", kind],
                   env={**self.environment, "TAILRACE_PACKAGES": str(self.path)})
        if made.returncode != 0:
            raise RuntimeError(made.stdout + made.stderr)
        return [Path(line) for line in made.stdout.splitlines()]

    def remove(self):
        self._folder.cleanup()


def readme_line(program, packages):
    """What README.md's first section says to type for a program, with the packages of a test."""
    start = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Start\n")[1].split("\n## ")[0]
    line = next(line for line in start.splitlines() if line.startswith(program + " "))
    return line.replace("../tailrace/build/packages", str(packages.path))


def children(process_id):
    """The ids of the processes that a process's first thread has started."""
    return [int(each) for each in
            Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()]


def usage(*arguments):
    """Ends a test that is not given its arguments."""
    if len(sys.argv) <= len(arguments) or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(f"usage: {sys.argv[0]} {' '.join(arguments)} [TEST]...")
    return [Path(sys.argv.pop(1)).resolve() for _ in arguments]
