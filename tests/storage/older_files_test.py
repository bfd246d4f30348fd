"""A file that an older version wrote opens with all of its data.

Usage: older_files_test.py TAILRACE [unittest arguments]

The files in older_files/ were written by older versions (see the README there). The test opens copies of
them.
"""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from plain_server import PlainServer

TAILRACE = None
STREAMS = "DynamoDBStreams"
FILES = pathlib.Path(__file__).resolve().parent / "older_files"
# When the files were written, by their servers' clock. The test starts then, since a stream keeps records for
# a day.
WRITTEN = "2026-01-31T12:00:00Z"


def item(key, number, **others):
    return {"id": {"S": key}, "n": {"N": number}, **{name: {"S": text} for name, text in others.items()}}


FIRST = item("a", "1", text="first", tag="red")
CHANGED = item("a", "1", text="changed", tag="red")
SECOND = item("a", "2", text="second", tag="blue")
SHORT_LIVED = item("b", "1", text="short-lived")
NEW = item("c", "1", tag="red")
# Kind, old image and new image of each change, oldest first.
CHANGES = [("INSERT", None, FIRST), ("INSERT", None, SECOND), ("INSERT", None, SHORT_LIVED),
           ("MODIFY", FIRST, CHANGED), ("REMOVE", SHORT_LIVED, None)]


class Server(PlainServer):
    def __init__(self, *arguments):
        super().__init__(TAILRACE, "--manual-clock", WRITTEN, *arguments)

    def done(self, operation, **body):
        """Returns the answer to an operation, which must succeed."""
        status, answer = self.call(operation, **body)
        assert status == 200, (operation, status, answer)
        return answer

    def mappings(self):
        return self.ask("GET", "/2015-03-31/event-source-mappings/")[1]["EventSourceMappings"]

    def changes(self, table="notes"):
        """Kind, old image and new image of the records of all shards, in the order of their sequence
        numbers."""
        stream = self.done("DescribeTable", TableName=table)["Table"]["LatestStreamArn"]
        described = self.done("DescribeStream", service=STREAMS, StreamArn=stream)["StreamDescription"]
        records = []
        for shard in described["Shards"]:
            iterator = self.done("GetShardIterator", service=STREAMS, StreamArn=stream,
                                 ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            records += self.done("GetRecords", service=STREAMS, ShardIterator=iterator)["Records"]
        records.sort(key=lambda record: record["dynamodb"]["SequenceNumber"])
        return [(record["eventName"], record["dynamodb"].get("OldImage"), record["dynamodb"].get("NewImage"))
                for record in records]


class OlderFilesTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tailrace-test.")
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "notes.db")
        self.records = os.path.join(self.folder.name, "records")

    def open(self, name, *arguments):
        shutil.copy(FILES / name, self.path)
        return Server("--db-path", self.path, "--function", f"recorder=file:{self.records}", *arguments)

    def check_tables(self, server):
        self.assertEqual(server.done("ListTables"), {"TableNames": ["notes", "plain"]})
        table = server.done("DescribeTable", TableName="notes")["Table"]
        self.assertEqual((table["ItemCount"], table["TableStatus"]), (2, "ACTIVE"))
        self.assertEqual(server.done("GetItem", TableName="notes", Key={"id": {"S": "a"}, "n": {"N": "1"}}),
                         {"Item": CHANGED})
        self.assertEqual(server.done("Scan", TableName="notes")["Items"], [CHANGED, SECOND])
        self.assertEqual(server.done("Scan", TableName="plain")["Items"], [
            {"id": {"S": "x"}, "bytes": {"B": "AAH/"}, "list": {"L": [{"BOOL": True}, {"NULL": True}]}}])

    def check_indexes(self, server):
        red = {"TableName": "notes", "IndexName": "by_tag", "KeyConditionExpression": "tag = :tag",
               "ExpressionAttributeValues": {":tag": {"S": "red"}}}
        self.assertEqual(server.done("Query", **red)["Items"], [CHANGED])
        by_text = server.done("Query", TableName="notes", IndexName="by_text",
                              KeyConditionExpression="id = :id",
                              ExpressionAttributeValues={":id": {"S": "a"}})["Items"]
        self.assertEqual(by_text, [item("a", "1", text="changed"), item("a", "2", text="second")])
        server.done("PutItem", TableName="notes", Item=NEW)
        self.assertEqual(sorted(each["id"]["S"] for each in server.done("Query", **red)["Items"]), ["a", "c"])

    def check_stream(self, server):
        """Must follow check_indexes(), which writes one more item."""
        self.assertEqual(server.changes(), [*CHANGES, ("INSERT", None, NEW)])
        server.done("CreateTable", TableName="new", BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        self.assertEqual(server.done("Scan", TableName="new")["Items"], [])

    def check_mapping(self, server):
        """The mapping's checkpoint is after the old records, so the function gets only the new one."""
        self.assertEqual([(each["FunctionArn"].rsplit(":", 1)[1], each["BatchSize"], each["State"])
                          for each in server.mappings()], [("recorder", 3, "Enabled")])
        self.check_delivered(server, [NEW])

    def check_delivered(self, server, items):
        self.assertEqual(server.ask("POST", "/_tailrace/streams/drain", {})[1]["Drained"], True)
        with open(self.records, encoding="utf-8") as file:
            images = [json.loads(line)["dynamodb"].get("NewImage") for line in file]
        self.assertEqual([image for image in images if image], items)

    def check_backup(self, name, server):
        """The old file is kept as it was, and a warning says so."""
        layout = re.match(r"layout-(\d+)", name).group(1)
        backup = f"{self.path}.layout-{layout}.bak"
        self.assertIn(f" warning '{self.path}' is upgraded from layout {layout} to 4; '{backup}' is a backup "
                      "of it\n", server.errors)
        self.assertEqual(self.rows(backup), self.rows(FILES / name))

    def rows(self, path):
        database = sqlite3.connect(path)
        try:
            return list(database.iterdump()), database.execute("PRAGMA user_version").fetchone()
        finally:
            database.close()

    # In layout 1 streams had neither shards nor times, and a mapping was stored under the names of its table
    # and handler.
    def test_layout_1(self):
        with self.open("layout-1.db", "--on-stream", "notes=recorder") as server:
            self.check_tables(server)
            self.check_indexes(server)
            self.check_stream(server)
            self.check_delivered(server, [new for kind, old, new in CHANGES if new] + [NEW])
        self.check_backup("layout-1.db", server)

    def test_layout_2(self):
        with self.open("layout-2.db") as server:
            self.check_tables(server)
            self.check_indexes(server)
            self.check_stream(server)
            self.check_mapping(server)
        self.check_backup("layout-2.db", server)

    # Sets were stored in the order they were sent in: in the table, its index and its stream.
    def test_sets_of_layout_2(self):
        tagged = {"id": {"S": "a"}, "tag": {"S": "red"}, "ss": {"SS": ["a", "b", "\u00e9\n"]},
                  "bs": {"BS": ["AA==", "/w=="]},
                  "deep": {"M": {"ns": {"L": [{"NS": ["-1.5", "9", "10"]}]}, "SS": {"S": "no set"}}}}
        with self.open("layout-2-sets.db") as server:
            self.assertEqual(server.done("GetItem", TableName="tagged", Key={"id": {"S": "a"}}),
                             {"Item": tagged})
            self.assertEqual(server.done("Scan", TableName="tagged", IndexName="by_tag")["Items"], [tagged])
            self.assertEqual(server.changes("tagged"), [("INSERT", None, tagged)])
            server.done("PutItem", TableName="tagged", Item=tagged)
            self.assertEqual(server.changes("tagged"), [("INSERT", None, tagged)])
        self.check_backup("layout-2-sets.db", server)

    # Every value was in its row. Now a large one is in another place once it is written again.
    def test_large_items_of_layout_3(self):
        books = {key: {"id": {"S": key}, "tag": {"S": "red"}, "text": {"S": text}}
                 for key, text in (("a", "a" * 3000), ("b", "b" * 3000), ("c", "short"))}
        old_changes = [("INSERT", None, books[key]) for key in "abc"]
        with self.open("layout-3.db") as server:
            self.check_books(server, books)
            self.assertEqual(server.changes("books"), old_changes)
            for key, text in (("a", "also short"), ("b", "B" * 5000), ("c", "c" * 3000)):
                books[key] = {**books[key], "text": {"S": text}}
                server.done("PutItem", TableName="books", Item=books[key])
            self.check_books(server, books)
        with Server("--db-path", self.path) as restarted:
            self.check_books(restarted, books)
            self.assertEqual(restarted.changes("books"), old_changes + [
                ("MODIFY", old[2], books[key]) for old, key in zip(old_changes, "abc")])
            restarted.done("DeleteItem", TableName="books", Key={"id": {"S": "b"}})
            del books["b"]
            self.check_books(restarted, books)
        self.check_backup("layout-3.db", server)

    def check_books(self, server, books):
        for index in ({}, {"IndexName": "by_tag"}):
            items = server.done("Scan", TableName="books", **index)["Items"]
            self.assertEqual({item["id"]["S"]: item for item in items}, books)

    def test_a_file_of_this_layout_is_left_as_it_is(self):
        with Server("--db-path", self.path):
            pass
        with Server("--db-path", self.path) as server:
            self.assertEqual(server.done("ListTables"), {"TableNames": []})
        self.assertEqual([name for name in os.listdir(self.folder.name) if name.endswith(".bak")], [])
        self.assertNotIn("is upgraded from layout", server.errors)


if __name__ == "__main__":
    TAILRACE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
