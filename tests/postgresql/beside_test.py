#!/usr/bin/python3
"""Several servers on one PostgreSQL write at the same time: transactions in opposite orders, streams of many
shards, counts, and items that somebody holds.

    beside_test.py TAILRACE_EXECUTABLE [TEST]...

POSTGRESQL_TEST_ROUNDS is how often each writer writes (12).
"""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from postgresql_case import PostgreSQLCase
from local_services import run_tests
from plain_connection import Refused
from shard_reader import ShardReader

ROUNDS = int(os.environ.get("POSTGRESQL_TEST_ROUNDS", "12"))
WRITERS = 16
SHARDS = 4
PATIENCE_SECONDS = 60
PSQL = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1]


def key(number):
    return {"pk": {"S": f"item {number}"}}


def add_one(number):
    return {"Update": {"TableName": "events", "Key": key(number), "UpdateExpression": "ADD n :one",
                       "ExpressionAttributeValues": {":one": {"N": "1"}}}}


class BesideTest(PostgreSQLCase):
    def serve(self, *options, on_stream=()):
        return super().serve("--threads", "4", *options, on_stream=on_stream)

    def sql(self, text):
        """A psql that has carried out SQL in the schema of this test, and keeps its session until it ends."""
        psql = subprocess.Popen([PSQL, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                                 "--set=ON_ERROR_STOP=1", self.postgresql.url],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        psql.stdin.write(f"SET search_path TO {self.schema};\n{text}\nSELECT 'done';\n")
        psql.stdin.flush()
        for line in psql.stdout:
            if line == "done\n":
                return psql
        raise AssertionError(f"psql has failed: {text}")

    def run_sql(self, text):
        self.sql(text).communicate()

    def connection(self, server):
        """A connection to the server of that number, for one thread."""
        return self.connect(self.servers[server])

    def test_transactions_in_opposite_orders_all_take_place(self):
        items = 6
        self.serve().create_table("events")
        self.serve()

        def transact(writer):
            connection = self.connection(writer % 2)
            for _ in range(ROUNDS):
                numbers = list(range(items))
                if writer // 2 % 2:
                    numbers.reverse()
                connection.call("TransactWriteItems", TransactItems=[add_one(each) for each in numbers])

        with ThreadPoolExecutor(WRITERS) as threads:
            list(threads.map(transact, range(WRITERS)))
        found = self.connection(0).call("Scan", TableName="events")["Items"]
        self.assertEqual({each["pk"]["S"]: each["n"]["N"] for each in found},
                         {f"item {each}": str(WRITERS * ROUNDS) for each in range(items)})

    def test_a_batch_and_a_transaction_of_the_same_items_do_not_wait_for_each_other(self):
        self.serve().create_table("events")
        self.serve()

        def write(writer):
            connection = self.connection(writer % 2)
            for turn in range(ROUNDS):
                numbers = range(25) if writer // 2 % 2 else range(24, -1, -1)
                if writer // 4 % 2:
                    connection.call("TransactWriteItems", TransactItems=[add_one(each) for each in numbers])
                else:
                    connection.call("BatchWriteItem", RequestItems={"events": [
                        {"PutRequest": {"Item": {**key(each), "turn": {"N": str(turn)}}}}
                        for each in numbers]})

        with ThreadPoolExecutor(WRITERS) as threads:
            list(threads.map(write, range(WRITERS)))
        connection = self.connection(1)
        self.assertEqual(connection.call("Scan", TableName="events")["Count"], 25)
        self.assertEqual(connection.call("DescribeTable", TableName="events")["Table"]["ItemCount"], 25)

    def test_a_reader_of_each_shard_sees_every_number_once_and_in_order(self):
        mapping = [f"events=file:{self.folder / 'records'}"]
        stream = self.serve("--shards", str(SHARDS), on_stream=mapping).create_table("events")
        self.serve("--shards", str(SHARDS), on_stream=mapping)
        described = self.connection(0).call(
            "DescribeStream", "DynamoDBStreams", StreamArn=stream)["StreamDescription"]
        readers = [ShardReader(self.servers[number % 2], stream, each["ShardId"])
                   for number, each in enumerate(described["Shards"])]
        self.assertEqual(len(readers), SHARDS)

        def write(writer):
            connection = self.connection(writer % 2)
            for turn in range(ROUNDS):
                number = writer * ROUNDS + turn
                connection.call("PutItem", TableName="events", Item={**key(number), "n": {"N": str(number)}})
                # Two shards, mostly.
                connection.call("TransactWriteItems", TransactItems=[add_one(number), add_one(-1 - number)])

        with ThreadPoolExecutor(WRITERS) as threads:
            list(threads.map(write, range(WRITERS)))
        for each in readers:
            each.stop()
        total = WRITERS * ROUNDS * 3
        for each in readers:
            self.assertEqual(each.sequences, sorted(set(each.sequences)))
        together = [number for each in readers for number in each.sequences]
        self.assertEqual(len(together), total)
        self.assertEqual(len(set(together)), total)
        self.servers[0].drain()
        self.assertEqual(sorted(self.handled()), sorted(together))
        # Records that are sent again keep their sequence numbers.
        [mapping] = self.servers[0].mappings()
        self.servers[0].ask("POST", f"/_tailrace/mappings/{mapping['Id']}/replay")
        self.assertGreater(len(self.handled()), total)
        self.assertEqual(set(self.handled()), set(together))
        connection = self.connection(1)
        items = connection.call("DescribeTable", TableName="events")["Table"]["ItemCount"]
        self.assertEqual(items, 2 * WRITERS * ROUNDS)

    def handled(self):
        """The numbers of the records that the function has got, in either server."""
        records = [json.loads(line) for line in (self.folder / "records").read_text().splitlines()]
        return [int(each["dynamodb"]["SequenceNumber"]) for each in records]

    def test_the_changes_of_an_item_are_in_order_when_many_write_it_and_shards_are_split(self):
        server = self.serve()
        stream = server.create_table("events")
        self.serve()

        def write(writer):
            connection = self.connection(writer % 2)
            for _ in range(ROUNDS):
                connection.call("UpdateItem", TableName="events", Key=key(writer % 4),
                                UpdateExpression="ADD n :one",
                                ExpressionAttributeValues={":one": {"N": "1"}})

        with ThreadPoolExecutor(WRITERS) as threads:
            writing = [threads.submit(write, writer) for writer in range(WRITERS)]
            for _ in range(3):
                server.split_shard("events")
            for each in writing:
                each.result()
        connection = self.connection(1)

        def call(operation, **request):
            return connection.call(operation, "DynamoDBStreams", **request)

        records = []
        for shard in call("DescribeStream", StreamArn=stream)["StreamDescription"]["Shards"]:
            iterator = call("GetShardIterator", StreamArn=stream, ShardId=shard["ShardId"],
                            ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            while iterator:
                answer = call("GetRecords", ShardIterator=iterator)
                records += [each["dynamodb"] for each in answer["Records"]]
                iterator = answer["Records"] and answer.get("NextShardIterator")
        records.sort(key=lambda each: int(each["SequenceNumber"]))
        for number in range(4):
            values = [int(each["NewImage"]["n"]["N"]) for each in records if each["Keys"] == key(number)]
            self.assertEqual(values, list(range(1, WRITERS // 4 * ROUNDS + 1)))

    def test_an_item_that_somebody_holds_for_seconds_is_a_conflict(self):
        self.serve().create_table("events")
        connection = self.connection(0)
        connection.call("PutItem", TableName="events", Item=key(1))
        holder = self.sql("BEGIN; SELECT 1 FROM item_lock FOR UPDATE;")
        try:
            with self.assertRaises(Refused) as refused:
                connection.call("DeleteItem", TableName="events", Key=key(1))
            self.assertEqual((refused.exception.code, refused.exception.message),
                             ("TransactionConflictException", "Transaction is ongoing for the item"))
            with self.assertRaises(Refused) as refused:
                connection.call("TransactWriteItems", TransactItems=[add_one(1)])
            self.assertEqual(refused.exception.code, "TransactionCanceledException")
            self.assertIn("Transaction cancelled, please refer cancellation reasons for specific reasons "
                          "[TransactionConflict]", str(refused.exception))
            # Reads wait for nobody.
            self.assertIn("Item", connection.call("GetItem", TableName="events", Key=key(1)))
        finally:
            holder.communicate("ROLLBACK;\n")
        connection.call("DeleteItem", TableName="events", Key=key(1))
        self.assertNotIn("Item", connection.call("GetItem", TableName="events", Key=key(1)))

    def wait_for_lone_writer(self):
        """Returns when a transaction waits until it can write alone."""
        self.run_sql("""SET statement_timeout = '60s'; DO $$ BEGIN
            WHILE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                              AND query LIKE '%FROM gate ORDER BY id FOR UPDATE%') LOOP
                PERFORM pg_stat_clear_snapshot();
            END LOOP; END $$;""")

    def test_what_reads_does_not_wait_for_what_writes_alone(self):
        stream = self.serve().create_table("events")
        connection = self.connection(0)
        connection.call("PutItem", TableName="events", Item=key(1))

        def of_stream(operation, **request):
            return connection.call(operation, "DynamoDBStreams", **request)

        [shard] = of_stream("DescribeStream", StreamArn=stream)["StreamDescription"]["Shards"]
        table = connection.call("DescribeTable", TableName="events")["Table"]
        holder = self.sql("BEGIN; SELECT 1 FROM gate FOR UPDATE;")
        try:
            with ThreadPoolExecutor(1) as pool:
                making = pool.submit(self.servers[0].create_table, "others")
                self.wait_for_lone_writer()
                iterator = of_stream("GetShardIterator", StreamArn=stream, ShardId=shard["ShardId"],
                                     ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
                [record] = of_stream("GetRecords", ShardIterator=iterator)["Records"]
                self.assertEqual(record["dynamodb"]["Keys"], key(1))
                self.assertEqual(len(of_stream("ListStreams")["Streams"]), 1)
                self.assertEqual(of_stream("DescribeStream", StreamArn=stream)["StreamDescription"]["Shards"],
                                 [shard])
                self.assertEqual(connection.call("DescribeTable", TableName="events")["Table"], table)
                self.assertEqual(connection.call("ListTables")["TableNames"], ["events"])
                found = connection.call("TransactGetItems", TransactItems=[
                    {"Get": {"TableName": "events", "Key": key(1)}}])
                self.assertEqual(found["Responses"], [{"Item": key(1)}])
                found = connection.call("BatchGetItem", RequestItems={"events": {"Keys": [key(1)]}})
                self.assertEqual(found["Responses"], {"events": [key(1)]})
                found = connection.call("ExecuteStatement", Statement="SELECT * FROM events")
                self.assertEqual(found["Items"], [key(1)])
                connection.call("DescribeTimeToLive", TableName="events")
                connection.call("ListTagsOfResource", ResourceArn=table["TableArn"])
                with self.assertRaises(Refused) as refused:
                    connection.call("DescribeTable", TableName="others")
                self.assertEqual(refused.exception.code, "ResourceNotFoundException")
                _, listed = connection.ask("GET", "/_tailrace/namespaces")
                self.assertEqual(listed["Namespaces"][0]["Items"], 1)
                self.assertFalse(making.done())
                holder.communicate("ROLLBACK;\n")
                making.result(PATIENCE_SECONDS)
        finally:
            if holder.returncode is None:
                holder.communicate("ROLLBACK;\n")
        self.assertEqual(connection.call("ListTables")["TableNames"], ["events", "others"])

    def test_a_batch_waits_for_an_item_that_somebody_holds_for_seconds(self):
        self.serve().create_table("events")
        puts = [{"PutRequest": {"Item": key(number)}} for number in (1, 2)]
        deletions = [{"Statement": f"DELETE FROM events WHERE pk = 'item {number}'"} for number in (1, 2)]
        connection = self.connection(0)
        for operation, request, answer, items in [
                ("BatchWriteItem", {"RequestItems": {"events": puts}}, {"UnprocessedItems": {}}, 2),
                ("BatchExecuteStatement", {"Statements": deletions},
                 {"Responses": [{"TableName": "events"}] * 2}, 0)]:
            with self.subTest(operation), ThreadPoolExecutor(1) as pool:
                holder = self.sql("BEGIN; SELECT 1 FROM gate WHERE id = 0 FOR SHARE; "
                                  "SELECT 1 FROM item_lock FOR UPDATE;")
                batch = pool.submit(connection.call, operation, **request)
                try:
                    self.wait_for_lone_writer()
                finally:
                    holder.communicate("ROLLBACK;\n")
                self.assertEqual(batch.result(PATIENCE_SECONDS), answer)
                self.assertEqual(connection.call("Scan", TableName="events")["Count"], items)

    def test_a_database_of_the_first_layout_is_used(self):
        stream = self.serve().create_table("events")
        self.connection(0).call("PutItem", TableName="events", Item=key(1))
        self.servers.pop().stop()
        self.run_sql("BEGIN; ALTER TABLE moment RENAME TO writer; DROP TABLE gate; DROP TABLE item_lock; "
                     "INSERT INTO space_0_1 SELECT 'sequence', '', '', 0, "
                     "convert_to(max(last)::text, 'UTF8') FROM lane; "
                     "DROP TABLE lane; DROP SEQUENCE numbers; "
                     "DROP TABLE process; DROP TABLE lease; DROP SEQUENCE fences; "
                     "CREATE TABLE lease (owner bytea, until timestamptz, fence int8); "
                     "ALTER TABLE writer ADD COLUMN fence int8 NOT NULL DEFAULT 1; "
                     "UPDATE layout SET version = 1; COMMIT;")
        self.serve()
        self.serve()
        for number in range(2):
            self.connection(number).call("TransactWriteItems", TransactItems=[add_one(1), add_one(2)])
        described = self.connection(1).call("DescribeStream", "DynamoDBStreams", StreamArn=stream)
        [shard] = described["StreamDescription"]["Shards"]
        reader = ShardReader(self.servers[0], stream, shard["ShardId"])
        reader.stop()
        self.assertEqual(len(reader.sequences), 5)
        self.assertEqual(reader.sequences, sorted(set(reader.sequences)))


if __name__ == "__main__":
    run_tests(BesideTest)
