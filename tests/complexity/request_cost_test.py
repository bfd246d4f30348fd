"""The cost of a request in instructions grows no faster than its size.

request_cost_test.py REQUEST_COST [--show] [SHAPE]…

Each shape of request_shapes.cpp is sent at few repetitions, at N and at 2 N, under callgrind, which counts
only the instructions of the answer. The cost that every request has, whatever its size, is subtracted. Of the
rest, twice the input may cost 2.2 times as much, which allows for a sort but not for a square. A byte may
cost as much as a processor does in about 40 ns. --show prints the figures.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

MOST_GROWTH = 2.2
# A request that needs this many instructions per byte was observed to take less than 40 ns per byte, measured
# by `request_cost timed 25`.
MOST_INSTRUCTIONS_PER_BYTE = 500
# A request of one expression or statement is no longer than this, so its cost per byte does not matter: at
# 1,000 instructions per byte it takes less than a millisecond.
SHORT_BYTES = 10000
MEASURED_FUNCTION = "answer_request"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def counted(program, shapes, folder):
    """Yields (shape, repetitions, bytes, instructions) for every request, in the order of sending."""
    profile = os.path.join(folder, "profile")
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--compress-strings=yes",
         f"--toggle-collect={MEASURED_FUNCTION}", f"--dump-after={MEASURED_FUNCTION}",
         program, "counted", *shapes],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        sys.exit(run.stderr)
    requests = [line.split("\t") for line in run.stdout.splitlines()]
    for number, (shape, repetitions, size) in enumerate(requests, 1):
        with open(f"{profile}.{number}", encoding="utf-8") as file:
            total = re.search(r"^summary: (\d+)", file.read(), re.MULTILINE)
        yield shape, int(repetitions), int(size), int(total.group(1))


def faults(program, shapes, show):
    with tempfile.TemporaryDirectory() as folder:
        requests = list(counted(program, shapes, folder))
    for few, once, twice in zip(requests[0::3], requests[1::3], requests[2::3]):
        # Later repetitions have numbers with more digits, so the input more than doubles.
        input_growth = (twice[2] - few[2]) / (once[2] - few[2])
        growth = (twice[3] - few[3]) / max(once[3] - few[3], 1) * 2 / input_growth
        per_byte = (twice[3] - once[3]) / (twice[2] - once[2])
        line = f"{growth:6.2f} × {per_byte:8.1f} instructions a byte: {once[0]}"
        if show:
            print(line, flush=True)
        costly = twice[2] > SHORT_BYTES and per_byte > MOST_INSTRUCTIONS_PER_BYTE
        if growth > MOST_GROWTH or costly:
            yield line


def main():
    program, *shapes = [each for each in sys.argv[1:] if each != "--show"]
    if subprocess.run(["which", "valgrind"], stdout=subprocess.DEVNULL, check=False).returncode != 0:
        skip("there is no valgrind")
    found = list(faults(program, shapes, "--show" in sys.argv))
    if found:
        sys.exit(f"More than {MOST_GROWTH} times for the double, or more than {MOST_INSTRUCTIONS_PER_BYTE} "
                 "instructions a byte:\n" + "\n".join(found))


if __name__ == "__main__":
    main()
