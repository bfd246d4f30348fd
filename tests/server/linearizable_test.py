"""Consistent reads are linearizable: 16 clients count and read, while tables and an index come and go.

Each item is a counter, so the value that a request returns says where it stands in the order of all requests
to the item. That order must agree with time: a request that ended before another began comes before it.

Usage: linearizable_test.py TAILRACE [unittest arguments]
"""

import collections
import contextlib
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plain_server import AUTHORIZATION, PATIENCE_SECONDS, PlainServer

TAILRACE = None
CLIENTS = 16
REQUESTS_OF_CLIENT = 120
COUNTERS = [f"counter {number}" for number in range(4)]
ROUNDS_OF_TABLES = 6
TABLE = {"TableName": "counters", "BillingMode": "PAY_PER_REQUEST",
         "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"},
                                  {"AttributeName": "sk", "AttributeType": "S"}],
         "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"},
                       {"AttributeName": "sk", "KeyType": "RANGE"}]}
INDEX = {"IndexName": "by-sk", "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}],
         "Projection": {"ProjectionType": "ALL"}}

# A value of a counter, and when the request for it began and ended.
Seen = collections.namedtuple("Seen", "value begin end")


class Client:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def ask(self, operation, **body):
        self.connection.request("POST", "/", json.dumps(body), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "X-Amz-Date": "20260131T120000Z", "Authorization": AUTHORIZATION})
        answer = self.connection.getresponse()
        found = json.loads(answer.read())
        if answer.status != 200:
            raise AssertionError(f"{operation}: {found}")
        return found


class Counting:
    """What one client has written and read, by counter."""

    def __init__(self, port, seed):
        self.client = Client(port)
        self.random = random.Random(seed)
        self.writes = collections.defaultdict(list)
        self.reads = collections.defaultdict(list)

    def run(self):
        for _ in range(REQUESTS_OF_CLIENT):
            self.random.choice((self.count, self.count, self.get, self.query, self.scan))()

    def count(self):
        key = self.random.choice(COUNTERS)
        begin = time.monotonic_ns()
        found = self.client.ask("UpdateItem", TableName="counters",
                                Key={"pk": {"S": "all"}, "sk": {"S": key}},
                                UpdateExpression="ADD times :one", ReturnValues="UPDATED_NEW",
                                ExpressionAttributeValues={":one": {"N": "1"}})
        end = time.monotonic_ns()
        self.writes[key].append(Seen(int(found["Attributes"]["times"]["N"]), begin, end))

    def get(self):
        key = self.random.choice(COUNTERS)
        begin = time.monotonic_ns()
        found = self.client.ask("GetItem", TableName="counters", Key={"pk": {"S": "all"}, "sk": {"S": key}},
                                ConsistentRead=True)
        self.note({key: found.get("Item")}, begin)

    def query(self):
        begin = time.monotonic_ns()
        found = self.client.ask("Query", TableName="counters", ConsistentRead=True,
                                KeyConditionExpression="pk = :all",
                                ExpressionAttributeValues={":all": {"S": "all"}})
        self.note({**dict.fromkeys(COUNTERS), **{item["sk"]["S"]: item for item in found["Items"]}}, begin)

    def scan(self):
        begin = time.monotonic_ns()
        found = self.client.ask("Scan", TableName="counters", ConsistentRead=True)
        self.note({**dict.fromkeys(COUNTERS), **{item["sk"]["S"]: item for item in found["Items"]}}, begin)

    def note(self, items, begin):
        end = time.monotonic_ns()
        for key, item in items.items():
            self.reads[key].append(Seen(int(item["times"]["N"]) if item else 0, begin, end))


class TablesThatComeAndGo:
    """Makes a table and an index again and again, and reads in each what must be in it."""

    def __init__(self, port):
        self.client = Client(port)

    def run(self):
        for number in range(ROUNDS_OF_TABLES):
            name = f"table-{number}"
            self.client.ask("CreateTable", **{**TABLE, "TableName": name})
            item = {"pk": {"S": "all"}, "sk": {"S": name}}
            self.client.ask("PutItem", TableName=name, Item=item)
            found = self.client.ask("GetItem", TableName=name, Key=item, ConsistentRead=True)
            if found != {"Item": item}:
                raise AssertionError(f"{name} has {found}")
            self.client.ask("UpdateTable", TableName="counters",
                            AttributeDefinitions=TABLE["AttributeDefinitions"],
                            GlobalSecondaryIndexUpdates=[{"Create": INDEX}])
            for key in COUNTERS:
                found = self.client.ask("Query", TableName="counters", IndexName="by-sk",
                                        KeyConditionExpression="sk = :sk",
                                        ExpressionAttributeValues={":sk": {"S": key}})
                if found["Count"] != 1:
                    raise AssertionError(f"the index has {found['Count']} items of {key}")
            self.client.ask("UpdateTable", TableName="counters",
                            GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-sk"}}])
            self.client.ask("DeleteTable", TableName=name)


def latest(seen, moments, moment_of):
    """For each moment, in rising order: the highest value of those whose own moment is before it, or 0."""
    ordered = sorted(seen, key=moment_of)
    highest, found, place = 0, [], 0
    for moment in moments:
        while place < len(ordered) and moment_of(ordered[place]) < moment:
            highest = max(highest, ordered[place].value)
            place += 1
        found.append(highest)
    return found


def faults(writes, reads):
    """What contradicts time in the history of a counter."""
    found = []
    values = sorted(each.value for each in writes)
    if values != list(range(1, len(values) + 1)):
        found.append(f"{len(values)} writes returned {values}")
    by_begin = sorted(writes + reads, key=lambda each: each.begin)
    begins = [each.begin for each in by_begin]
    written = set(writes)
    for each, known in zip(by_begin, latest(writes + reads, begins, lambda one: one.end)):
        if each.value < known or (each in written and each.value == known):
            found.append(f"{each} came after {known} was known")
    by_end = sorted(reads, key=lambda each: each.end)
    for each, begun in zip(by_end, latest(writes, [one.end for one in by_end], lambda one: one.begin)):
        if each.value > begun:
            found.append(f"{each} is from a write that had not begun; {begun} had")
    return found


class LinearizableTest(unittest.TestCase):
    def check(self, *options):
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(PlainServer(TAILRACE, *options))
            tables = TablesThatComeAndGo(server.port)
            tables.client.ask("CreateTable", **TABLE)
            clients = [Counting(server.port, seed) for seed in range(CLIENTS)]
            for each in [*clients, tables]:
                stack.callback(each.client.connection.close)
            for key in COUNTERS:
                clients[0].random.choice = lambda _, key=key: key
                clients[0].count()
            clients[0].random = random.Random(0)
            failures = []

            def run(work):
                try:
                    work()
                except Exception as failure:
                    failures.append(failure)
            threads = [threading.Thread(target=run, args=(each.run,))
                       for each in [*clients, tables]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(failures, [])
        for key in COUNTERS:
            writes = [each for client in clients for each in client.writes[key]]
            reads = [each for client in clients for each in client.reads[key]]
            self.assertGreater(len(reads), CLIENTS)
            self.assertEqual(faults(writes, reads), [])

    def test_in_memory(self):
        self.check("--threads", "1")
        self.check("--threads", "4")

    def test_in_a_file(self):
        for threads, durability in ((1, "normal"), (4, "normal"), (4, "full")):
            with tempfile.TemporaryDirectory(prefix="tailrace-test.") as folder, \
                    self.subTest(threads=threads, durability=durability):
                self.check("--threads", str(threads), "--durability", durability, "--db-path",
                           os.path.join(folder, "counters.db"))

    def test_the_check_finds_what_is_wrong(self):
        writes = [Seen(1, 0, 10), Seen(2, 20, 30)]
        good = [Seen(0, 1, 5), Seen(1, 12, 15), Seen(1, 21, 40), Seen(2, 31, 40)]
        self.assertEqual(faults(writes, good), [])
        self.assertEqual(faults(writes, [Seen(0, 11, 15)]),
                         ["Seen(value=0, begin=11, end=15) came after 1 was known"])
        self.assertEqual(faults(writes, [Seen(2, 22, 24), Seen(1, 25, 28)]),
                         ["Seen(value=1, begin=25, end=28) came after 2 was known"])
        self.assertEqual(faults(writes, [Seen(2, 1, 9)]),
                         ["Seen(value=2, begin=20, end=30) came after 2 was known",
                          "Seen(value=2, begin=1, end=9) is from a write that had not begun; 1 had"])
        self.assertEqual(faults([Seen(1, 0, 10), Seen(1, 20, 30)], []),
                         ["2 writes returned [1, 1]",
                          "Seen(value=1, begin=20, end=30) came after 1 was known"])


if __name__ == "__main__":
    TAILRACE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
