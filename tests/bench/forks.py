"""Measures what forks of the tables cost: `fork_costs`, built with the tests, prints the figures."""

import json
import os
import pathlib
import subprocess

from results import aligned
from running_server import Failure

HEADINGS = ["what", "found", "target"]


class Figures:
    """The figures, as one table and as JSON."""

    def __init__(self, heading, lines, note):
        self._heading = heading
        self._lines = lines
        self._notes = ["", note] if note else []

    def failed(self, _):
        return False

    def text(self):
        return "\n".join([self._heading, "", *aligned(HEADINGS, self._lines, numbers=(1, 2)), *self._notes])

    def measurements(self):
        return [{"what": what, "value": float(found), "target": target}
                for what, found, target in self._lines]

    def json(self):
        return json.dumps({"heading": self._heading, "measurements": self.measurements()}, indent=1)


def program_beside(tailrace):
    """fork_costs in the build folder that the executable is in."""
    return pathlib.Path(tailrace).parents[1] / "tests" / "bench" / "fork_costs"


def measure(options, folder):
    program = program_beside(options.tailrace)
    if not program.exists():
        raise Failure(f"{program} is missing; ./tests/run -L unit builds it")
    done = subprocess.run([program, folder], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(done.stderr.strip())
    heading = (f"{len(os.sched_getaffinity(0))} processors, load average {os.getloadavg()[0]:.1f} "
               "afterwards; 1 MB is 2,500 rows of 400 bytes.")
    note = "Times of one fork are medians of five. A fork of a file is a copy in memory."
    return Figures(heading, [line.split("\t") for line in done.stdout.splitlines()], note)
