"""Measures one, two and four servers on the same tables in PostgreSQL, beside what pgbench reaches with the
same rows and statements."""

import json
import os
import pathlib
import re
import sys
from concurrent.futures import ThreadPoolExecutor

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "postgresql")]

import load
import workloads
from cutting_proxy import CuttingProxy
from local_services import PostgreSQL
from results import aligned
from running_server import StartedServer

PROCESSES = (1, 2, 4)
# 0 means that the table has no stream.
SHARDS = (0, 1, 4, 16)
THREADS = 4
ITEM_BYTES = 400
COUNTED_REQUESTS = 200
FILL_SECONDS = 120
HEADINGS = ["request", "shards", "processes", "requests/s", "server CPU, us", "PostgreSQL CPU, us",
            "round trips", "pgbench/s", "PostgreSQL CPU, us"]
CONDITION = {"ConditionExpression": "attribute_exists(pk) AND #revision >= :zero",
             "ExpressionAttributeNames": {"#revision": "revision"},
             "ExpressionAttributeValues": {":zero": {"N": "0"}}}


def put_with_condition(items, request):
    return {**workloads.put_item(items, request), **CONDITION}


# For each name that is shown: the operation, the function that makes a request's body, the numbers of shards,
# and the script of pgbench that corresponds to it.
MEASURED = {
    "PutItem": ("PutItem", workloads.put_item, SHARDS, "put"),
    "PutItem with a condition": ("PutItem", put_with_condition, SHARDS, "put-if"),
    "GetItem": ("GetItem", workloads.get_item, SHARDS[:1], "get")}
GET = "SELECT size, value FROM space WHERE head = :key AND digest = '' AND tail = ''"
PUT = ("INSERT INTO space VALUES (:key, '', '', {size}, :value) ON CONFLICT (head, digest) "
       "DO UPDATE SET size = EXCLUDED.size, value = EXCLUDED.value")
SCRIPTS = {
    "put": [PUT],
    # A row that is read before it is written, in one transaction.
    "put-if": ["BEGIN", GET + " FOR UPDATE", PUT, "COMMIT"],
    "get": [GET]}
MAKE = """
CREATE TABLE space (head bytea NOT NULL, digest bytea NOT NULL, tail bytea NOT NULL, size int8 NOT NULL,
                    value bytea NOT NULL, PRIMARY KEY (head, digest));
ALTER TABLE space ALTER COLUMN value SET STORAGE EXTERNAL;
INSERT INTO space SELECT sha256(int4send(i)), '', '', {size}, convert_to(repeat('x', {size}), 'UTF8')
FROM generate_series(1, {count}) AS i"""


def process_seconds(process):
    """The time that a process has computed for, and that of its children that have ended; 0 if it is gone."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0
    ticks = sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK"), int(fields[1])


def database_seconds(postmaster):
    """The same for a PostgreSQL, all of whose processes are children of the first."""
    total = process_seconds(postmaster)[0]
    for each in pathlib.Path("/proc").glob("[0-9]*"):
        seconds, parent = process_seconds(each.name)
        if parent == postmaster:
            total += seconds
    return total


class Servers:
    """Servers with the same tables: one schema, one table for each number of shards."""

    def __init__(self, tailrace, url, schema):
        self._tailrace = tailrace
        self._url = f"{url}?schema={schema}"
        self.running = []

    def start(self, count, shards=1):
        while len(self.running) < count:
            options = ["--db-path", self._url, "--threads", str(THREADS), "--shards", str(max(shards, 1))]
            self.running.append(StartedServer(
                lambda port, _: [str(self._tailrace), "serve", "--port", str(port), *options]))
        return self.running[:count]

    def stop(self):
        for each in self.running:
            each.stop()
        self.running = []


class Run:
    """One run. All servers and pgbench share the machine with the database and with wrk."""

    def __init__(self, options, folder, say):
        self._options = options
        self._folder = folder
        self._say = say
        self._lines = []
        self._database = PostgreSQL({"synchronous_commit": "off", "shared_buffers": "256MB",
                                     "max_connections": "200"})

    def run(self):
        try:
            limits = {(name, processes): self._pgbench(name, processes)
                      for name in SCRIPTS for processes in PROCESSES}
            for shards in SHARDS:
                self._measure_shards(shards, limits)
        finally:
            self._database.stop()
        self._lines.sort(key=lambda line: list(MEASURED).index(line[0]))
        return self._lines

    def _measure_shards(self, shards, limits):
        items = workloads.Items(f"benchmark-{shards}", ITEM_BYTES)
        servers = Servers(self._options.tailrace, self._database.url, f"shards_{shards}")
        try:
            first = servers.start(1, shards)[0]
            table = items.table()
            if shards:
                table["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
            first.ask("CreateTable", table)
            first.fill(items, FILL_SECONDS)
            for name, (operation, body, measured_shards, script) in MEASURED.items():
                if shards not in measured_shards:
                    continue
                requests = [workloads.wire_request(operation, body(items, each))
                            for each in range(2 * items.count)]
                path = self._folder / "requests"
                load.write_requests(path, requests)
                trips = self._round_trips(f"shards_{shards}", operation, body, items)
                for processes in PROCESSES:
                    rate, own, database = self._measure(servers.start(processes, shards), path)
                    limit, limit_cpu = limits[script, processes]
                    self._lines.append([name, str(shards or "no stream"), str(processes), f"{rate:,.0f}",
                                        f"{own:.0f}", f"{database:.0f}", f"{trips:.1f}", f"{limit:,.0f}",
                                        f"{limit_cpu:.0f}"])
                    self._say(" | ".join(self._lines[-1]))
        finally:
            servers.stop()

    def _measure(self, servers, requests):
        """The requests of all servers in a second, and the microseconds of CPU for each: the servers', and
        the database's."""
        effort = load.Effort(THREADS, self._options.seconds)
        for each in servers:
            load.warm_up(each.host, requests, False)
        before = sum(each.cpu_seconds() for each in servers), database_seconds(self._database.process_id())
        with ThreadPoolExecutor(len(servers)) as threads:
            rates = list(threads.map(lambda each: load.measure(each.host, requests, effort, 0), servers))
        after = sum(each.cpu_seconds() for each in servers), database_seconds(self._database.process_id())
        answers = sum(each.answers for each in rates)
        own, database = ((late - early) / answers * 1e6 for early, late in zip(before, after))
        return sum(each.requests_per_second for each in rates), own, database

    def _round_trips(self, schema, operation, body, items):
        """How often a server waits for PostgreSQL for one request, counted on the way to it."""
        proxy = CuttingProxy(self._database.url)
        server = StartedServer(lambda port, _: [
            str(self._options.tailrace), "serve", "--port", str(port), "--ttl-interval", "0", "--db-path",
            f"{proxy.url}&schema={schema}"])
        try:
            for number in range(COUNTED_REQUESTS):
                if number == COUNTED_REQUESTS // 2:
                    before = proxy.round_trips
                # One item, which each request changes: a put that changes nothing is not committed.
                server.ask(operation, body(items, number % 2 * items.count))
            # Renewing the lease adds a round trip every two seconds.
            return (proxy.round_trips - before) / (COUNTED_REQUESTS // 2)
        finally:
            server.stop()

    def _pgbench(self, name, processes):
        """Transactions in a second with as many connections as that many servers have, and the microseconds
        of the database's CPU for each."""
        self._database.sql("DROP TABLE IF EXISTS space; " +
                           MAKE.format(size=ITEM_BYTES, count=workloads.ITEMS))
        script = self._folder / f"{name}.sql"
        lines = [f"\\set n random(1, {workloads.ITEMS})"]
        for each in SCRIPTS[name]:
            lines.append(each.replace(":key", "sha256(int4send(:n))")
                         .replace(":value", f"convert_to(rpad(:n::text, {ITEM_BYTES}, 'x'), 'UTF8')")
                         .format(size=ITEM_BYTES) + ";")
        script.write_text("\n".join(lines) + "\n")
        before = database_seconds(self._database.process_id())
        printed = self._database.run_program(
            "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={processes * THREADS}",
            f"--jobs={min(processes, 2)}", f"--time={self._options.seconds}", f"--file={script}",
            self._database.url)
        used = database_seconds(self._database.process_id()) - before
        count = int(re.search(r"actually processed: (\d+)", printed).group(1))
        rate = float(re.search(r"tps = ([0-9.]+)", printed).group(1))
        self._say(f"pgbench {name}, {processes * THREADS} connections: {rate:,.0f}/s")
        return rate, used / count * 1e6


class Figures:
    """The figures, as one table and as JSON."""

    def __init__(self, heading, lines):
        self._heading = heading
        self._lines = lines

    def failed(self, _):
        return False

    def text(self):
        return "\n".join([self._heading, "", *aligned(HEADINGS, self._lines, range(1, len(HEADINGS)))])

    def json(self):
        names = [*HEADINGS[:-1], "pgbench CPU, us"]
        return json.dumps({"heading": self._heading,
                           "measurements": [dict(zip(names, line)) for line in self._lines]}, indent=1)


def measure(options, folder, say):
    # PostgreSQL's own programs run as another user.
    folder.chmod(0o755)
    lines = Run(options, folder, say).run()
    heading = (f"{len(os.sched_getaffinity(0))} processors, load average {os.getloadavg()[0]:.1f} "
               f"afterwards; items of {ITEM_BYTES} bytes, {THREADS} threads and connections for each "
               f"process, {options.seconds} s each. No commit waits for the disk.")
    return Figures(heading, lines)
