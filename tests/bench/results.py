"""The measurements, as one table and as JSON."""

import dataclasses
import json
import typing

from targets import TAILRACE
from workloads import NOTHING

MEGABYTE = 1e6
# What a server uses, not what it achieves: less is better.
START, IDLE, PER_10000 = "start to first answer, ms", "memory idle, MB", "memory per 10,000 items, MB"


class Row(typing.NamedTuple):
    """One row of the table. `size` and `connections` are None if they do not matter."""

    storage: str
    size: typing.Optional[int]
    connections: typing.Optional[int]
    what: str


@dataclasses.dataclass
class Results:
    """All results of one run. Rows appear in the order in which they were first measured."""

    titles: typing.Dict[str, str] = dataclasses.field(default_factory=dict)  # name -> title, in column order
    left_out: typing.Dict[str, str] = dataclasses.field(default_factory=dict)  # name -> reason
    values: typing.Dict[Row, dict] = dataclasses.field(default_factory=dict)  # row -> name -> number
    # (row, name) -> p50, p99 and the server's CPU time for a request, None if that is unknown
    latencies: typing.Dict[tuple, dict] = dataclasses.field(default_factory=dict)
    failures: typing.List[dict] = dataclasses.field(default_factory=list)
    machine: typing.Dict[str, typing.Any] = dataclasses.field(default_factory=dict)

    def add(self, row, name, value):
        self.values.setdefault(row, {})[name] = value

    def add_rate(self, row, name, rate, cpu_us):
        self.add(row, name, rate.requests_per_second)
        self.latencies[row, name] = {"p50_ms": rate.p50_ms, "p99_ms": rate.p99_ms, "cpu_us": cpu_us}

    def fail(self, row, name, reason):
        self.failures.append({**row._asdict(), "target": name, "reason": reason})

    def failed(self, name):
        return name in self.left_out or any(each["target"] == name for each in self.failures)

    def text(self):
        """Returns the table (Markdown), the machine that it was measured on, and what is missing from it."""
        names = list(self.titles)
        peers = [name for name in names if name != TAILRACE]
        headings = ["storage", "item", "connections", "requests/s", *names, "× best peer", "of GET /"]
        lines = [[*_where(row), *(_number(values.get(name), row) for name in names),
                  self._ratio(row, peers), self._share(row)] for row, values in self.values.items()]
        costs = [[*_where(row), *("-" if self._cpu(row, name) is None else f"{self._cpu(row, name):.1f}"
                                  for name in names), self._cost_ratio(row, peers)]
                 for row in self.values if any(self._cpu(row, name) is not None for name in names)]
        before, after = self.machine["load_average_before"], self.machine["load_average_after"]
        return "\n".join([
            f"{self.machine['processors']} processors, load average {before:.1f} before and {after:.1f} "
            f"after, {self.machine['seconds']} s each.",
            *(f"{name}: {title}" for name, title in self.titles.items()), "",
            *aligned(headings, lines, range(4, len(headings))), "",
            "× best peer: above 1 is better than the best of the others (faster, or smaller). of GET /: "
            "share of its rate, which is that of HTTP alone.", "",
            *aligned([*headings[:3], "us of the server's CPU", *names, "× best peer"], costs,
                     range(4, 5 + len(names))), "",
            *(f"Left out: {name}: {reason}" for name, reason in self.left_out.items()),
            *(_failure(each) for each in self.failures),
        ])

    def _ratio(self, row, peers):
        values = self.values[row]
        others = [values[name] for name in peers if values.get(name, 0) > 0]
        mine = values.get(TAILRACE)
        if not others or not mine:
            return "-"
        ratio = min(others) / mine if row.what in (START, IDLE, PER_10000) else mine / max(others)
        return f"{ratio:.1f}"

    def _cpu(self, row, name):
        return self.latencies.get((row, name), {}).get("cpu_us")

    def _cost_ratio(self, row, peers):
        others = [self._cpu(row, name) for name in peers if self._cpu(row, name)]
        mine = self._cpu(row, TAILRACE)
        return f"{min(others) / mine:.1f}" if others and mine else "-"

    def _share(self, row):
        nothing = self.values.get(row._replace(what=NOTHING), {}).get(TAILRACE)
        mine = self.values[row].get(TAILRACE)
        return f"{mine / nothing:.0%}" if nothing and mine and row.connections else "-"

    def json(self):
        found = [{**row._asdict(), "target": name, "value": value, **self.latencies.get((row, name), {})}
                 for row, values in self.values.items() for name, value in values.items()]
        return json.dumps({"machine": self.machine, "targets": self.titles, "left_out": self.left_out,
                           "measurements": found, "failures": self.failures}, indent=1)


def _where(row):
    size = "-" if row.size is None else f"{row.size} B"
    return [row.storage, size, "-" if row.connections is None else str(row.connections), row.what]


def _number(value, row):
    if value is None:
        return "-"
    return f"{value:.1f}" if row.what in (START, IDLE, PER_10000) else f"{value:,.0f}"


def _failure(failure):
    where = [failure["target"], failure["storage"]]
    if failure["size"] is not None:
        where.append(f"{failure['size']} B")
    if failure["connections"] is not None:
        where.append(f"connections {failure['connections']}")
    return f"No number: {', '.join(where)}, {failure['what']}: {failure['reason']}"


def aligned(headings, lines, numbers):
    """Returns the lines of a Markdown table with aligned columns. Columns whose index is in `numbers` are
    right-aligned."""
    widths = [max(map(len, column)) for column in zip(headings, *lines)]

    def line(cells):
        padded = (cell.rjust(width) if place in numbers else cell.ljust(width)
                  for place, (cell, width) in enumerate(zip(cells, widths)))
        return f"| {' | '.join(padded)} |"

    rule = ["-" * (width - 1) + ":" if place in numbers else ":" + "-" * (width - 1)
            for place, width in enumerate(widths)]
    return [line(headings), line(rule), *map(line, lines)]
