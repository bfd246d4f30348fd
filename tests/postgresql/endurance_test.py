#!/usr/bin/python3
"""Two servers on one PostgreSQL while writers use both: again and again the one that has the lease is killed,
or PostgreSQL is restarted or killed. Nothing that was acknowledged is lost, and nothing is there twice.

    endurance_test.py TAILRACE_EXECUTABLE [TEST]...

POSTGRESQL_TEST_ROUNDS is how often something is ended (200).
"""

import collections
import http.client
import json
import os
import signal
import statistics
import threading
import time

from postgresql_case import PostgreSQLCase
from local_services import Tailrace, run_tests
from plain_connection import PlainConnection, Refused

ROUNDS = int(os.environ.get("POSTGRESQL_TEST_ROUNDS", "200"))
WRITERS = 4
# PostgreSQL is killed or restarted in every round whose number is a multiple of this.
DATABASE_EVERY = 4
WRITES_BETWEEN = 20
PATIENCE_SECONDS = 120
NO_ANSWER = (OSError, http.client.HTTPException)


class Writer:
    """Puts one new item after the other into the table through one of the servers, whichever process that is
    at the moment, until stop()."""

    def __init__(self, number, servers):
        self._name = f"w{number}"
        self._servers = servers
        self._place = number % len(servers)
        self._stopping = threading.Event()
        self._written = threading.Condition()
        self.acknowledged = []
        self.failed = collections.Counter()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        connection = None
        number = 0
        while not self._stopping.is_set():
            number += 1
            key = f"{self._name}-{number}"
            try:
                connection = connection or PlainConnection(self._servers[self._place].endpoint)
                connection.call("PutItem", TableName="events", Item={"pk": {"S": key}})
            except Refused as refused:
                self.failed[refused.code] += 1
                continue
            except NO_ANSWER as error:
                self.failed[type(error).__name__] += 1
                connection = None
                continue
            with self._written:
                self.acknowledged.append(key)
                self._written.notify_all()

    def wait_for_more(self, writes):
        """Waits until that many more have been acknowledged."""
        with self._written:
            wanted = len(self.acknowledged) + writes
            if not self._written.wait_for(lambda: len(self.acknowledged) >= wanted, PATIENCE_SECONDS):
                raise AssertionError(f"{self._name} is not answered any more: {self.failed}")

    def stop(self):
        self._stopping.set()
        self._thread.join(PATIENCE_SECONDS)


class EnduranceTest(PostgreSQLCase):

    def serve_again(self, place):
        self.servers[place] = Tailrace(self.executable, self.url, [f"events=file:{self.folder / 'records'}"],
                                       ["--threads", "4", "--log-level", "error"])

    def owner(self):
        """Waits until one of the servers runs the mapping. Returns its place and the seconds waited."""
        begin = time.monotonic()
        while time.monotonic() - begin < PATIENCE_SECONDS:
            for place, server in enumerate(self.servers):
                connection = PlainConnection(server.endpoint)
                try:
                    if connection.ask("GET", "/_tailrace/streams")[0] == 200:
                        return place, time.monotonic() - begin
                except NO_ANSWER:
                    pass
                finally:
                    connection.close()
        raise AssertionError("no server runs the mapping")

    def drain(self):
        """Waits until everything has been delivered. A mapping that could not save its place while PostgreSQL
        was gone waits for a moment before it goes on."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        status = None
        while status != 200:
            self.assertLess(time.monotonic(), deadline, status)
            connection = self.connect(self.servers[self.owner()[0]])
            status, _ = connection.ask("POST", "/_tailrace/streams/drain")

    def test_nothing_acknowledged_is_lost(self):
        self.servers = [None, None]
        for place in range(2):
            self.serve_again(place)
        stream = self.servers[0].create_table("events")
        writers = [Writer(number, self.servers) for number in range(WRITERS)]
        takeovers = []
        ended = collections.Counter()
        try:
            for turn in range(1, ROUNDS + 1):
                place, waited = self.owner()
                takeovers.append(waited)
                for each in writers:
                    each.wait_for_more(WRITES_BETWEEN)
                if turn % DATABASE_EVERY:
                    self.servers[place].kill()
                    self.serve_again(place)
                    ended["servers killed"] += 1
                else:
                    kills = turn % (2 * DATABASE_EVERY) == 0
                    self.postgresql.restart(signal.SIGQUIT if kills else signal.SIGINT)
                    ended["PostgreSQL killed" if kills else "PostgreSQL restarted"] += 1
            for each in writers:
                each.wait_for_more(WRITES_BETWEEN)
        finally:
            for each in writers:
                each.stop()
        self.drain()
        acknowledged = {key for each in writers for key in each.acknowledged}
        items = self.scanned(self.servers[0])
        self.assertEqual(acknowledged - set(items), set())
        described = PlainConnection(self.servers[1].endpoint).call("DescribeTable", TableName="events")
        self.assertEqual(described["Table"]["ItemCount"], len(items))
        # What was written has one record, whether the answer arrived or not.
        records = self.recorded(self.servers[1], stream)
        self.assertEqual(sorted(records), sorted(items))
        delivered = [json.loads(line)["dynamodb"]["Keys"]["pk"]["S"]
                     for line in (self.folder / "records").read_text().splitlines() if line.endswith("}")]
        self.assertEqual(set(records) - set(delivered), set())
        failed = sum((each.failed for each in writers), collections.Counter())
        print(f"{ROUNDS} rounds: {dict(ended)}; {len(acknowledged)} writes acknowledged, {len(items)} made, "
              f"{dict(failed)} without an answer; a new owner after {statistics.median(takeovers):.1f} s, at "
              f"most {max(takeovers):.1f} s; {len(delivered) - len(set(delivered))} records delivered again")

    def scanned(self, server):
        connection = PlainConnection(server.endpoint)
        keys, start = [], {}
        while True:
            page = connection.call("Scan", TableName="events", ConsistentRead=True, **start)
            keys += [item["pk"]["S"] for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return keys
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def recorded(self, server, stream):
        """The keys of all records, whose numbers only rise."""
        connection = PlainConnection(server.endpoint)

        def ask(operation, **request):
            return connection.call(operation, "DynamoDBStreams", **request)

        [shard] = ask("DescribeStream", StreamArn=stream)["StreamDescription"]["Shards"]
        iterator = ask("GetShardIterator", StreamArn=stream, ShardId=shard["ShardId"],
                       ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        keys, numbers = [], []
        while True:
            page = ask("GetRecords", ShardIterator=iterator)
            if not page["Records"]:
                self.assertEqual(numbers, sorted(set(numbers)))
                return keys
            keys += [each["dynamodb"]["Keys"]["pk"]["S"] for each in page["Records"]]
            numbers += [int(each["dynamodb"]["SequenceNumber"]) for each in page["Records"]]
            iterator = page["NextShardIterator"]


if __name__ == "__main__":
    run_tests(EnduranceTest)
