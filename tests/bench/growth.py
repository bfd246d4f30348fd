"""Measures the room that items take, in a file and in memory: bytes for each byte of their JSON. Then come
the figures of growth_costs.

Items arrive in the order of their numbers. A table keeps them in the order of hashes of their keys, so each
is inserted at a random place.
"""

import json
import os
import pathlib

import growth_costs
from forks import Figures
from growth_costs import file_bytes
from imports import create_table, import_lines
from running_server import StartedServer
from targets import Tailrace

# Bytes of an item as JSON, the number of items, and the most that a file may take.
SIZES = ((400, 25_000, 1.45), (1000, 10_000, 1.45), (2500, 4000, 1.45), (8000, 1250, 1.6), (40_000, 250, 1.6))
REQUEST_BYTES = 3_000_000


def line(number, size):
    """An item in DynamoDB's JSON."""
    item = {"id": {"S": f"{number:08}"}, "text": {"S": ""}}
    item["text"]["S"] = "x" * (size - len(json.dumps(item, separators=(",", ":"))))
    return json.dumps({"Item": item}, separators=(",", ":")) + "\n"


def resident_bytes(server):
    with open(f"/proc/{server.process_id()}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def room(options, folder, size, count):
    """Bytes that `count` items of `size` bytes take: of the file, or of memory without a folder."""
    server = StartedServer(Tailrace(options.tailrace).command, folder)
    try:
        create_table(server)
        before = 0 if folder else resident_bytes(server)
        items_of_request = max(REQUEST_BYTES // size, 1)
        for first in range(0, count, items_of_request):
            numbers = range(first, min(first + items_of_request, count))
            import_lines(server, "".join(line(number, size) for number in numbers).encode(), len(numbers))
        if folder is None:
            return resident_bytes(server) - before
    finally:
        server.stop()
    return file_bytes(folder)


def measure_room(options, folder):
    lines = []
    for size, count, most in SIZES:
        for storage, place in (("file", pathlib.Path(folder, str(size))), ("memory", None)):
            if place:
                place.mkdir()
            ratio = room(options, place, size, count) / (size * count)
            lines.append((f"{count:,} items of {size:,} bytes, {storage}", f"{ratio:.2f}",
                          f"< {most}" if place else "-"))
    return Figures("Bytes for each byte of the items' JSON, without an index and a stream.", lines, None)


class Growth:
    """Several tables of figures."""

    def __init__(self, parts):
        self._parts = parts

    def failed(self, _):
        return False

    def text(self):
        return "\n\n".join(each.text() for each in self._parts)

    def json(self):
        found = [figure for each in self._parts for figure in each.measurements()]
        return json.dumps({"measurements": found}, indent=1)


def measure(options, folder, say):
    return Growth([measure_room(options, folder), *growth_costs.measure(options, folder, say)])
