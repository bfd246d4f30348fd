#!/usr/bin/python3
"""What a server on PostgreSQL says and does when PostgreSQL, the way to it, or another server fails.

    failures_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import threading
import time

from postgresql_case import PostgreSQLCase
from cutting_proxy import CuttingProxy
from local_services import run_tests
from plain_connection import Refused

KEY = {"pk": {"S": "counter"}}
PATIENCE_SECONDS = 120


def add_one(connection):
    connection.call("UpdateItem", TableName="events", Key=KEY, UpdateExpression="ADD n :one",
                    ExpressionAttributeValues={":one": {"N": "1"}})


def count_of(connection):
    return int(connection.call("GetItem", TableName="events", Key=KEY, ConsistentRead=True)["Item"]["n"]["N"])


def counts_in_stream(connection, stream):
    """What the counter was after each change."""
    [shard] = connection.call("DescribeStream", "DynamoDBStreams",
                              StreamArn=stream)["StreamDescription"]["Shards"]
    iterator = connection.call("GetShardIterator", "DynamoDBStreams", StreamArn=stream,
                               ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records = connection.call("GetRecords", "DynamoDBStreams", ShardIterator=iterator)["Records"]
    return [int(each["dynamodb"]["NewImage"]["n"]["N"]) for each in records]


class FailuresTest(PostgreSQLCase):

    def setUp(self):
        super().setUp()
        self.shown = self.postgresql.url.replace("postgres@", "")

    def sql(self, statements):
        return self.postgresql.sql(f"SET search_path TO {self.schema}; {statements}")

    def assert_not_served(self, reason):
        with self.assertRaises(RuntimeError) as refused:
            self.serve()
        self.assertEqual(str(refused.exception).splitlines()[-1], f"tailrace: {reason}")

    def test_a_schema_of_another_layout_is_refused(self):
        server = self.serve()
        self.connect(server).call("ListTables")
        server.stop()
        self.sql("UPDATE layout SET version = 1000")
        self.assert_not_served(
            f"the schema {self.schema} of '{self.shown}' was written by a newer version of Tailrace (layout "
            "1000; this version supports layouts up to 3)")
        self.sql("DELETE FROM layout")
        self.assert_not_served(
            f"the schema {self.schema} of '{self.shown}' is damaged: its table layout has no version")

    def test_a_schema_of_another_program_is_refused(self):
        self.postgresql.sql(f"CREATE SCHEMA {self.schema}; CREATE TABLE {self.schema}.space (mine int)")
        self.assert_not_served('PostgreSQL: relation "space" already exists')
        self.assertEqual(self.postgresql.sql(
            f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{self.schema}'"),
            "space\n")

    def test_a_write_whose_answer_is_lost_is_reported_and_not_repeated(self):
        proxy = CuttingProxy(self.postgresql.url)
        server = self.serve(url=f"{proxy.url}&schema={self.schema}")
        stream = server.create_table("events")
        connection = self.connect(server)
        add_one(connection)
        proxy.lose_next_commit()
        with self.assertRaises(Refused) as refused:
            add_one(connection)
        proxy.wait_until_lost()
        self.assertEqual(refused.exception.code, "InternalServerError")
        server.wait_for_lines("it is not known whether the write was committed: the connection to ")
        # The write was committed, exactly once, and the next request connects again.
        self.assertEqual(count_of(connection), 2)
        add_one(connection)
        self.assertEqual(counts_in_stream(connection, stream), [1, 2, 3])

    def test_a_transaction_with_a_token_whose_answer_is_lost_can_be_sent_again(self):
        proxy = CuttingProxy(self.postgresql.url)
        server = self.serve(url=f"{proxy.url}&schema={self.schema}")
        stream = server.create_table("events")
        connection = self.connect(server)
        proxy.lose_next_commit()
        request = {"ClientRequestToken": "once", "TransactItems": [{"Update": {
            "TableName": "events", "Key": KEY, "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}}}}]}
        with self.assertRaises(Refused):
            connection.call("TransactWriteItems", **request)
        proxy.wait_until_lost()
        connection.call("TransactWriteItems", **request)
        self.assertEqual(count_of(connection), 1)
        self.assertEqual(counts_in_stream(connection, stream), [1])

    def fail_writes(self, times):
        """Makes the next `times` writes of items end with PostgreSQL's code for a failed serialization."""
        table = self.sql("SELECT rows FROM space ORDER BY id DESC LIMIT 1").strip()
        self.sql(f"""
            CREATE SEQUENCE turns;
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('{self.schema}.turns') <= {times} THEN
                    RAISE EXCEPTION 'again' USING ERRCODE = '40001';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER fails BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION fail()""")

    def test_a_write_that_postgresql_cannot_serialize_is_run_again(self):
        server = self.serve()
        connection = self.connect(server)
        # Its items are in the newest space, because it has no stream.
        connection.call("CreateTable", TableName="events", BillingMode="PAY_PER_REQUEST",
                        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])
        self.fail_writes(3)
        add_one(connection)
        self.assertEqual(count_of(connection), 1)
        self.assertEqual(connection.call("DescribeTable", TableName="events")["Table"]["ItemCount"], 1)
        self.assertGreater(int(self.sql("SELECT last_value FROM turns")), 3)
        self.sql("SELECT setval('turns', 1); DROP FUNCTION fail CASCADE; DROP SEQUENCE turns")
        self.fail_writes(1_000_000)
        with self.assertRaises(Refused) as refused:
            add_one(connection)
        self.assertEqual(refused.exception.code, "InternalServerError")
        server.wait_for_lines("another process has written what this transaction read, 16 times in a row")
        self.assertEqual(count_of(connection), 1)

    def test_an_index_whose_server_is_killed_is_finished_by_the_owner_of_the_lease(self):
        owner = self.serve("--ttl-interval", "1")
        other = self.serve("--ttl-interval", "1")
        owner.create_table("events")
        connection = self.connect(other)
        items = 10_000
        for first in range(0, items, 25):
            connection.call("BatchWriteItem", RequestItems={"events": [
                {"PutRequest": {"Item": {"pk": {"S": str(each)}, "kind": {"S": str(each % 7)}}}}
                for each in range(first, first + 25)]})
        seen = self.connect(owner)

        def indexes():
            return seen.call("DescribeTable", TableName="events")["Table"].get("GlobalSecondaryIndexes", [])

        def make_index():
            try:
                connection.call("UpdateTable", TableName="events", AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "kind")],
                    GlobalSecondaryIndexUpdates=[{"Create": {
                        "IndexName": "by-kind", "Projection": {"ProjectionType": "ALL"},
                        "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}]}}])
                outcomes.append("answered")
            except Exception:
                outcomes.append("no answer")

        outcomes = []
        request = threading.Thread(target=make_index)
        request.start()
        while not indexes():
            pass
        other.kill()
        request.join(PATIENCE_SECONDS)
        self.assertEqual(outcomes, ["no answer"])
        self.assertEqual(indexes()[0]["IndexStatus"], "CREATING")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while indexes()[0]["IndexStatus"] != "ACTIVE":
            self.assertLess(time.monotonic(), deadline)
        found = 0
        for kind in range(7):
            start = {}
            while start is not None:
                page = seen.call("Query", TableName="events", IndexName="by-kind", Select="COUNT",
                                 KeyConditionExpression="kind = :kind",
                                 ExpressionAttributeValues={":kind": {"S": str(kind)}}, **start)
                found += page["Count"]
                last = page.get("LastEvaluatedKey")
                start = {"ExclusiveStartKey": last} if last else None
        self.assertEqual(found, items)


if __name__ == "__main__":
    run_tests(FailuresTest)
