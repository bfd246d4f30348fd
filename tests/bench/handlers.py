"""Measures functions on a stream: how soon one is called after a write, and whether it receives every
change."""

import collections
import contextlib
import json
import os
import pathlib
import select
import shutil
import statistics
import subprocess
import tempfile
import time
import typing

import load
import workloads
from results import aligned
from running_server import Failure, StartedServer
from targets import ROOT, Tailrace

FOLDER = pathlib.Path(__file__).resolve().parent
FUNCTION = "recorder"
ITEM_BYTES = 400
# The writes of a measurement: first those that are not counted, then the timed ones for each of its seconds.
WARM_UP_WRITES, WRITES_PER_SECOND = 200, 500
CONNECTIONS = 8
CALL_SECONDS = 30
RATE_TARGET = 10_000


class Kind(typing.NamedTuple):
    """A way to run a function; `handler` is None for the plugin. `target_ms` applies to the median of the
    calls."""

    handler: typing.Optional[str]
    target_ms: float


IN_PROCESS = Kind(None, 1)
PYTHON = Kind(f"python:{FOLDER / 'call_recorder.py'}:handler", 5)


class Latency(typing.NamedTuple):
    """The time from just before a write is sent until the function's call with it begins."""

    p50_ms: float
    p99_ms: float
    calls: int


class Delivery(typing.NamedTuple):
    """The result of writes at full speed."""

    writes_per_second: float
    changes: int
    lost: int
    repeated: int
    drain_ms: float
    # The server's CPU time for each write, until the function has received it.
    cpu_us: float


def build_plugin(folder):
    compiler = shutil.which("cc")
    if compiler is None:
        raise Failure("cc is missing; docker/deps.sh build installs it")
    plugin = folder / "call_recorder.so"
    command = [compiler, "-shared", "-fPIC", "-O2", f"-I{ROOT}", "-o", str(plugin),
               str(FOLDER / "call_recorder.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"the plugin cannot be built: {done.stderr.strip()[:300]}")
    return plugin


class Bench:
    """A server with one table that is written to, and one function on the table's stream."""

    def __init__(self, tailrace, handler, folder, storage):
        self._items = workloads.Items("benchmark-functions", ITEM_BYTES)
        self._folder = folder
        self._calls = folder / FUNCTION
        self._db_folder = folder if storage == "file" else None
        options = ["--function", f"{FUNCTION}={handler}",
                   "--on-stream", f"{self._items.table_name}={FUNCTION}"]
        self._command = lambda port, db_folder: [*tailrace.command(port, db_folder), *options]

    @contextlib.contextmanager
    def _server(self):
        os.environ["CALL_RECORDER_FOLDER"] = str(self._folder)
        server = StartedServer(self._command, self._db_folder)
        try:
            table = {**self._items.table(),
                     "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}
            server.ask("CreateTable", table)
            yield server
        finally:
            server.stop()

    def latency(self, seconds):
        """Sends writes one at a time, each after the function was called with the previous one."""
        os.mkfifo(self._calls)
        with contextlib.ExitStack() as stack:
            # Opening a pipe for reading and writing does not block.
            pipe = os.open(self._calls, os.O_RDWR)
            stack.callback(os.close, pipe)
            server = stack.enter_context(self._server())
            taken_ms = []
            for request in range(WARM_UP_WRITES + WRITES_PER_SECOND * seconds):
                body = workloads.put_item(self._items, request)
                sent = time.monotonic_ns()
                server.ask("PutItem", body)
                if not select.select([pipe], [], [], CALL_SECONDS)[0]:
                    raise Failure(f"no call within {CALL_SECONDS} s after a write; {server.condition()}")
                words = os.read(pipe, 1000).split()
                if len(words) != 2:
                    raise Failure(f"a call with {len(words) - 1} records after one write")
                taken_ms.append((int(words[0]) - sent) / 1e6)
        taken_ms = sorted(taken_ms[WARM_UP_WRITES:])
        return Latency(statistics.median(taken_ms), taken_ms[len(taken_ms) * 99 // 100], len(taken_ms))

    def delivery(self, seconds):
        """Writes as fast as the server accepts, then compares every change in the stream with what the
        function received."""
        requests = self._folder / "requests"
        load.write_requests(requests, workloads.wire_requests("PutItem", self._items))
        with self._server() as server:
            before = server.cpu_seconds()
            rate = load.measure(server.host, requests, load.Effort(CONNECTIONS, seconds), 0)
            drain_ms = server.drain()
            cpu = server.cpu_seconds() - before
            changes = set(server.changes())
        received = collections.Counter()
        with open(self._calls, encoding="ascii") as calls:
            for line in calls:
                received.update(line.split()[1:])
        unknown = received.keys() - changes
        if unknown:
            raise Failure(f"the function was called with changes that are not in the stream: {min(unknown)}")
        if len(changes) < rate.requests_per_second * seconds * 0.9:
            raise Failure(f"the stream has only {len(changes)} changes")
        return Delivery(rate.requests_per_second, len(changes), len(changes - received.keys()),
                        sum(received.values()) - len(received), drain_ms, cpu / len(changes) * 1e6)


class HandlerResults:
    """The measurements, as one table and as JSON."""

    def __init__(self, heading):
        self._heading = heading
        self._lines = []
        self._found = []
        self._failed = False

    def add(self, storage, what, cells, found):
        self._lines.append([storage, what, *cells])
        self._found.append({"storage": storage, "what": what, **found})

    def fail(self, storage, what, reason):
        self._failed = True
        self.add(storage, what, ["-", "-", f"no number: {reason}"], {"failure": reason})

    def failed(self, _):
        return self._failed

    def text(self):
        headings = ["storage", "what", "found", "target", "remark"]
        return "\n".join([
            self._heading, "", *aligned(headings, self._lines, numbers=(2, 3)), "",
            "Times are medians, from before a write is sent to the beginning of the function's call."])

    def json(self):
        return json.dumps({"heading": self._heading, "measurements": self._found}, indent=1)


def measure(options, folder, say):
    """Measures everything for each storage. A failed measurement is shown as a row without a number."""
    tailrace = Tailrace(options.tailrace)
    tailrace.install()
    results = HandlerResults(
        f"{tailrace.title()}; {len(os.sched_getaffinity(0))} processors, load average "
        f"{os.getloadavg()[0]:.1f} before; {options.seconds} s each; {ITEM_BYTES} B an item.")
    plugin = build_plugin(folder)
    for storage in options.storages:
        for kind, what, measure_one in (
                (IN_PROCESS, "write to in-process function, ms", _measure_latency),
                (PYTHON, "write to warm Python function, ms", _measure_latency),
                (IN_PROCESS, "writes/s with an in-process function", _measure_delivery)):
            say(f"{storage}: {what}")
            try:
                with tempfile.TemporaryDirectory(dir=folder) as own_folder:
                    bench = Bench(tailrace, kind.handler or f"plugin:{plugin}", pathlib.Path(own_folder),
                                  storage)
                    results.add(storage, what, *measure_one(bench, kind, options.seconds))
            except Failure as failure:
                results.fail(storage, what, str(failure))
    return results


def _measure_latency(bench, kind, seconds):
    latency = bench.latency(seconds)
    remark = f"99 % below {latency.p99_ms:.2f}; {latency.calls:,} writes"
    return [f"{latency.p50_ms:.2f}", f"< {kind.target_ms:g}", remark], latency._asdict()


def _measure_delivery(bench, _, seconds):
    delivery = bench.delivery(seconds)
    counts = f"{delivery.changes:,} changes, {delivery.lost:,} lost, {delivery.repeated:,} repeated"
    if delivery.lost or delivery.repeated:
        raise Failure(counts)
    remark = (f"{delivery.cpu_us:.0f} us of CPU each; {counts}; the last was received "
              f"{delivery.drain_ms:.0f} ms after the last write")
    return [f"{delivery.writes_per_second:,.0f}", f"> {RATE_TARGET:,}", remark], delivery._asdict()
