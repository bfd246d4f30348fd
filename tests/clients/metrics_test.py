#!/usr/bin/python3
"""GET /_tailrace/metrics, read as strictly as Prometheus reads it.

    metrics_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import re
import time
import urllib.request

from botocore.exceptions import ClientError

from client_case import main
from mappings_test import MappingsCase

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
ABOUT = re.compile(rf"# (HELP|TYPE) ({NAME}) (.+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
VALUE = re.compile(rf"({NAME})(?:\{{(.+)\}})? (-?[0-9.e+-]+)")
SUFFIXES = {"counter": ("",), "gauge": ("",), "summary": ("_sum", "_count")}


def labels_of(text):
    """Returns the labels between the braces as a tuple of pairs."""
    found, position = [], 0
    while position < len(text):
        label = LABEL.match(text, position)
        assert label, f"these are not labels: {text}"
        found.append(label.groups())
        position = label.end()
    assert not text.endswith(",") and len(dict(found)) == len(found), text
    return tuple(found)


def parse(text):
    """Returns the values by name and labels. Fails for anything that Prometheus's text format forbids."""
    assert text.endswith("\n")
    values, types, helps = {}, {}, set()
    family = None
    for line in text.splitlines():
        about = ABOUT.fullmatch(line)
        if about:
            kind, name, rest = about.groups()
            known = helps if kind == "HELP" else types
            assert name not in known, f"{name} has two lines {kind}"
            if kind == "HELP":
                helps.add(name)
            else:
                assert rest in SUFFIXES and name in helps, line
                types[name] = rest
                family = name
            continue
        value = VALUE.fullmatch(line)
        assert value, f"this is not a value: {line}"
        name, labels, number = value.group(1), labels_of(value.group(2) or ""), float(value.group(3))
        assert family and name in [family + each for each in SUFFIXES[types[family]]], line
        assert (types[family] == "counter") == name.endswith("_total"), line
        assert (name, labels) not in values, f"{line} has the same labels as another line"
        values[name, labels] = number
    return values


class MetricsTest(MappingsCase):
    def metrics(self):
        with urllib.request.urlopen(self.tailrace.endpoint + "/_tailrace/metrics") as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            return parse(answer.read().decode())

    def test_what_a_server_has_done(self):
        uuid = self.map(self.create("notes"))
        self.put("notes", "a", "b")
        with self.assertRaises(ClientError):
            self.tables.get_item(TableName="other", Key={"pk": {"S": "a"}})
        self.tailrace.drain()
        found = self.metrics()
        for name, labels, value in (
                ("tailrace_requests_total", {"operation": "PutItem", "status": "200"}, 2),
                ("tailrace_requests_total",
                 {"operation": "GetItem", "status": "400", "error": "ResourceNotFoundException"}, 1),
                ("tailrace_request_duration_seconds_count", {"operation": "PutItem"}, 2),
                ("tailrace_consumed_capacity_units_total", {"operation": "PutItem"}, 2),
                ("tailrace_tables", {}, 1),
                ("tailrace_table_items", {"table": "notes"}, 2),
                ("tailrace_mappings", {}, 2),
                ("tailrace_mapping_lag_records", {"mapping": "notes/message-groups", "id": uuid}, 0),
                ("tailrace_mapping_records_total", {"mapping": "notes/message-groups", "id": uuid}, 2),
                ("tailrace_mapping_failures_total", {"mapping": "notes/message-groups", "id": uuid}, 0)):
            with self.subTest(name=name, labels=labels):
                self.assertEqual(found[name, tuple(labels.items())], value)
        self.assertLess(abs(found["process_start_time_seconds", ()] - time.time()), 600)
        self.assertGreater(found["process_resident_memory_bytes", ()], 1_000_000)
        self.assertLess(found["process_open_fds", ()], found["process_max_fds", ()])


if __name__ == "__main__":
    main()
