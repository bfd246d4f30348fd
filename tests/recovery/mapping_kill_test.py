#!/usr/bin/python3
"""kill -9 at random moments while event source mappings are at work: none skips a record, and after a restart
none repeats more than the batches that were in flight.

    mapping_kill_test.py TAILRACE_EXECUTABLE BATCH_RECORDER [TEST]...

MAPPING_KILL_ROUNDS is the number of kills (220), MAPPING_KILL_SEED determines their moments.
"""

import datetime
import http.client
import json
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from delivery_history import DeliveryHistory, Expected
from kill_case import KillCase
from local_services import KillAfter, Tailrace, run_tests
from plain_connection import PlainConnection

TABLE = "events"
ROUNDS = int(os.environ.get("MAPPING_KILL_ROUNDS", "220"))
SEED = int(os.environ.get("MAPPING_KILL_SEED", "20231105"))
CLIENTS = 4
ITEMS_PER_CLIENT = 12
SHARDS = 2
# The rounds before which a shard is split.
SPLITS = (30, 60, 90)
# A server is killed after at most MAX_WRITES acknowledged writes or, in every third round, at most
# MAX_SECONDS after its start.
MAX_WRITES = 120
MAX_SECONDS = 0.04
KINDS = ("plain",) * 6 + ("chosen",) * 3 + ("poison",)
CHOSEN = '{"dynamodb":{"NewImage":{"kind":{"S":["chosen"]}}}}'


class Writer:
    """One client with items of its own, which it writes again and again, each time with the next number."""

    def __init__(self, number):
        self._random = random.Random(SEED + number)
        self._items = [f"item-{number}-{each}" for each in range(ITEMS_PER_CLIENT)]
        self._next = 0
        self.acknowledged = []

    def write_until_killed(self, tailrace, kill_after):
        connection = PlainConnection(tailrace.endpoint)
        try:
            while True:
                self._next += 1
                item, number = self._random.choice(self._items), str(self._next)
                connection.call("PutItem", TableName=TABLE, Item={
                    "pk": {"S": item}, "number": {"N": number},
                    "kind": {"S": self._random.choice(KINDS)}})
                self.acknowledged.append((item, number))
                kill_after.acknowledged()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()


class MappingKillTest(KillCase):
    """Many rounds of writing, killing and restarting, all on one database file."""

    batch_recorder = None

    def setUp(self):
        super().setUp()
        os.environ["BATCH_RECORDER_FOLDER"] = str(self.folder)
        self.given_up = self.folder / "given-up"
        names = {
            "whole": Expected(batch_size=100),
            "single": Expected(batch_size=1, lanes=10),
            "slow": Expected(batch_size=7, lanes=4),
            "chosen": Expected(batch_size=10, accepts=lambda change: change.kind == "chosen"),
            "reporting": Expected(batch_size=10, lanes=2, reports=lambda change: change.kind == "poison"),
            "windowed": Expected(batch_size=20),
            "file": Expected(batch_size=1, lanes=3),
        }
        self.histories = {name: DeliveryHistory(name, self.folder / name, expected)
                          for name, expected in names.items()}

    def start(self, *options):
        named = [word for name in self.histories if name != "file"
                 for word in ("--function", f"{name}=plugin:{self.batch_recorder}")]
        # The mapping `slow` is created through Lambda's API and stored with the tables.
        self.tailrace = Tailrace(
            self.executable, self.folder / "events.db",
            on_stream=[
                f"{TABLE}=whole",
                f"{TABLE}=single,BatchSize=1,ParallelizationFactor=10",
                f"{TABLE}=chosen,BatchSize=10,Filter={CHOSEN}",
                f"{TABLE}=reporting,BatchSize=10,ParallelizationFactor=2,MaximumRetryAttempts=0,"
                f"FunctionResponseTypes=ReportBatchItemFailures,OnFailure=file:{self.given_up}",
                f"{TABLE}=windowed,BatchSize=20,TumblingWindowInSeconds=1",
                f"{TABLE}=file:{self.folder / 'file'},BatchSize=1,ParallelizationFactor=3",
            ],
            options=[*named, "--shards", str(SHARDS), *options])

    def create_table(self):
        made = self.tailrace.client().create_table(
            TableName=TABLE, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        self.tailrace.client(service="lambda").create_event_source_mapping(
            EventSourceArn=made["TableDescription"]["LatestStreamArn"], FunctionName="slow",
            StartingPosition="TRIM_HORIZON", BatchSize=7, ParallelizationFactor=4)

    def test_no_record_is_skipped_and_only_batches_in_flight_are_repeated(self):
        print(f"{ROUNDS} rounds, seed {SEED}", flush=True)
        moments = random.Random(SEED)
        writers = [Writer(number) for number in range(CLIENTS)]
        self.start()
        self.create_table()
        for number in range(ROUNDS):
            if number in SPLITS:
                self.tailrace.split_shard(TABLE)
            self.write_and_kill(writers, moments, number)
            for history in self.histories.values():
                history.end_round()
            self.start()
        self.tailrace.drain()
        changes = self.read_stream()
        written = {(change.item, change.number) for change in changes}
        lost = [write for writer in writers for write in writer.acknowledged if write not in written]
        self.assertEqual(lost, [], "acknowledged writes that are not in the stream")
        self.end_windows()
        self.assertEqual(self.tailrace.stop(), 0, self.tailrace.describe())
        repeated = {}
        for name, history in self.histories.items():
            history.end_round()
            repeated[name] = history.check(changes)
        self.assertGreater(sum(repeated.values()), 0, "no kill met a batch in flight")
        self.check_given_up(changes)
        self.check_windows(changes)
        print(f"{len(changes)} changes; repeated after a restart: {repeated}", flush=True)

    def write_and_kill(self, writers, moments, number):
        """Runs all writers at once until the server is gone."""
        by_time = number % 3 == 2
        kill_after = KillAfter(self.tailrace, 0 if by_time else moments.randint(1, MAX_WRITES))
        self.run_until_killed([(writer.write_until_killed, self.tailrace, kill_after) for writer in writers],
                              moments.uniform(0, MAX_SECONDS) if by_time else None)

    def read_stream(self):
        """Returns every change, in order, with its shard."""
        connection = PlainConnection(self.tailrace.endpoint)
        self.addCleanup(connection.close)

        def streams(operation, **request):
            return connection.call(operation, service="DynamoDBStreams", **request)

        (stream,) = streams("ListStreams", TableName=TABLE)["Streams"]
        description = streams("DescribeStream", StreamArn=stream["StreamArn"])["StreamDescription"]
        shards = [shard["ShardId"] for shard in description["Shards"]]
        self.assertEqual(len(shards), SHARDS + 2 * sum(split < ROUNDS for split in SPLITS))
        changes = []
        for shard in shards:
            iterator = streams("GetShardIterator", StreamArn=stream["StreamArn"], ShardId=shard,
                               ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            while iterator:
                page = streams("GetRecords", ShardIterator=iterator)
                changes += [Change(shard, record) for record in page["Records"]]
                iterator = page["Records"] and page.get("NextShardIterator")
        return sorted(changes, key=lambda change: change.sequence)

    def end_windows(self):
        """Restarts the server at a time when every window is over, and waits until their last calls have been
        made."""
        self.assertEqual(self.tailrace.stop(), 0, self.tailrace.describe())
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)
        self.start("--manual-clock", later.strftime("%Y-%m-%dT%H:%M:%SZ"))
        windowed = self.histories["windowed"]
        # A call that failed in the meantime is tried again after the clock has moved.
        self.tailrace.settle(advance_seconds=600)
        self.assertEqual(windowed.open_windows(), [],
                         f"windows whose last call was not made: {self.tailrace.mappings()}")

    def check_windows(self, changes):
        """Checks that a window's state counts each of its records once, however often a batch was
        repeated."""
        counted = {window: state["records"]
                   for window, state in self.histories["windowed"].final_states().items()}
        self.assertEqual(sum(counted.values()), len(changes), counted)

    def check_given_up(self, changes):
        """Checks that the OnFailure destination has what a function reported as failed."""
        given_up = set()
        for line in self.given_up.read_text(encoding="utf-8").splitlines():
            failure = json.loads(line)
            records = json.loads(failure["payload"])["Records"]
            self.assertEqual(len(records), failure["DDBStreamBatchInfo"]["batchSize"])
            given_up |= {int(record["dynamodb"]["SequenceNumber"]) for record in records}
        poison = [change.sequence for change in changes if change.kind == "poison"]
        self.assertEqual([each for each in poison if each not in given_up], [],
                         "failed records that the OnFailure destination did not get")


class Change:
    """A record of the stream."""

    def __init__(self, shard, record):
        image = record["dynamodb"]["NewImage"]
        self.shard = shard
        self.sequence = int(record["dynamodb"]["SequenceNumber"])
        self.item = image["pk"]["S"]
        self.number = image["number"]["N"]
        self.kind = image["kind"]["S"]


if __name__ == "__main__":
    run_tests(MappingKillTest, "batch_recorder")
