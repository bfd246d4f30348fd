"""Loads a server with requests, using wrk."""

import pathlib
import subprocess
import typing

from running_server import Failure

SCRIPT = pathlib.Path(__file__).resolve().parent / "requests.lua"
ANSWER_SECONDS = 20
# A measurement with fewer than FEW_ANSWERS answers is repeated with its duration multiplied by LONGER.
FEW_ANSWERS, LONGER = 20, 5
WARM_UP_CONNECTIONS = 8
WARM_UP_REQUESTS = 3000
WARM_UP_SECONDS = 2
# The rounds that warm up a server whose code is compiled while it runs.
MIN_ROUNDS, MAX_ROUNDS, ROUND_SECONDS = 3, 8, 1


class Effort(typing.NamedTuple):
    connections: int
    seconds: int


class Rate(typing.NamedTuple):
    answers: int
    requests_per_second: float
    p50_ms: float
    p99_ms: float


def write_requests(path, requests):
    """Writes the file that requests.lua reads."""
    with open(path, "wb") as file:
        for request in requests:
            file.write(b"%d\n" % len(request))
            file.write(request)


def warm_up(host, requests_file, compiles):
    """Sends requests that are not counted: a few thousand, or, if the server `compiles` while it runs (Java,
    Node.js), one-second rounds until the server gets no faster."""
    if not compiles:
        _run_wrk(host, requests_file, Effort(WARM_UP_CONNECTIONS, WARM_UP_SECONDS), WARM_UP_REQUESTS)
        return
    best = 0
    for number in range(MAX_ROUNDS):
        answers = _run_wrk(host, requests_file, Effort(WARM_UP_CONNECTIONS, ROUND_SECONDS))[0]
        if number + 1 >= MIN_ROUNDS and answers < 1.05 * best:
            return
        best = max(best, answers)


def measure(host, requests_file, effort, answer_bytes):
    """Returns the rate of good answers. On average they must have at least `answer_bytes` bytes."""
    counts = _run_wrk(host, requests_file, effort)
    if counts[0] < FEW_ANSWERS:
        effort = effort._replace(seconds=effort.seconds * LONGER)
        counts = _run_wrk(host, requests_file, effort)
    answers, microseconds, received, socket_errors, not_2xx, timeouts, p50, p99 = counts
    for number, what in ((not_2xx, "answers were not 2xx"), (socket_errors, "connections failed"),
                         (timeouts, f"answers took longer than {ANSWER_SECONDS} s")):
        if number:
            raise Failure(f"{number} {what} (of {answers} answers)")
    if answers == 0:
        raise Failure(f"no answer within {effort.seconds} s")
    if received < answers * answer_bytes:
        raise Failure(f"{received // answers} bytes per answer, but the checked answers had at least "
                      f"{answer_bytes}")
    return Rate(answers, answers * 1e6 / microseconds, p50 / 1000, p99 / 1000)


def _run_wrk(host, requests_file, effort, count=0):
    command = ["wrk", "-t1", f"-c{effort.connections}", f"-d{effort.seconds}s",
               f"--timeout={ANSWER_SECONDS}s", "-s", str(SCRIPT), f"http://{host}/", "--",
               str(requests_file), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = (done.stdout.splitlines() or [""])[-1].split()
    if done.returncode != 0 or words[:1] != ["result"]:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Failure(f"wrk failed with status {done.returncode}: {said[-1] if said else 'no output'}")
    return [int(word) for word in words[1:]]
