#!/usr/bin/python3
"""`tailrace migrate` between database files and PostgreSQL: everything arrives, nothing arrives in part, and
what a server uses is refused.

    migrate_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import signal
import socket
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor

from postgresql_case import PostgreSQLCase
from local_services import check_database_file, run_tests

PATIENCE_SECONDS = 60
SONGS = {
    "TableName": "songs", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind}
                             for name, kind in (("artist", "S"), ("title", "S"), ("year", "N"))],
    "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"},
                  {"AttributeName": "title", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [{
        "IndexName": "by-year", "Projection": {"ProjectionType": "ALL"},
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"},
                      {"AttributeName": "year", "KeyType": "RANGE"}]}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "Tags": [{"Key": "kept", "Value": "yes"}]}
NUMBERS = {"TableName": "numbers", "BillingMode": "PAY_PER_REQUEST",
           "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}],
           "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}


def song(artist, title, year, **more):
    return {"artist": {"S": artist}, "title": {"S": title}, "year": {"N": str(year)}, **more}


# The longest keys, a value so large that it is stored in a separate table, and characters that a text format
# could spoil.
SONG_ITEMS = [
    song("n" * 2048, "t" * 1024, 1970), song("n" * 2048, "t" * 1023 + "u", 1970),
    song("nils", "zero", 1, cover={"B": "AAECAwD/"}), song("nils", "größe ☃ \n\"", 2),
    song("nils", "long", 3, text={"S": "x" * 300_000}),
    song("nils", "number", 4, price={"N": "12345678901234567890123456789012345678"})]


def fill(connection):
    """Makes two tables, one with an index and a stream, and a user pool."""
    connection.call("CreateTable", **SONGS)
    connection.call("CreateTable", **NUMBERS)
    for item in SONG_ITEMS:
        connection.call("PutItem", TableName="songs", Item=item)
    connection.call("UpdateItem", TableName="songs", UpdateExpression="SET heard = :one",
                    Key={name: SONG_ITEMS[2][name] for name in ("artist", "title")},
                    ExpressionAttributeValues={":one": {"N": "1"}})
    connection.call("UpdateTimeToLive", TableName="songs",
                    TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    put_numbers(connection, range(1500))


def put_numbers(connection, numbers, text="n"):
    numbers = list(numbers)
    for first in range(0, len(numbers), 25):
        puts = [{"PutRequest": {"Item": {"pk": {"N": str(each)}, "text": {"S": text}}}}
                for each in numbers[first:first + 25]]
        connection.call("BatchWriteItem", RequestItems={"numbers": puts})


def scan(connection, **request):
    """All items, in the order in which they come."""
    items = []
    start = {}
    while True:
        page = connection.call("Scan", **request, **start)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def records(connection):
    stream = connection.call("DescribeTable", TableName="songs")["Table"]["LatestStreamArn"]
    described = connection.call("DescribeStream", "DynamoDBStreams", StreamArn=stream)["StreamDescription"]
    iterator = connection.call("GetShardIterator", "DynamoDBStreams", StreamArn=stream,
                               ShardId=described["Shards"][0]["ShardId"],
                               ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    return connection.call("GetRecords", "DynamoDBStreams", ShardIterator=iterator)["Records"]


def everything(connection):
    """What a client sees of what fill() has made."""
    return {
        "songs": scan(connection, TableName="songs"),
        "by year": scan(connection, TableName="songs", IndexName="by-year"),
        "numbers": scan(connection, TableName="numbers"),
        "records": records(connection),
        "definitions": [connection.call("DescribeTable", TableName=name)["Table"]
                        for name in ("songs", "numbers")],
        "time to live": connection.call("DescribeTimeToLive", TableName="songs"),
        "tags": connection.call("ListTagsOfResource",
                                ResourceArn="arn:aws:dynamodb:us-east-1:000000000000:table/songs")}


class MigrateTest(PostgreSQLCase):

    def setUp(self):
        super().setUp()
        self.file = self.folder / "songs.db"
        self.shown = self.postgresql.url.replace("postgres@", "")

    def command(self, source, target, *options):
        return [self.executable, "migrate", "--from", str(source), "--to", str(target), *options]

    def migrate(self, source, target, *options):
        """Returns the exit code, what was printed, and what was written to standard error."""
        done = subprocess.run(self.command(source, target, *options), capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS, check=False)
        return done.returncode, done.stdout, done.stderr

    def migrated(self, source, target):
        code, text, errors = self.migrate(source, target)
        self.assertEqual((code, errors), (0, ""))
        return text

    def sql(self, statements):
        return self.postgresql.sql(f"SET search_path TO {self.schema}; {statements}")

    def filled_file(self):
        server = self.serve(url=self.file)
        fill(self.connect(server))
        server.stop()
        return self.file

    def has_no_tables(self, url):
        server = self.serve(url=url)
        tables = self.connect(server).call("ListTables")["TableNames"]
        server.stop()
        return tables == []

    def test_everything_comes_to_postgresql_and_back(self):
        server = self.serve(url=self.file)
        fill(self.connect(server))
        before = everything(self.connect(server))
        server.stop()
        size = sum(each["TableSizeBytes"] for each in before["definitions"])
        text = self.migrated(self.file, self.url)
        self.assertRegex(text, rf"^copied 2 tables with 1,506 items and {size:,} bytes from {self.file} to "
                               rf"{self.shown}; [0-9,]+ rows, with those of indexes and streams, were read "
                               r"back and compared\n$")
        server = self.serve()
        there = self.connect(server)
        self.assertEqual(everything(there), before)
        there.call("PutItem", TableName="songs", Item=song("nils", "new", 5))
        after = everything(there)
        numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in after["records"]]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(len(numbers), len(before["records"]) + 1)
        server.stop()
        back = self.folder / "back.db"
        self.migrated(self.url, back)
        check_database_file(back)
        server = self.serve(url=back)
        self.assertEqual(everything(self.connect(server)), after)

    def test_other_namespaces_are_counted(self):
        server = self.serve(url=self.file)
        self.connect(server).call("CreateTable", **NUMBERS)
        self.connect(server, "blue").call("CreateTable", **NUMBERS)
        server.stop()
        text = self.migrated(self.file, self.url)
        self.assertEqual(text.splitlines()[1:], ["1 namespace beside the default one is not copied"])
        server = self.serve()
        self.assertEqual(self.connect(server).call("ListTables")["TableNames"], ["numbers"])
        self.assertEqual(self.connect(server, "blue").call("ListTables")["TableNames"], [])

    def test_a_mapping_goes_on_where_it_was(self):
        mapping = [f"numbers=file:{self.folder / 'records'}"]
        server = self.serve(url=self.file, on_stream=mapping)
        connection = self.connect(server)
        connection.call("CreateTable", **NUMBERS, StreamSpecification={
            "StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
        put_numbers(connection, range(10))
        server.drain()
        server.stop()
        handled = (self.folder / "records").read_text()
        self.assertEqual(handled.count("\n"), 10)
        self.migrated(self.file, self.url)
        server = self.serve(on_stream=mapping)
        put_numbers(self.connect(server), [10])
        server.drain()
        after = (self.folder / "records").read_text()
        self.assertTrue(after.startswith(handled))
        self.assertEqual(after.count("\n"), 11)

    def test_files_and_schemas_are_copied_to_others_of_their_kind(self):
        server = self.serve(url=self.filled_file())
        before = everything(self.connect(server))
        server.stop()
        self.migrated(self.file, self.folder / "copy.db")
        self.migrated(self.folder / "copy.db", self.url)
        self.migrated(self.url, f"{self.url}_2")
        server = self.serve(url=f"{self.url}_2")
        self.assertEqual(everything(self.connect(server)), before)

    def test_a_target_that_has_something_is_refused_and_stays(self):
        self.filled_file()
        server = self.serve()
        self.connect(server).call("CreateTable", **NUMBERS)
        server.stop()
        self.assertEqual(self.migrate(self.file, self.url), (2, "", (
            f"tailrace: '{self.shown}' already has tables or other data; give an empty target\n")))
        self.assertEqual(self.migrate(self.url, self.file), (2, "", (
            f"tailrace: '{self.file}' already has tables or other data; give an empty target\n")))
        server = self.serve()
        connection = self.connect(server)
        self.assertEqual(connection.call("ListTables")["TableNames"], ["numbers"])
        # After this, the database has nothing but counters, so it counts as empty.
        connection.call("DeleteTable", TableName="numbers")
        server.stop()
        self.migrated(self.file, self.url)

    def test_what_a_server_uses_is_refused(self):
        self.filled_file()
        in_use = rf"^tailrace: '{self.shown}' is in use by another process, \S+:\d+; stop it first\n$"
        server = self.serve()
        code, text, errors = self.migrate(self.file, self.url)
        self.assertEqual((code, text), (2, ""))
        self.assertRegex(errors, in_use)
        code, text, errors = self.migrate(self.url, self.folder / "new.db")
        self.assertEqual((code, text), (2, ""))
        self.assertRegex(errors, in_use)
        self.assertFalse((self.folder / "new.db").exists())
        server.stop()
        # A server that does not have the lease counts, too.
        self.sql("INSERT INTO process VALUES (-1, 'nobody:1', now() + interval '1 hour', ''); "
                 "INSERT INTO lease VALUES ('main', -1, 0)")
        server = self.serve()
        with subprocess.Popen(self.command(self.url, self.folder / "new.db"), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            while self.sql("SELECT count(*) FROM process") != "3\n":
                pass
            server.pause()
            self.sql("DELETE FROM process WHERE id = -1")
            # The command now has the lease.
            while self.sql("SELECT 1 FROM lease JOIN process ON id = process") == "":
                pass
            server.resume()
            errors = process.stderr.read()
        self.assertEqual(process.returncode, 2)
        self.assertRegex(errors, in_use)
        self.assertNotIn("nobody", errors)
        self.assertFalse((self.folder / "new.db").exists())
        server.stop()
        server = self.serve(url=self.file)
        refused = (2, "", f"tailrace: '{self.file}' is in use by another process\n")
        self.assertEqual(self.migrate(self.file, self.url), refused)
        self.assertEqual(self.migrate(self.url, self.file), refused)
        server.stop()
        self.migrated(self.file, self.url)

    def test_places_that_cannot_be_used_are_refused(self):
        missing = self.folder / "missing.db"
        self.assertEqual(self.migrate(missing, self.url),
                         (2, "", f"tailrace: there is no database file '{missing}'\n"))
        self.assertFalse(missing.exists())
        self.assertEqual(self.migrate(self.url, self.file), (2, "", (
            f"tailrace: '{self.shown}' has no tables of Tailrace in the schema {self.schema}\n")))
        self.assertFalse(self.file.exists())
        self.filled_file()
        link = self.folder / "link.db"
        link.symlink_to(self.file)
        same = (2, "", "tailrace: --from and --to name the same place\n")
        self.assertEqual(self.migrate(self.file, link), same)
        self.assertEqual(self.migrate(self.url, self.url), same)
        code, text, errors = self.migrate(self.file, "postgresql://postgres@127.0.0.1:1/music")
        self.assertEqual((code, text), (2, ""))
        self.assertIn("tailrace: cannot connect to 'postgresql://127.0.0.1:1/music': ", errors)
        self.assertEqual(self.migrate(self.file, "redis://secret@host/1"), (2, "", (
            "tailrace: URLs that begin with 'redis://' are not supported; give the path of a database file, "
            "or postgresql://USER@HOST/DATABASE\n")))
        broken = self.folder / "broken.db"
        with sqlite3.connect(broken) as other:
            other.execute("CREATE TABLE mine (x)")
        self.assertEqual(self.migrate(broken, self.url), (2, "", (
            f"tailrace: '{broken}' is the database of another program, not a Tailrace database\n")))

    def long_copy(self, target, end):
        """Starts to copy many items, and calls `end` with the process while it copies. Returns the exit code
        and standard error."""
        server = self.serve(url=self.file)
        connections = [self.connect(server) for _ in range(4)]
        connections[0].call("CreateTable", **NUMBERS)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda each: put_numbers(connections[each], range(each, 40_000, 4), "x" * 1000),
                             range(4)))
        server.stop()
        with subprocess.Popen(self.command(self.file, target, "--progress"), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            line = process.stderr.readline()
            self.assertRegex(line, r"^copied [0-9,]+ rows, [0-9,]+ bytes\n$")
            end(process)
            rest = process.stderr.read()
            self.assertEqual(process.stdout.read(), "")
        return process.returncode, rest

    def assert_interrupted(self, outcome):
        code, errors = outcome
        self.assertEqual(code, 130)
        self.assertEqual(errors.splitlines()[-1], "tailrace: interrupted; nothing has been copied")

    def test_an_interrupted_copy_to_postgresql_leaves_nothing(self):
        self.assert_interrupted(self.long_copy(self.url, lambda process: process.send_signal(signal.SIGINT)))
        self.assertEqual(self.schemas(), [])
        self.migrated(self.file, self.url)

    def test_an_interrupted_copy_to_a_file_leaves_no_file(self):
        target = self.folder / "target.db"
        self.assert_interrupted(self.long_copy(target, lambda process: process.send_signal(signal.SIGTERM)))
        self.assertEqual([each.name for each in self.folder.glob("target.db*")], [])

    def test_a_killed_copy_leaves_an_empty_target(self):
        code, _ = self.long_copy(self.url, lambda process: process.kill())
        self.assertEqual(code, -signal.SIGKILL)
        self.assertTrue(self.has_no_tables(self.url))
        self.migrated(self.file, self.url)

    def test_a_copy_that_postgresql_ends_leaves_an_empty_target(self):
        code, errors = self.long_copy(self.url, lambda process: self.postgresql.restart())
        self.assertEqual(code, 2)
        self.assertIn(f"tailrace: the connection to '{self.shown}' was lost", errors)
        self.assertTrue(self.has_no_tables(self.url))
        self.migrated(self.file, self.url)

    def schemas(self):
        """The schemas of this test."""
        return self.postgresql.sql(
            f"SELECT nspname FROM pg_namespace WHERE nspname LIKE '{self.schema}%'").splitlines()


if __name__ == "__main__":
    run_tests(MigrateTest)
