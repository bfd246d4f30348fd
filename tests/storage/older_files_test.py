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
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

TAILRACE = None
FILES = pathlib.Path(__file__).resolve().parent / "older_files"
PATIENCE_SECONDS = 20
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef")
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


class Server:
    """A Tailrace on a file, stopped at the end of a with statement."""

    def __init__(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAILRACE_")}
        command = [TAILRACE, "--port", "0", "--manual-clock", WRITTEN, *arguments]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+) \(", self.process.stdout.readline()).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGTERM)
        self.errors = self.process.communicate(timeout=PATIENCE_SECONDS)[1]

    def ask(self, method, path, body, headers=()):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(),
                                         dict(headers), method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)

    def call(self, operation, service="DynamoDB", **body):
        target = f"{service}_20120810.{operation}"
        return self.ask("POST", "/", body, {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target,
            "X-Amz-Date": "20260131T120000Z", "Authorization": AUTHORIZATION})

    def mappings(self):
        return self.ask("GET", "/2015-03-31/event-source-mappings/", None)["EventSourceMappings"]

    def changes(self, table="notes"):
        """Kind, old image and new image of the records of all shards, in the order of their sequence
        numbers."""
        stream = self.call("DescribeTable", TableName=table)["Table"]["LatestStreamArn"]
        described = self.call("DescribeStream", "DynamoDBStreams", StreamArn=stream)["StreamDescription"]
        records = []
        for shard in described["Shards"]:
            iterator = self.call("GetShardIterator", "DynamoDBStreams", StreamArn=stream,
                                 ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            records += self.call("GetRecords", "DynamoDBStreams", ShardIterator=iterator)["Records"]
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
        self.assertEqual(server.call("ListTables"), {"TableNames": ["notes", "plain"]})
        table = server.call("DescribeTable", TableName="notes")["Table"]
        self.assertEqual((table["ItemCount"], table["TableStatus"]), (2, "ACTIVE"))
        self.assertEqual(server.call("GetItem", TableName="notes", Key={"id": {"S": "a"}, "n": {"N": "1"}}),
                         {"Item": CHANGED})
        self.assertEqual(server.call("Scan", TableName="notes")["Items"], [CHANGED, SECOND])
        self.assertEqual(server.call("Scan", TableName="plain")["Items"], [
            {"id": {"S": "x"}, "bytes": {"B": "AAH/"}, "list": {"L": [{"BOOL": True}, {"NULL": True}]}}])

    def check_indexes(self, server):
        red = {"TableName": "notes", "IndexName": "by_tag", "KeyConditionExpression": "tag = :tag",
               "ExpressionAttributeValues": {":tag": {"S": "red"}}}
        self.assertEqual(server.call("Query", **red)["Items"], [CHANGED])
        by_text = server.call("Query", TableName="notes", IndexName="by_text",
                              KeyConditionExpression="id = :id",
                              ExpressionAttributeValues={":id": {"S": "a"}})["Items"]
        self.assertEqual(by_text, [item("a", "1", text="changed"), item("a", "2", text="second")])
        server.call("PutItem", TableName="notes", Item=NEW)
        self.assertEqual(sorted(each["id"]["S"] for each in server.call("Query", **red)["Items"]), ["a", "c"])

    def check_stream(self, server):
        """Must follow check_indexes(), which writes one more item."""
        self.assertEqual(server.changes(), [*CHANGES, ("INSERT", None, NEW)])
        server.call("CreateTable", TableName="new", BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        self.assertEqual(server.call("Scan", TableName="new")["Items"], [])

    def check_mapping(self, server):
        """The mapping's checkpoint is after the old records, so the function gets only the new one."""
        self.assertEqual([(each["FunctionArn"].rsplit(":", 1)[1], each["BatchSize"], each["State"])
                          for each in server.mappings()], [("recorder", 3, "Enabled")])
        self.check_delivered(server, [NEW])

    def check_delivered(self, server, items):
        self.assertEqual(server.ask("POST", "/_tailrace/streams/drain", {})["Drained"], True)
        with open(self.records, encoding="utf-8") as file:
            images = [json.loads(line)["dynamodb"].get("NewImage") for line in file]
        self.assertEqual([image for image in images if image], items)

    def check_backup(self, name, server):
        """The old file is kept as it was, and a warning says so."""
        layout = re.match(r"layout-(\d+)", name).group(1)
        backup = f"{self.path}.layout-{layout}.bak"
        self.assertIn(f" warning '{self.path}' is upgraded from layout {layout} to 3; '{backup}' is a backup "
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
            self.assertEqual(server.call("GetItem", TableName="tagged", Key={"id": {"S": "a"}}),
                             {"Item": tagged})
            self.assertEqual(server.call("Scan", TableName="tagged", IndexName="by_tag")["Items"], [tagged])
            self.assertEqual(server.changes("tagged"), [("INSERT", None, tagged)])
            server.call("PutItem", TableName="tagged", Item=tagged)
            self.assertEqual(server.changes("tagged"), [("INSERT", None, tagged)])
        self.check_backup("layout-2-sets.db", server)

    def test_a_file_of_this_layout_is_left_as_it_is(self):
        with Server("--db-path", self.path):
            pass
        with Server("--db-path", self.path) as server:
            self.assertEqual(server.call("ListTables"), {"TableNames": []})
        self.assertEqual([name for name in os.listdir(self.folder.name) if name.endswith(".bak")], [])
        self.assertNotIn("is upgraded from layout", server.errors)


if __name__ == "__main__":
    TAILRACE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
