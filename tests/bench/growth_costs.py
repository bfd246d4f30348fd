"""Measures what may grow with a table: the server's CPU time for a request, and the time to open a file.

A small and a large table with the same items are in two servers, which take turns. Each has a request under
way on each of a few connections.
"""

import math
import os
import pathlib
import random
import socket
import statistics

from forks import Figures
from imports import TABLE, import_lines
from results import MEGABYTE, aligned
from running_server import ANSWER_SECONDS, Failure, StartedServer
from targets import Tailrace
from workloads import BATCH_ITEMS, ITEMS_PER_PARTITION, Items, encoded, query, wire_request

SMALL_ITEMS, EXTRAPOLATED_ITEMS = 10_000, 10_000_000
# The bytes of an item's JSON, and how many of them are syntax, which workloads.Items does not count.
ITEM_BYTES, SYNTAX_BYTES = 400, 63
MOST_RATIO = 1.3
CONNECTIONS = 8
ROUNDS = 7
ITEMS_OF_IMPORT = 5000
# The file that is opened has this many bytes for each item of the large table: 5 GB for 4 million. In
# addition to the items of the table, it has large ones.
OPENED_BYTES_PER_ITEM = 1250
LARGE_ITEM_BYTES, LARGE_ITEMS_OF_IMPORT = 350_000, 8
STARTS = 15
# With this number of starts, times that differ by less than this factor cannot be told apart.
NOISE = 1.25


# --- Requests ---------------------------------------------------------------------------------------------


def get_item(items, numbers):
    return {"TableName": items.table_name, "Key": items.key(numbers[0])}


def put_item(items, numbers):
    return {"TableName": items.table_name, "Item": items.item(numbers[0], "PutItem")}


def query_partition(items, numbers):
    """The number of a request of this workload is that of its partition."""
    return query(items, numbers[0])


def batch_write_item(items, numbers):
    return items.batch(numbers, "BatchWriteItem")


class Operation:
    """What is asked of both tables. A writing one puts items with new keys, which are erased after each
    round."""

    def __init__(self, name, body, requests, items_of_request=1, writes=False):
        self.name = name
        self.requests = requests
        self.writes = writes
        # The fewest bytes that an answer must have.
        self.least_bytes = {"GetItem": ITEM_BYTES, "Query": ITEMS_PER_PARTITION * ITEM_BYTES}.get(name, 2)
        self._body = body
        self._items_of_request = items_of_request

    def numbers(self, items, chance):
        """Returns the random items of a round."""
        count = self.requests * self._items_of_request
        if not self.writes:
            return [chance.randrange(items.count) for _ in range(count)]
        return chance.sample(range(items.count, 100 * items.count), count)

    def wire_requests(self, items, numbers):
        count = self._items_of_request
        return [wire_request(self.name, self._body(items, numbers[first:first + count]))
                for first in range(0, len(numbers), count)]


OPERATIONS = (
    Operation("GetItem", get_item, 4000),
    Operation("PutItem", put_item, 4000, writes=True),
    Operation("Query", query_partition, 2000),
    Operation("BatchWriteItem", batch_write_item, 160, BATCH_ITEMS, writes=True),
)


# --- Servers ----------------------------------------------------------------------------------------------


class Client:
    """Connections to a server. Each has a request under way, as long as there are any."""

    def __init__(self, host):
        name, _, port = host.partition(":")
        self._connections = [socket.create_connection((name, int(port)), ANSWER_SECONDS)
                             for _ in range(CONNECTIONS)]
        self._answers = [each.makefile("rb") for each in self._connections]

    def send(self, requests, least_bytes):
        """Sends all of the requests and reads the answers, which must be good ones."""
        for number, request in enumerate(requests):
            if number >= CONNECTIONS:
                self._receive(number, least_bytes)
            self._connections[number % CONNECTIONS].sendall(request)
        for number in range(min(len(requests), CONNECTIONS)):
            self._receive(number, least_bytes)

    def _receive(self, number, least_bytes):
        answer = self._answers[number % CONNECTIONS]
        status = answer.readline()
        length = 0
        while (line := answer.readline().strip()):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = answer.read(length)
        if b" 200 " not in status or length < least_bytes:
            raise Failure(f"a request was answered {status!r} {body[:300]!r}")

    def close(self):
        for each in [*self._answers, *self._connections]:
            each.close()


class Table:
    """A server with one table."""

    def __init__(self, options, folder, count):
        self.items = Items(TABLE, ITEM_BYTES - SYNTAX_BYTES, count)
        self.server = StartedServer(Tailrace(options.tailrace).command, folder)
        self.server.make_table(self.items)
        self._client = None

    def load(self, say):
        count = self.items.count
        for first in range(0, count, ITEMS_OF_IMPORT):
            self.add(self.items, range(first, min(first + ITEMS_OF_IMPORT, count)))
            done = first + ITEMS_OF_IMPORT
            if done * 10 // count > first * 10 // count:
                say(f"{min(done, count):,} of {count:,} items")

    def connect(self):
        """Connections that are idle for minutes are closed, so they are made after everything is loaded."""
        self._client = Client(self.server.host)

    def add(self, items, numbers):
        lines = b"".join(encoded({"Item": items.item(number, "import")}) + b"\n" for number in numbers)
        import_lines(self.server, lines, len(numbers))

    def cpu_us(self, operation, chance):
        """The server's CPU time for one request in a round."""
        numbers = operation.numbers(self.items, chance)
        requests = operation.wire_requests(self.items, numbers)
        before = self.server.cpu_seconds()
        self._client.send(requests, operation.least_bytes)
        used = self.server.cpu_seconds() - before
        if operation.writes:
            self._erase(numbers)
        return used / len(requests) * 1e6

    def _erase(self, numbers):
        deletes = [{"DeleteRequest": {"Key": self.items.key(number)}} for number in numbers]
        self._client.send([wire_request("BatchWriteItem",
                                        {"RequestItems": {TABLE: deletes[first:first + BATCH_ITEMS]}})
                           for first in range(0, len(deletes), BATCH_ITEMS)], len("{}"))

    def stop(self):
        if self._client:
            self._client.close()
        self.server.stop()


# --- Figures ----------------------------------------------------------------------------------------------


class Costs:
    """Microseconds of CPU for a request to a small and to a large table."""

    def __init__(self, items):
        self._items = items
        self._found = []  # of operation, storage, and both times

    def measure(self, storage, tables, say):
        """Measures all operations with the small and the large table."""
        chance = random.Random(20261130)
        for table in tables:
            table.connect()
        for operation in OPERATIONS:
            for table in tables:
                table.cpu_us(operation, chance)  # Warms up.
            rounds = [[table.cpu_us(operation, chance) for table in tables] for _ in range(ROUNDS)]
            # Other work on the machine, which takes its caches, can only add to the time.
            small, large = map(min, zip(*rounds))
            self._found.append((operation.name, storage, small, large))
            say(f"{operation.name}, {storage}: {small:.1f} and {large:.1f} us")

    def _extrapolated(self, small, large):
        per_doubling = (large - small) / math.log2(self._items / SMALL_ITEMS)
        return large + per_doubling * math.log2(EXTRAPOLATED_ITEMS / self._items)

    def text(self):
        headings = ["us of CPU for a request", f"{SMALL_ITEMS:,} items", f"{self._items:,} items", "ratio",
                    "target", f"{EXTRAPOLATED_ITEMS:,} items, extrapolated"]
        lines = [[f"{name}, {storage}", f"{small:.1f}", f"{large:.1f}", f"{large / small:.2f}",
                  f"< {MOST_RATIO}", f"{self._extrapolated(small, large):.1f}"]
                 for name, storage, small, large in self._found]
        return "\n".join([
            "The server's CPU time, user and system, for a GetItem, a PutItem with a new key, a Query of "
            f"{ITEMS_PER_PARTITION} items and a BatchWriteItem of {BATCH_ITEMS} new items. Keys are random, "
            f"items have {ITEM_BYTES} bytes of JSON. The best of {ROUNDS} rounds; {CONNECTIONS} connections.",
            "", *aligned(headings, lines, range(1, len(headings))), "",
            f"Extrapolated: each doubling adds as much as from {SMALL_ITEMS:,} to {self._items:,} items on "
            "average."])

    def measurements(self):
        return [{"what": f"{name}, {storage}, us of CPU at {self._items:,} items, of {SMALL_ITEMS:,}",
                 "value": large / small, "target": f"< {MOST_RATIO}", "small": small, "large": large,
                 "extrapolated": self._extrapolated(small, large)}
                for name, storage, small, large in self._found]


def file_bytes(folder):
    return sum(each.stat().st_size for each in folder.iterdir())


def enlarge(table, folder, least_bytes, say):
    """Adds large items until the file has `least_bytes`."""
    items = Items(TABLE, LARGE_ITEM_BYTES, 0)
    first, said = 0, 0
    while (have := file_bytes(folder)) < least_bytes:
        if have * 10 // least_bytes > said:
            said = have * 10 // least_bytes
            say(f"file of {have / MEGABYTE:,.0f} MB")
        # Partitions of their own: negative numbers.
        table.add(items, range(-first - LARGE_ITEMS_OF_IMPORT, -first))
        first += LARGE_ITEMS_OF_IMPORT


def start_ms(options, folder):
    """Starts a server with a file, of which nothing is in the system's memory."""
    for each in folder.iterdir():
        with open(each, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    server = StartedServer(Tailrace(options.tailrace).command, folder)
    server.stop()
    return server.start_ms


def starts(options, large, empty):
    """Figures of the starts with a large file and with an empty one."""
    start_ms(options, empty)
    times = [[start_ms(options, each) for each in (empty, large)] for _ in range(STARTS)]
    of_empty, of_large = (statistics.median(each) for each in zip(*times))
    lines = [("start with an empty file, ms", f"{of_empty:.1f}", "-"),
             (f"start with a file of {file_bytes(large) / MEGABYTE:,.0f} MB, ms", f"{of_large:.1f}",
              f"< {of_empty * NOISE:.1f}")]
    return Figures(f"Start to first answer; medians of {STARTS}. The files are not in the system's memory.",
                   lines, None)


def measure(options, folder, say):
    """Returns the figures of costs and of starts."""
    costs = Costs(options.items)
    places = {name: pathlib.Path(folder, name) for name in ("small", "large", "empty")}
    for place in places.values():
        place.mkdir()
    for storage in ("memory", "file"):
        tables = []
        try:
            for name, count in (("small", SMALL_ITEMS), ("large", options.items)):
                tables.append(Table(options, places[name] if storage == "file" else None, count))
                tables[-1].load(lambda text: say(f"{storage}: {text}"))
            costs.measure(storage, tables, say)
            if storage == "file":
                enlarge(tables[1], places["large"], OPENED_BYTES_PER_ITEM * options.items, say)
        finally:
            for table in tables:
                table.stop()
    return costs, starts(options, places["large"], places["empty"])
