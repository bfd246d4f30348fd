#!/usr/bin/python3
"""Reads that lag behind, as boto3 sees them: the mistakes that they show, and what corrects them.

    consistency_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import os
import tempfile
import time

from client_case import main
from mappings_test import MappingsCase

NOON = "2026-01-31T12:00:00.000Z"
PATIENCE_SECONDS = 60


class ConsistencyTest(MappingsCase):
    def begin(self, *options, **others):
        """Starts a server with a table of songs, which has an index by label."""
        self.restart(options=options, **others)
        self.tables.create_table(
            TableName="songs", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"}
                                  for name in ("artist", "song", "label")],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"},
                       {"AttributeName": "song", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[{
                "IndexName": "by-label", "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "label", "KeyType": "HASH"}]}])

    def lag(self, **lags):
        status, answer = self.ask("PUT", "consistency", lags)
        self.assertEqual(status, 200, answer)

    def key(self, song):
        return {"artist": {"S": "Nils"}, "song": {"S": song}}

    def write(self, song, plays=1):
        item = {**self.key(song), "label": {"S": "EF"}, "plays": {"N": str(plays)}}
        self.tables.put_item(TableName="songs", Item=item)

    def plays(self, song, **options):
        item = self.tables.get_item(TableName="songs", Key=self.key(song), **options).get("Item")
        return item and int(item["plays"]["N"])

    def songs(self, **options):
        found = self.tables.query(TableName="songs", KeyConditionExpression="artist = :a",
                                  ExpressionAttributeValues={":a": {"S": "Nils"}}, **options)
        return [item["song"]["S"] for item in found["Items"]]

    def of_label(self):
        found = self.tables.query(TableName="songs", IndexName="by-label",
                                  KeyConditionExpression="label = :l",
                                  ExpressionAttributeValues={":l": {"S": "EF"}})
        return sorted(item["song"]["S"] for item in found["Items"])

    def test_a_read_after_a_write_is_late_unless_it_is_consistent(self):
        self.begin("--manual-clock", NOON)
        self.lag(ReadLagMs=500, IndexLagMs=2000)
        self.write("a")
        self.assertEqual((self.plays("a"), self.plays("a", ConsistentRead=True)), (None, 1))
        self.assertEqual((self.songs(), self.songs(ConsistentRead=True)), ([], ["a"]))
        # Read, add, write back: the second write does not know of the first one.
        self.ask("POST", "clock", {"Seconds": 0.5})
        for _ in range(2):
            self.write("a", self.plays("a") + 1)
        self.assertEqual(self.plays("a", ConsistentRead=True), 2)
        # An update sees the newest item.
        for _ in range(2):
            self.tables.update_item(TableName="songs", Key=self.key("a"), UpdateExpression="ADD plays :one",
                                    ExpressionAttributeValues={":one": {"N": "1"}})
        self.assertEqual((self.plays("a"), self.plays("a", ConsistentRead=True)), (1, 4))
        # So does a condition.
        with self.assertRaises(self.tables.exceptions.ConditionalCheckFailedException):
            self.tables.delete_item(TableName="songs", Key=self.key("a"),
                                    ConditionExpression="plays = :seen",
                                    ExpressionAttributeValues={":seen": {"N": str(self.plays("a"))}})
        self.ask("POST", "clock", {"Seconds": 0.5})
        self.assertEqual((self.plays("a"), self.of_label()), (4, []))
        self.ask("POST", "clock", {"Seconds": 1})
        self.assertEqual(self.of_label(), ["a"])

    def test_a_deleted_item_is_read_a_while_longer(self):
        self.begin("--manual-clock", NOON)
        for song in "abcd":
            self.write(song)
        self.lag(ReadLagMs=500, IndexLagMs=2000)
        self.tables.delete_item(TableName="songs", Key=self.key("b"))
        self.write("e")
        first = self.tables.scan(TableName="songs", Limit=3)
        self.ask("POST", "clock", {"Seconds": 0.5})
        rest = self.tables.scan(TableName="songs", ExclusiveStartKey=first["LastEvaluatedKey"])
        self.assertEqual([item["song"]["S"] for page in (first, rest) for item in page["Items"]],
                         ["a", "b", "c", "d", "e"])
        self.assertEqual((self.songs(), self.of_label()), (["a", "c", "d", "e"], ["a", "b", "c", "d"]))

    def test_a_transaction_is_seen_as_a_whole(self):
        self.begin("--manual-clock", NOON)
        self.lag(ReadLagMs=500)
        self.tables.transact_write_items(TransactItems=[
            {"Put": {"TableName": "songs", "Item": self.key(song)}} for song in "abc"])
        self.assertEqual(self.songs(), [])
        read = self.tables.transact_get_items(
            TransactItems=[{"Get": {"TableName": "songs", "Key": self.key("b")}}])
        self.assertEqual(read["Responses"], [{"Item": self.key("b")}])
        self.ask("POST", "clock", {"Seconds": 0.5})
        self.assertEqual(self.songs(), ["a", "b", "c"])

    def test_everything_is_seen_after_a_settle(self):
        self.begin("--manual-clock", NOON)
        self.lag(Tables=[{"TableName": "songs", "ReadLagMs": 500, "IndexLagMs": 2000}])
        self.write("a")
        self.assertEqual((self.plays("a"), self.of_label()), (None, []))
        self.assertEqual(self.ask("POST", "settle", {"TableName": "songs"}),
                         (200, {"Settled": True, "Removed": 0}))
        self.assertEqual((self.plays("a"), self.of_label()), (1, ["a"]))
        self.write("b")
        self.assertEqual(self.songs(), ["a"])
        self.assertEqual(self.ask("DELETE", "consistency")[0], 200)
        self.assertEqual((self.songs(), self.of_label()), (["a", "b"], ["a", "b"]))

    def test_a_lag_ends_by_itself_on_the_machines_clock(self):
        self.begin()
        began = time.monotonic()
        self.lag(ReadLagMs=300)
        self.write("a")
        while self.plays("a") is None:
            self.assertLess(time.monotonic() - began, PATIENCE_SECONDS)
        self.assertGreaterEqual(time.monotonic() - began, 0.29)

    def test_lags_are_not_kept_with_the_tables(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-consistency-")
        self.addCleanup(folder.cleanup)
        file = os.path.join(folder.name, "songs.db")
        self.begin("--manual-clock", NOON, db_path=file)
        self.lag(ReadLagMs=500)
        self.write("a")
        self.assertIsNone(self.plays("a"))
        self.restart(options=("--manual-clock", NOON), db_path=file)
        self.assertEqual(self.plays("a"), 1)
        self.assertEqual(self.ask("GET", "consistency")[1]["ReadLagMs"], 0)


if __name__ == "__main__":
    main()
