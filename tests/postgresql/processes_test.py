#!/usr/bin/python3
"""Several servers on one PostgreSQL: what one writes the others see, nothing is lost, nothing is done
twice.

    processes_test.py TAILRACE_EXECUTABLE [TEST]...

POSTGRESQL_TEST_ROUNDS is how often each writer writes (12).
"""

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from postgresql_case import PostgreSQLCase
from local_services import run_tests
from plain_connection import PlainConnection, Refused
from shard_reader import ShardReader

ROUNDS = int(os.environ.get("POSTGRESQL_TEST_ROUNDS", "12"))
WRITERS = 8
TAKEOVER_SECONDS = 10
PATIENCE_SECONDS = 60
KEY = {"pk": {"S": "counter"}}
MAIN = "this process now removes expired items and old stream records, and answers requests about mappings"


def table_request(name):
    return {"TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}


def count(server, rounds):
    """Adds 1 to the counter `rounds` times, each time on the condition that nobody else has since it was
    read."""
    connection = PlainConnection(server.endpoint)
    while rounds:
        found = connection.call("GetItem", TableName="events", Key=KEY, ConsistentRead=True)["Item"]["n"]
        try:
            connection.call(
                "UpdateItem", TableName="events", Key=KEY, UpdateExpression="SET n = n + :one",
                ConditionExpression="n = :seen",
                ExpressionAttributeValues={":one": {"N": "1"}, ":seen": found})
            rounds -= 1
        except Refused as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise


class ProcessesTest(PostgreSQLCase):
    def records(self):
        """The numbers of the items in the records that the function has got, in either process."""
        lines = (self.folder / "records").read_text().splitlines()
        return [int(json.loads(line)["dynamodb"]["NewImage"]["n"]["N"]) for line in lines]

    def test_what_one_process_makes_the_other_has_at_once(self):
        one, other = PlainConnection(self.serve().endpoint), PlainConnection(self.serve().endpoint)
        one.call("CreateTable", **table_request("events"))
        other.call("PutItem", TableName="events", Item={"pk": {"S": "a"}})
        self.assertEqual(one.call("Scan", TableName="events")["Count"], 1)
        self.assertEqual(one.call("DescribeTable", TableName="events")["Table"]["ItemCount"], 1)
        other.call("UpdateTable", TableName="events", StreamSpecification={"StreamEnabled": False})
        self.assertNotIn("StreamSpecification", one.call("DescribeTable", TableName="events")["Table"])
        one.call("DeleteTable", TableName="events")
        with self.assertRaises(Refused) as refused:
            other.call("GetItem", TableName="events", Key={"pk": {"S": "a"}})
        self.assertEqual(refused.exception.code, "ResourceNotFoundException")
        other.call("CreateTable", **table_request("events"))
        self.assertEqual(one.call("Scan", TableName="events")["Count"], 0)

    def test_no_update_is_lost_and_each_change_is_read_once_and_in_order(self):
        servers = [self.serve("--threads", "4"), self.serve("--threads", "4")]
        stream = servers[0].create_table("events")
        connection = self.connect(servers[0])
        connection.call("PutItem", TableName="events", Item={**KEY, "n": {"N": "0"}})
        described = connection.call("DescribeStream", "DynamoDBStreams", StreamArn=stream)
        [shard] = described["StreamDescription"]["Shards"]
        reader = ShardReader(servers[1], stream, shard["ShardId"])
        with ThreadPoolExecutor(2 * WRITERS) as threads:
            counting = [threads.submit(count, servers[i % 2], ROUNDS) for i in range(2 * WRITERS)]
            for each in counting:
                each.result()
        reader.stop()
        total = 2 * WRITERS * ROUNDS
        for each in servers:
            item = PlainConnection(each.endpoint).call("GetItem", TableName="events", Key=KEY)["Item"]
            self.assertEqual(item["n"]["N"], str(total))
        self.assertEqual(len(reader.sequences), total + 1)
        self.assertEqual(reader.sequences, sorted(set(reader.sequences)))

    def test_one_of_many_makes_an_item_that_is_not_there(self):
        servers = [self.serve("--threads", "4"), self.serve("--threads", "4")]
        servers[0].create_table("events")

        def make(number):
            connection = PlainConnection(servers[number % 2].endpoint)
            made = 0
            for each in range(ROUNDS):
                try:
                    connection.call("PutItem", TableName="events", Item={"pk": {"S": str(each)}},
                                    ConditionExpression="attribute_not_exists(pk)")
                    made += 1
                except Refused as refused:
                    self.assertEqual(refused.code, "ConditionalCheckFailedException")
            return made

        with ThreadPoolExecutor(WRITERS) as threads:
            self.assertEqual(sum(threads.map(make, range(WRITERS))), ROUNDS)

    def test_the_mappings_run_in_one_process_and_in_another_when_that_one_is_killed(self):
        mapping = [f"events=file:{self.folder / 'records'}"]
        one = self.serve(on_stream=mapping)
        one.create_table("events")
        other = self.serve("--log-level", "info", on_stream=mapping)
        put = PlainConnection(other.endpoint)
        for number in range(20):
            put.call("PutItem", TableName="events", Item={"pk": {"S": "a"}, "n": {"N": str(number)}})
        one.drain()
        self.assertEqual(self.records(), list(range(20)))
        status, answer = put.ask("POST", "/_tailrace/streams/drain")
        self.assertEqual(status, 409)
        self.assertRegex(answer["message"],
                         r"^Another process on the same database answers requests about event source "
                         r"mappings: \S+:\d+\. Send the request to that one\.$")
        one.kill()
        killed = time.monotonic()
        for number in range(20, 40):
            put.call("PutItem", TableName="events", Item={"pk": {"S": "a"}, "n": {"N": str(number)}})
        other.wait_for_lines(MAIN)
        self.assertLess(time.monotonic() - killed, TAKEOVER_SECONDS)
        other.drain()
        # The checkpoint of the one that was killed was saved before, so nothing is repeated.
        self.assertEqual(self.records(), list(range(40)))

    def test_an_owner_that_hangs_gives_way_and_does_nothing_more_when_it_goes_on(self):
        mapping = [f"events=file:{self.folder / 'records'}"]
        one = self.serve(on_stream=mapping)
        one.create_table("events")
        other = self.serve("--log-level", "info", on_stream=mapping)
        one.pause()
        self.addCleanup(one.resume)
        other.wait_for_lines(MAIN)
        put = PlainConnection(other.endpoint)
        for number in range(10):
            put.call("PutItem", TableName="events", Item={"pk": {"S": "a"}, "n": {"N": str(number)}})
        other.drain()
        one.resume()
        one.wait_for_lines("this process has lost its leases: it leaves the event source mappings, and the "
                           "removal of expired items and old stream records, to other processes")
        PlainConnection(one.endpoint).call("PutItem", TableName="events",
                                           Item={"pk": {"S": "a"}, "n": {"N": "10"}})
        other.drain()
        self.assertEqual(self.records(), list(range(11)))

    def test_nothing_that_was_acknowledged_is_lost_when_the_database_restarts(self):
        servers = [self.serve("--threads", "4"), self.serve("--threads", "4")]
        servers[0].create_table("events")
        acknowledged = [[], []]
        failures = []
        answered = threading.Semaphore(0)
        restarted = threading.Event()

        def write(place):
            connection = PlainConnection(servers[place].endpoint)
            number = after = 0
            while after < 20:
                number += 1
                try:
                    connection.call("PutItem", TableName="events",
                                    Item={"pk": {"S": f"{place}-{number}"}})
                    acknowledged[place].append(f"{place}-{number}")
                    answered.release()
                except Refused as refused:
                    failures.append(refused.code)
                after += restarted.is_set()

        writers = [threading.Thread(target=write, args=(place,)) for place in range(2)]
        for each in writers:
            each.start()
        for _ in range(40):
            self.assertTrue(answered.acquire(timeout=PATIENCE_SECONDS))
        self.postgresql.restart()
        restarted.set()
        for each in writers:
            each.join(PATIENCE_SECONDS)
        self.assertEqual(set(failures) - {"InternalServerError"}, set())
        found = {item["pk"]["S"] for item in
                 PlainConnection(servers[1].endpoint).call("Scan", TableName="events")["Items"]}
        self.assertEqual({key for keys in acknowledged for key in keys} - found, set())

    def test_a_server_says_what_it_cannot_do_with_tables_in_postgresql(self):
        server = self.serve()
        shown = self.postgresql.url.replace("postgres@", "")
        self.assertIn(f"({shown})", server.ready.string)
        with self.assertRaisesRegex(RuntimeError, "--cache keeps values in the memory of one process, so it "
                                                  "cannot be used with tables in PostgreSQL"):
            self.serve("--cache", "songs")
        with self.assertRaisesRegex(RuntimeError, "cannot connect to 'postgresql://127.0.0.1:1/music': "):
            self.serve(url="postgresql://postgres@127.0.0.1:1/music")


if __name__ == "__main__":
    run_tests(ProcessesTest)
