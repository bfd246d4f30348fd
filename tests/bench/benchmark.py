"""Measures Tailrace and other local servers; `tests/bench/run --help` explains how."""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import forks
import growth
import handlers
import imports
import load
import postgresql
import running_server
import workloads
from results import IDLE, MEGABYTE, PER_10000, START, Results, Row
from running_server import Failure, Server, StartedServer
from targets import PEERS, ROOT, TAILRACE, WORK_FOLDER, Endpoint, Tailrace

DESCRIPTION = """Starts Tailrace and, if they are available, other local servers of the same API, sends
each of them the same requests through wrk, and prints two tables: requests per second, and how that compares
with the best of the others and with HTTP alone in Tailrace (GET /); and the CPU time of the server for each
request."""
EPILOGUE = """The other servers are DynamoDB Local, dynoxide and dynalite. npm installs them into build/bench
the first time. `docker/deps.sh bench` installs everything that is needed; a server that lacks something is
left out, and the reason is printed. Servers take turns for each measurement, so that other work on the
machine affects them equally; for a table to publish, use a machine that does nothing else. If an answer is
not 2xx or is wrong, its measurement has no number and a line below the table reports it; the exit code is
1 if the answer was Tailrace's. The full run takes up to 20 minutes, --quick about 1.
With --handlers only Tailrace is measured, with a function on the table's stream: how long it takes from a
write to the function's call, for a plugin and for Python, and whether a function misses a change, or gets one
twice, while 8 connections write as fast as they can. This needs a C compiler; the exit code is 1 if a change
was missed or came twice. --harness measures what forks of the tables cost, in time and in memory,
--import the server's CPU time for each item of an import. --growth measures the room that items of different
sizes take, what a request costs when a table has 10,000 items and when it has 4 million (or --items), and how
long the start with a file of 5 GB takes. That takes about 15 minutes, 5 GB of memory and 6 GB of disk.
--postgresql measures 1, 2 and 4 servers on the same tables in a PostgreSQL of its own, without a stream and
with one of 1, 4 and 16 shards, beside pgbench with the same rows. That takes about 5 minutes."""
STORAGES = ("memory", "file")
STARTS = 5
MEMORY_ITEMS = 10_000
FILL_SECONDS = 30
# The largest item that DynamoDB accepts.
MAX_BYTES = 400_000
QUICK = {"connections": [8], "sizes": [400], "storages": ["memory"], "seconds": 3,
         "workloads": list(workloads.MAIN_WORKLOADS)}
FULL = {"connections": [1, 8, 64], "sizes": [400, 4000], "storages": list(STORAGES), "seconds": 1,
        "workloads": list(workloads.WORKLOADS)}
HANDLERS = {**FULL, "seconds": 3}


def say(text):
    print(text, file=sys.stderr, flush=True)


# --- Options ----------------------------------------------------------------------------------------------


def one_of(names):
    def choose(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in names:
                raise argparse.ArgumentTypeError(f"'{name}' is not one of {', '.join(names)}")
        return [name for name in names if name in chosen]

    return choose


def numbers(least, most):
    def convert(text):
        return sorted({number(least, most)(each) for each in text.split(",")})

    return convert


def number(least, most):
    def convert(text):
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"'{text}' is not a number from {least} to {most}")
        return int(text)

    return convert


def read_options(arguments):
    names = ["tailrace", *(peer.option for peer in PEERS)]
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=DESCRIPTION, epilog=EPILOGUE,
                                     allow_abbrev=False)
    add = parser.add_argument
    add("--quick", action="store_true",
        help="8 connections, 400 bytes, in memory, PutItem, GetItem and Query, 3 seconds each")
    add("--handlers", action="store_true",
        help="measures functions on a stream instead of requests; takes --seconds (3), --storages, --json "
             "and --tailrace")
    add("--harness", action="store_true",
        help="measures forks of the tables instead of requests; takes --json and --tailrace")
    add("--import", dest="imports", action="store_true",
        help="measures imports instead of requests; takes --json and --tailrace")
    add("--growth", action="store_true",
        help="measures the room that items take, and what requests cost at few and at many items; takes "
             "--items, --json and --tailrace")
    add("--postgresql", action="store_true",
        help="measures several servers on tables in PostgreSQL beside pgbench; takes --seconds (3), --json "
             "and --tailrace")
    add("--items", type=number(20_000, 10_000_000), metavar="N", default=4_000_000,
        help="how many items the large table of --growth has (4000000)")
    add("--seconds", type=number(1, 600), metavar="N", help="seconds for each measurement (1)")
    add("--targets", type=one_of(names), metavar="A,B", default=names,
        help=f"which servers, of {', '.join(names)} (all)")
    add("--workloads", type=one_of(list(workloads.WORKLOADS)), metavar="A,B",
        help=f"which of {', '.join(workloads.WORKLOADS)} (all)")
    add("--connections", type=numbers(1, 1000), metavar="N,N", help="connections at the same time (1,8,64)")
    add("--sizes", type=numbers(100, MAX_BYTES), metavar="N,N", help="bytes of an item (400,4000)")
    add("--storages", type=one_of(STORAGES), metavar="A,B", help="memory, file or both (memory,file)")
    add("--json", type=pathlib.Path, metavar="FILE", help="also writes all measurements to this file, as "
                                                          "JSON")
    add("--tailrace", type=pathlib.Path, metavar="FILE",
        default=os.environ.get("TAILRACE") or ROOT / "build/release/server/tailrace",
        help="another executable (TAILRACE, or build/release/server/tailrace)")
    add("--endpoint", metavar="URL", default=os.environ.get("BENCH_ENDPOINT") or None,
        help="measures the server at this URL instead of Tailrace (BENCH_ENDPOINT); its storage is unknown, "
             "and only the first of --storages is shown")
    options = parser.parse_args(arguments)
    presets = HANDLERS if options.handlers or options.postgresql else QUICK if options.quick else FULL
    for name, value in presets.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.tailrace = pathlib.Path(options.tailrace).resolve()
    if options.endpoint:
        options.storages = options.storages[:1]
    return options


# --- The run ----------------------------------------------------------------------------------------------


class Benchmark:
    """One run. If a server fails, only the numbers concerned are missing."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.results = Results()
        self.targets = []

    def run(self):
        self.results.machine = {"processors": len(os.sched_getaffinity(0)), "seconds": self.options.seconds,
                                "load_average_before": os.getloadavg()[0]}
        self._choose_targets()
        for storage in self.options.storages:
            self._measure_starts(storage)
            for size in self.options.sizes:
                self._measure_group(storage, size)
        self.results.machine["load_average_after"] = os.getloadavg()[0]
        return self.results

    def _choose_targets(self):
        mine = Endpoint(self.options.endpoint) if self.options.endpoint else Tailrace(self.options.tailrace)
        for target in [mine, *PEERS]:
            if target.option not in self.options.targets:
                continue
            try:
                say(f"preparing {target.name}")
                target.install()
                self.results.titles[target.name] = target.title()
                self.targets.append(target)
            except Failure as failure:
                say(f"left out: {target.name}: {failure}")
                self.results.left_out[target.name] = str(failure)

    def _start(self, target, storage):
        if isinstance(target, Endpoint):
            return Server(target.url)
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) if storage == "file" else None
        return StartedServer(target.command, folder)

    def _measure_starts(self, storage):
        for target in self.targets:
            if isinstance(target, Endpoint):
                continue
            with self._noting(Row(storage, None, None, START), target):
                start_ms, idle_bytes = running_server.measure_starts(
                    lambda target=target: self._start(target, storage), STARTS)
                self.results.add(Row(storage, None, None, START), target.name, start_ms)
                self.results.add(Row(storage, None, None, IDLE), target.name, idle_bytes / MEGABYTE)

    def _measure_group(self, storage, size):
        """All targets run at the same time and are measured in turn; the others are idle meanwhile."""
        items = workloads.Items(f"benchmark-{os.getpid()}-{size}", size)
        with contextlib.ExitStack() as stack:
            servers = {}
            for target in self.targets:
                with self._noting(Row(storage, size, None, "start"), target):
                    server = self._start(target, storage)
                    stack.callback(server.stop)
                    self._measure_memory(Row(storage, size, None, PER_10000), target, server)
                    server.make_table(items)
                    server.fill(items, FILL_SECONDS * 4)
                    servers[target] = server
            for connections in self.options.connections:
                self._measure_http_alone(Row(storage, size, connections, workloads.NOTHING), servers, items)
            for name in self.options.workloads:
                self._measure_workload(Row(storage, size, None, name), servers, items)
            for target, server in servers.items():
                if isinstance(target, Endpoint):
                    server.ask("DeleteTable", {"TableName": items.table_name})

    def _measure_memory(self, row, target, server):
        before = server.resident_bytes()
        if before is None:
            return
        items = workloads.Items("benchmark-memory", row.size, MEMORY_ITEMS)
        with self._noting(row, target):
            server.make_table(items)
            server.fill(items, FILL_SECONDS)
            self.results.add(row, target.name, (server.resident_bytes() - before) / MEGABYTE)

    def _measure_http_alone(self, row, servers, items):
        for target, server in servers.items():
            if target.name == TAILRACE:
                self._measure(row, target, server, self._requests(workloads.NOTHING, items), 0)

    def _measure_workload(self, row, servers, items):
        requests = self._requests(row.what, items)
        ready = {}
        for target, server in servers.items():
            with self._noting(row, target):
                answer_bytes = server.sample(row.what, items)
                load.warm_up(server.host, requests, target.compiles)
                ready[target] = answer_bytes
        for connections in self.options.connections:
            for target, answer_bytes in ready.items():
                self._measure(row._replace(connections=connections), target, servers[target], requests,
                              answer_bytes)

    def _requests(self, name, items):
        path = self.folder / "requests"
        load.write_requests(path, workloads.wire_requests(name, items))
        return path

    def _measure(self, row, target, server, requests, answer_bytes):
        with self._noting(row, target):
            before = server.cpu_seconds()
            try:
                rate = load.measure(server.host, requests, load.Effort(row.connections, self.options.seconds),
                                    answer_bytes)
            except Failure as failure:
                raise Failure(f"{failure}; {server.condition()}") from None
            after = server.cpu_seconds()
            cpu_us = None if None in (before, after) else (after - before) / rate.answers * 1e6
            self.results.add_rate(row, target.name, rate, cpu_us)
            say(f"{row.storage}, {row.size} B, connections {row.connections}, {row.what}: {target.name} "
                f"{rate.requests_per_second:,.0f}/s")

    @contextlib.contextmanager
    def _noting(self, row, target):
        try:
            yield
        except Failure as failure:
            say(f"no number for {target.name}, {row.what}: {failure}")
            self.results.fail(row, target.name, str(failure))


def measure(options, folder):
    if options.harness:
        return forks.measure(options, folder)
    if options.imports:
        return imports.measure(options, folder)
    if options.growth:
        return growth.measure(options, folder, say)
    if shutil.which("wrk") is None:
        raise Failure("wrk is missing; docker/deps.sh bench installs what is needed")
    if options.handlers:
        return handlers.measure(options, folder, say)
    if options.postgresql:
        return postgresql.measure(options, folder, say)
    return Benchmark(options, folder).run()


def main():
    signal.signal(signal.SIGTERM, lambda received, frame: sys.exit(128 + received))
    options = read_options(sys.argv[1:])
    WORK_FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=WORK_FOLDER) as folder:
            results = measure(options, pathlib.Path(folder))
    except Failure as failure:
        say(f"bench: {failure}")
        return 1
    print(results.text())
    if options.json:
        options.json.write_text(results.json() + "\n")
    return 1 if results.failed(TAILRACE) else 0


if __name__ == "__main__":
    sys.exit(main())
