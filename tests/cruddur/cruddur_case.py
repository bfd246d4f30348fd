"""What the tests of Cruddur's direct messages share: they run scripts as a person does, read the output, and
compute what AWS would charge."""

import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER / "lib"), str(FOLDER.parent)]

import direct_messages as dm
from local_services import DEBIAN_PATH, PostgreSQL, Tailrace, run_tests

TABLE_NAME = "cruddur-messages"
INDEX_NAME = "message-group-sk-index"
HANDLER = f"{TABLE_NAME}=message-groups"
NAIVE_HANDLER = f"{TABLE_NAME}=message-groups:naive"
READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
SCRIPT_SECONDS = 120
AWS_CLI = "/usr/bin/aws"
SKIPPED = 77

# The users of sql/users.sql.
MARIEL = {
    "uuid": "5b3f1c0e-8a44-4d0b-9c57-0e6a6ad3f101", "display_name": "Mariel Ostrander", "handle": "mariel",
}
OKELLO = {"uuid": "c2a7d9b4-1f63-4b1e-8f0a-7d52be90a202", "display_name": "Okello Brandt", "handle": "okello"}
SANNA = {"uuid": "9e08f6d2-73c5-4aa9-b6d1-34c1f27bc303", "display_name": "Sanna Léger", "handle": "sanna"}


class CruddurCase(unittest.TestCase):
    """A test with its own temporary directory and services, all of which are gone after the test, however it
    ends.

    main() sets `executable`, the path of the tailrace program. If the environment variable CRUDDUR_TABLES is
    postgresql, the tables are in a PostgreSQL, a schema in place of each file.
    """

    executable = None
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="tailrace-cruddur-")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.postgresql = None
        self.tables_postgresql = None
        self.schemas = itertools.count()
        self.schema_of_file = {}

    def start_postgresql(self):
        """Starts `postgresql`, which bin/db/setup then fills with the users."""
        self.postgresql = PostgreSQL()
        self.addCleanup(self.postgresql.stop)

    def start_tailrace(self, db_path=None, on_stream=(), options=()):
        """Starts a Tailrace, which is stopped after the test unless the test has already ended it."""
        tailrace = Tailrace(self.executable, self.place_of(db_path), on_stream, options)
        self.addCleanup(lambda: tailrace.running() and tailrace.stop())
        return tailrace

    def place_of(self, db_path):
        """Where tables are that a test has in this file, or in memory."""
        if os.environ.get("CRUDDUR_TABLES") != "postgresql":
            return db_path
        if self.tables_postgresql is None:
            self.tables_postgresql = PostgreSQL()
            self.addCleanup(self.tables_postgresql.stop)
        schema = f"tables_{next(self.schemas)}"
        if db_path:
            schema = self.schema_of_file.setdefault(db_path, schema)
        return f"{self.tables_postgresql.url}?schema={schema}"

    def copy_tables(self, db_path, copy):
        """Copies the tables in one file to another."""
        command = [self.executable, "migrate", "--from", str(self.place_of(db_path)),
                   "--to", str(self.place_of(copy))]
        subprocess.run(command, check=True, capture_output=True, timeout=SCRIPT_SECONDS)

    def run_script(self, tailrace, script, *arguments, **more):
        """Runs bin/`script`, which must succeed, and returns what it prints."""
        done = self.try_script(tailrace, script, *arguments, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"{script} {arguments}: {done.stdout}")
        return done.stdout

    def try_script(self, tailrace, script, *arguments, time_zone="EST5", settings=()):
        """Runs bin/`script` with Debian's own Python and AWS CLI, and without any of this user's settings.

        `settings` are further environment variables.
        """
        environment = {
            "PATH": DEBIAN_PATH,
            "HOME": str(self.directory),
            "LANG": "C.UTF-8",
            "TZ": time_zone,
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": tailrace.endpoint if tailrace else "",
            "CONNECTION_URL": self.postgresql.url if self.postgresql else "",
            **dict(settings),
        }
        return subprocess.run(
            [str(FOLDER / "bin" / script), *arguments], env=environment, text=True, timeout=SCRIPT_SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, encoding="utf-8",
        )

    def record_without_handler(self, path):
        """Writes twelve messages, then their groups as they were before the messages. Returns both states by
        group."""
        tailrace = self.start_tailrace(path)
        self.run_script(tailrace, "ddb/schema-load")
        groups, messages, rows = {}, [], []
        for number in range(12):
            group = str(uuid.UUID(int=number + 1))
            old = (f"2023-05-01T08:{number:02}:00.000000+00:00", "Before.")
            new = (f"2023-05-01T09:{number:02}:00.000000+00:00", f"Paddle {number} is cut.")
            groups[group] = (old, new)
            messages.append(dm.message_item(group, MARIEL, new[1], new[0]))
            for participants in ((MARIEL, OKELLO), (OKELLO, MARIEL)):
                rows.append(dm.message_group_item(group, participants, old[1], old[0]))
        client = tailrace.client()
        for items in (messages, rows):
            requests = [{"PutRequest": {"Item": item}} for item in items]
            answer = client.batch_write_item(RequestItems={TABLE_NAME: requests})
            self.assertEqual(answer["UnprocessedItems"], {})
        self.assertEqual(tailrace.stop(), 0)
        return groups

    def assert_api_error(self, call, code, message):
        """Asserts that `call` fails with exactly this code and message."""
        with self.assertRaises(Exception) as caught:
            call()
        error = getattr(caught.exception, "response", {}).get("Error", {})
        self.assertEqual((error.get("Code"), error.get("Message")), (code, message), str(caught.exception))

    def assert_index_agrees_with_table(self, client):
        """Asserts that the index holds exactly the items that have its partition key, with all their
        attributes."""
        expected = {key_of(item): item for item in scan(client) if "message_group_uuid" in item}
        rows = scan(client, IndexName=INDEX_NAME)
        self.assertEqual({key_of(row): row for row in rows}, expected)
        self.assertEqual(len(rows), len(expected), "the index holds a row twice")


class PatternOutput:
    """A pattern script's output: the raw response, the consumed capacity, and the lines under `title`."""

    def __init__(self, text, title):
        head, rest = text.split("consumed capacity:\n")
        self.response = json.loads(head.removeprefix("response:\n"))
        capacity, rest = rest.split("\n", 1)
        self.capacity = json.loads(capacity)
        self.lines = rest.removeprefix(f"{title}:\n").splitlines() if title else []


def key_of(item):
    """Returns the primary key of an item, for sorting and lookup."""
    return item["pk"]["S"], item["sk"]["S"]


def scan(client, **more):
    """Returns all items of the table or of an index."""
    pages = client.get_paginator("scan").paginate(TableName=TABLE_NAME, **more)
    return [item for page in pages for item in page["Items"]]


def messages_of(client, message_group_uuid):
    """Returns the messages of a conversation, oldest first, read page by page with strong consistency."""
    pages = client.get_paginator("query").paginate(
        TableName=TABLE_NAME,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"MSG#{message_group_uuid}"}},
        ConsistentRead=True,
    )
    return [item for page in pages for item in page["Items"]]


def groups_of(client, message_group_uuid):
    """Returns both sides' rows of a message group, read from the index, in the order of their primary
    keys."""
    answer = client.query(
        TableName=TABLE_NAME,
        IndexName=INDEX_NAME,
        KeyConditionExpression="message_group_uuid = :group",
        ExpressionAttributeValues={":group": {"S": message_group_uuid}},
    )
    return sorted(answer["Items"], key=key_of)


def settle(tailrace):
    """Drains until the handler has also seen its own writes.

    A drain waits for what was written before the drain was requested. The handler's own writes are on the
    stream too, but they are groups and cause no further writes, so two drains are enough.
    """
    tailrace.drain()
    tailrace.drain()


def mapping_of(tailrace):
    """Returns what the only handler of this server has done so far."""
    (mapping,) = tailrace.mappings()
    return mapping


def item_size(item):
    """Returns an item's size by AWS's rules: the UTF-8 bytes of its attributes' names and values (all
    strings)."""
    return sum(len(name.encode()) + len(value["S"].encode()) for name, value in item.items())


def query_units(items):
    """Returns the cost of an eventually consistent Query that reads these items: half a unit per 4 KB of
    their sum."""
    return math.ceil(sum(map(item_size, items)) / READ_UNIT_BYTES) * 0.5


def write_units(item):
    """Returns the cost of putting a new item: a unit per KB, and the same again if the index holds the
    item."""
    units = math.ceil(item_size(item) / WRITE_UNIT_BYTES)
    return float(units * 2 if "message_group_uuid" in item else units)


def main():
    """Runs the tests of a module. The first argument is the path of the tailrace executable.

    Without the AWS CLI at its usual path nothing can be tested; the exit code says so to CTest.
    """
    if not os.access(AWS_CLI, os.X_OK):
        print(f"skipped: {AWS_CLI} is missing")
        raise SystemExit(SKIPPED)
    run_tests(CruddurCase)
