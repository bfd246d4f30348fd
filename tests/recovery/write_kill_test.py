#!/usr/bin/python3
"""kill -9 at random moments while many connections write to a database file, with each durability. After a
restart every acknowledged write is there, every transaction is whole, and indexes, counts and the stream
agree with the table.

    write_kill_test.py TAILRACE_EXECUTABLE [TEST]...

WRITE_KILL_ROUNDS is the number of kills for each durability (150), WRITE_KILL_SEED determines their moments.
"""

import collections
import http.client
import itertools
import os
import random
import sys
import time
import typing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kill_case import KillCase
from local_services import KillAfter, Tailrace, check_database_file, run_tests
from plain_connection import PlainConnection

ROUNDS = int(os.environ.get("WRITE_KILL_ROUNDS", "150"))
SEED = int(os.environ.get("WRITE_KILL_SEED", "20261130"))
WRITERS = 16
KEYS = [f"item-{number:02}" for number in range(12)]
GROUPS = [f"group-{number}" for number in range(5)]
# The row that each of a writer's transactions writes: it counts them.
TRANSACTIONS = "transactions"
# The sizes of values in bytes, with their relative frequencies. A file stores a value of about 500 bytes or
# more apart from its row.
SIZES = {20: 10, 300: 4, 700: 4, 3000: 2, 12_000: 1}
# The acts of a writer, with their relative frequencies.
ACTS = {"put": 6, "update": 5, "delete": 3, "batch": 4, "transact": 5, "count": 3, "get": 3, "query": 1,
        "query_index": 1, "get_together": 1}
# A server is killed after at most this many answers. In every second round it is killed a little later,
# during the next wave of requests.
MOST_ANSWERS = 600
# In every second wave on average, the server gets the requests of all writers at once.
AT_ONCE = 0.5


class Request(typing.NamedTuple):
    """A request, and the rows that it changes: their new items by sort key, None for a deleted row."""

    operation: str
    body: dict
    changes: typing.Mapping[str, typing.Optional[dict]] = {}
    # True if either all or none of the changes are made.
    is_whole: bool = True
    # The member of the answer that is known in advance, and its value.
    expected: tuple = ()


class Writer:
    """One connection, and the items of one partition, which it alone writes.

    `items` has the items by sort key as the server has acknowledged them, `counted` is the number of
    acknowledged counts. `pending` is the request without an answer.
    """

    def __init__(self, number):
        self.partition = f"writer-{number:02}"
        self.items = {}
        self.counted = 0
        self.pending = None
        self._random = random.Random(SEED + number)
        self._revisions = itertools.count()

    def begin(self, endpoint):
        """Continues with a server that has just started."""
        self._connection = PlainConnection(endpoint)

    def end(self):
        self._connection.close()

    def send(self):
        act, = self._random.choices(list(ACTS), ACTS.values())
        self.pending = getattr(self, act)()
        try:
            self._connection.send(self.pending.operation, **self.pending.body)
        except OSError:
            pass  # The server is gone, so there is no answer either.

    def receive(self):
        """Returns False if there is no answer."""
        request = self.pending
        try:
            answer = self._connection.answer()
        except (OSError, http.client.HTTPException):
            return False
        if request.expected:
            member, value = request.expected
            if answer.get(member) != value:
                raise AssertionError(f"{request}: {answer}")
        if answer.get("UnprocessedItems"):
            raise AssertionError(f"not processed: {answer}")
        self.items = {sk: item for sk, item in {**self.items, **request.changes}.items() if item}
        self.counted += counts(request)
        self.pending = None
        return True

    def check(self, found):
        """Checks the partition's items by sort key, and keeps them. Returns a set that says which changes of
        the pending request were carried out: True for some, False for others. The set is empty if there are
        none."""
        changes = self.pending.changes if self.pending else {}
        outcomes = set()
        for key in self.items.keys() | found.keys() | changes.keys():
            before, now = self.items.get(key), found.get(key)
            after = changes.get(key, before)
            if now not in (before, after):
                raise AssertionError(f"{self.partition}, {key}: {now}, but can only be {before} or {after}, "
                                     f"after {self.pending}")
            if before != after:
                outcomes.add(now == after)
        if len(outcomes) > 1 and self.pending.is_whole:
            raise AssertionError(f"only a part was carried out: {self.pending}; now {found}")
        self.items = found
        return outcomes

    def transactions(self):
        return int(self.items[TRANSACTIONS]["value"]["S"]) if TRANSACTIONS in self.items else 0

    # --- Acts ---------------------------------------------------------------------------------------------

    def put(self):
        key, item = self._some_key(), self._new_item()
        return Request("PutItem", {"TableName": "songs", "Item": {**self._key(key), **item}},
                       {key: {**self._key(key), **item}})

    def update(self):
        key, body, after = self._update_of(self._some_key())
        return Request("UpdateItem", body, {key: after})

    def delete(self):
        key = self._some_key()
        return Request("DeleteItem", {"TableName": "songs", "Key": self._key(key)}, {key: None})

    def batch(self):
        """Writes several items, each for itself."""
        changes = {key: self._random.choice((None, {**self._key(key), **self._new_item()}))
                   for key in self._random.sample(KEYS, self._random.randint(2, 6))}
        requests = [{"PutRequest": {"Item": item}} if item else {"DeleteRequest": {"Key": self._key(key)}}
                    for key, item in changes.items()]
        return Request("BatchWriteItem", {"RequestItems": {"songs": requests}}, changes, is_whole=False)

    def transact(self):
        """Writes several items, counts the transaction in a row of this writer and in one of all writers, and
        checks that an item is as it should be."""
        put, update, delete, checked = self._random.sample(KEYS, 4)
        count = {**self._key(TRANSACTIONS), "value": {"S": str(self.transactions() + 1)}}
        item = {**self._key(put), **self._new_item()}
        _, body, updated = self._update_of(update)
        there = "attribute_exists" if checked in self.items else "attribute_not_exists"
        return Request("TransactWriteItems", {"TransactItems": [
            {"Update": increment(TRANSACTIONS)},
            {"Put": {"TableName": "songs", "Item": item}},
            {"Update": body},
            {"Delete": {"TableName": "songs", "Key": self._key(delete)}},
            {"ConditionCheck": {"TableName": "songs", "Key": self._key(checked),
                                "ConditionExpression": f"{there}(pk)"}},
            {"Put": {"TableName": "songs", "Item": count}},
        ]}, {put: item, update: updated, delete: None, TRANSACTIONS: count})

    def count(self):
        """Adds to a number of all writers."""
        return Request("UpdateItem", increment("counts"))

    def get(self):
        key = self._some_key()
        body = {"TableName": "songs", "Key": self._key(key), "ConsistentRead": True}
        return Request("GetItem", body, expected=("Item", self.items.get(key)))

    def get_together(self):
        keys = self._random.sample(KEYS, 2)
        return Request("TransactGetItems", {"TransactItems": [
            {"Get": {"TableName": "songs", "Key": self._key(key)}} for key in keys]},
            expected=("Responses", [{"Item": self.items[key]} if key in self.items else {} for key in keys]))

    def query(self):
        return Request("Query", {**self._partition_query(), "ConsistentRead": True},
                       expected=("Items", [self.items[key] for key in sorted(self.items)]))

    def query_index(self):
        """Counts the items that a local index has."""
        ranked = sum("rank" in item for item in self.items.values())
        return Request("Query", {**self._partition_query(), "ConsistentRead": True, "IndexName": "by-rank"},
                       expected=("Count", ranked))

    def _partition_query(self):
        return {"TableName": "songs", "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": self.partition}}}

    def _some_key(self):
        return self._random.choice(KEYS)

    def _key(self, key):
        return {"pk": {"S": self.partition}, "sk": {"S": key}}

    def _new_item(self):
        """The other attributes of an item, some of which put it into an index."""
        bytes_of_value, = self._random.choices(list(SIZES), SIZES.values())
        item = {"value": {"S": f"{next(self._revisions)} ".ljust(bytes_of_value, "x")}}
        if self._random.random() < 0.7:
            item["group"] = {"S": self._random.choice(GROUPS)}
        if self._random.random() < 0.7:
            item["rank"] = {"S": f"{self._random.randrange(1000):03}"}
        return item

    def _update_of(self, key):
        """Returns the key, an update of two attributes, and the item after it."""
        new = self._new_item()
        after = {**self.items.get(key, self._key(key)), "value": new["value"]}
        values, expression = {":value": new["value"]}, "SET #value = :value"
        if "group" in new:
            after["group"] = values[":group"] = new["group"]
            expression += ", #group = :group"
        else:
            after.pop("group", None)
            expression += " REMOVE #group"
        return key, {"TableName": "songs", "Key": self._key(key), "UpdateExpression": expression,
                     "ExpressionAttributeNames": {"#value": "value", "#group": "group"},
                     "ExpressionAttributeValues": values}, after


def increment(name):
    """An update of the number with that name."""
    return {"TableName": "totals", "Key": {"pk": {"S": name}}, "UpdateExpression": "ADD #count :one",
            "ExpressionAttributeNames": {"#count": "count"},
            "ExpressionAttributeValues": {":one": {"N": "1"}}}


def counts(request):
    """Returns 1 if the request is a count, else 0."""
    return int(request.body.get("Key") == increment("counts")["Key"])


def size_of(item):
    """The bytes of an item that has only texts."""
    return sum(len(name) + len(value["S"]) for name, value in item.items())


class Replay:
    """The items of a table as its stream has written them, by partition and sort key."""

    def __init__(self):
        self.items = {}
        self._last = None

    def follow(self, connection):
        """Reads what is new in the stream. Every record fits what was there before it."""
        def streams(operation, **request):
            return connection.call(operation, service="DynamoDBStreams", **request)

        (stream,) = streams("ListStreams", TableName="songs")["Streams"]
        arn = stream["StreamArn"]
        (shard,) = streams("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
        begin = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._last:
            begin = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last}
        iterator = streams("GetShardIterator", StreamArn=arn, ShardId=shard["ShardId"],
                           **begin)["ShardIterator"]
        while True:
            page = streams("GetRecords", ShardIterator=iterator)
            for record in page["Records"]:
                self._apply(record["dynamodb"])
            if not page["Records"]:
                return
            iterator = page["NextShardIterator"]

    def _apply(self, change):
        key = key_of(change["Keys"])
        if self.items.get(key) != change.get("OldImage"):
            raise AssertionError(f"the stream goes from {self.items.get(key)} on with {change}")
        if "NewImage" in change:
            self.items[key] = change["NewImage"]
        else:
            del self.items[key]
        self._last = change["SequenceNumber"]


def key_of(item):
    return item["pk"]["S"], item["sk"]["S"]


def scan(connection, **of):
    """Returns all items of the table or an index by key."""
    items, page = {}, {"LastEvaluatedKey": None}
    while "LastEvaluatedKey" in page:
        after = page["LastEvaluatedKey"]
        page = connection.call("Scan", TableName="songs", **of,
                               **({"ExclusiveStartKey": after} if after else {}))
        items.update((key_of(item), item) for item in page["Items"])
    return items


class WriteKillTest(KillCase):
    """Many rounds of writing, killing and restarting, all on one database file."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "songs.db"

    def test_what_is_acknowledged_is_kept_with_normal_durability(self):
        self.run_rounds("normal")

    def test_what_is_acknowledged_is_kept_with_full_durability(self):
        self.run_rounds("full")

    def run_rounds(self, durability):
        print(f"{ROUNDS} rounds, seed {SEED}, durability {durability}", flush=True)
        moments = random.Random(SEED)
        self.writers = [Writer(number) for number in range(WRITERS)]
        self.replay = Replay()
        self.outcomes, self.answers = collections.Counter(), 0
        for number in range(ROUNDS):
            threads = moments.choice(("1", "3"))
            self.tailrace = Tailrace(self.executable, self.file,
                                     options=["--durability", durability, "--threads", threads])
            if number == 0:
                self.create_tables()
            self.check()
            self.write_and_kill(moments, in_wave=number % 2 == 1)
            check_database_file(self.file)
        self.tailrace = Tailrace(self.executable, self.file, options=["--durability", durability])
        self.check()
        self.assertEqual(self.tailrace.stop(), 0, self.tailrace.describe())
        self.assertGreater(sum(self.outcomes.values()), 0, "no kill met a request under way")
        print(f"{self.answers} answers; changes without an answer that were carried out: "
              f"{self.outcomes[True]}, or not: {self.outcomes[False]}", flush=True)

    def create_tables(self):
        connection = self.connect()

        def create(name, keys, attributes, **more):
            connection.call(
                "CreateTable", TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=schema(*keys),
                AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
                **more)

        def schema(*names):
            return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"))]

        create("totals", ["pk"], ["pk"])
        create("songs", ["pk", "sk"], ["pk", "sk", "group", "rank"],
               StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
               GlobalSecondaryIndexes=[{"IndexName": "by-group", "Projection": {"ProjectionType": "ALL"},
                                        "KeySchema": schema("group", "sk")}],
               LocalSecondaryIndexes=[{"IndexName": "by-rank", "Projection": {"ProjectionType": "KEYS_ONLY"},
                                       "KeySchema": schema("pk", "rank")}])

    def connect(self):
        connection = PlainConnection(self.tailrace.endpoint)
        self.addCleanup(connection.close)
        return connection

    def write_and_kill(self, moments, in_wave):
        """Lets all writers send a request each, and then read their answers, until the server is gone."""
        for writer in self.writers:
            writer.begin(self.tailrace.endpoint)
        last = moments.randint(1, MOST_ANSWERS)
        kill_after = KillAfter(self.tailrace, 0 if in_wave else last)
        answers, seconds, answered = 0, 0, True
        while answered:
            self.send_wave(at_once=moments.random() < AT_ONCE)
            began = time.monotonic()
            if in_wave and answers >= last:
                in_wave = False
                self.assertFalse(self.tailrace.ends_within(moments.uniform(0, seconds)),
                                 "the server ended by itself")
                self.tailrace.send_kill()
            for writer in moments.sample(self.writers, WRITERS):
                if writer.receive():
                    answers += 1
                    kill_after.acknowledged()
                else:
                    answered = False
            seconds = time.monotonic() - began
        self.answers += answers
        self.tailrace.kill()
        for writer in self.writers:
            writer.end()

    def send_wave(self, at_once):
        """Sends a request of each writer. The server may get them one after the other or all at once."""
        if at_once:
            self.tailrace.pause()
        for writer in self.writers:
            writer.send()
        if at_once:
            self.tailrace.resume()

    def check(self):
        connection = self.connect()
        items = scan(connection, ConsistentRead=True)
        partitions = collections.defaultdict(dict)
        for (pk, sk), item in items.items():
            partitions[pk][sk] = item
        for writer in self.writers:
            self.outcomes.update(writer.check(partitions.pop(writer.partition, {})))
        self.assertEqual(dict(partitions), {})
        self.check_totals(connection)
        self.check_indexes(connection, items)
        self.replay.follow(connection)
        self.assertEqual(self.replay.items, items)
        for writer in self.writers:
            writer.pending = None

    def check_totals(self, connection):
        """No count is missing, none is there that was not asked for, and each transaction was counted
        together with its writer's own row."""
        totals = {item["pk"]["S"]: int(item["count"]["N"])
                  for item in connection.call("Scan", TableName="totals", ConsistentRead=True)["Items"]}
        self.assertEqual(totals.get(TRANSACTIONS, 0), sum(writer.transactions() for writer in self.writers))
        acknowledged = sum(writer.counted for writer in self.writers)
        pending = sum(counts(writer.pending) for writer in self.writers if writer.pending)
        found = totals.get("counts", 0)
        self.assertIn(found, range(acknowledged, acknowledged + pending + 1))
        self.writers[0].counted += found - acknowledged

    def check_indexes(self, connection, items):
        """Each index has exactly the items with its key, and the table's description has the numbers."""
        grouped = {key: item for key, item in items.items() if "group" in item}
        ranked = {key: {name: item[name] for name in ("pk", "sk", "rank")}
                  for key, item in items.items() if "rank" in item}
        self.assertEqual(scan(connection, IndexName="by-group"), grouped)
        self.assertEqual(scan(connection, IndexName="by-rank"), ranked)
        described = connection.call("DescribeTable", TableName="songs")["Table"]
        self.assertEqual((described["ItemCount"], described["TableSizeBytes"]),
                         (len(items), sum(map(size_of, items.values()))))
        self.assertEqual([index["ItemCount"] for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
                          for index in described[kind]], [len(grouped), len(ranked)])


if __name__ == "__main__":
    run_tests(WriteKillTest)
