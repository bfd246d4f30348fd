"""The limit on the memory of tables: what is refused, and what goes on.

Usage: max_memory_test.py TAILRACE [unittest arguments]
"""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plain_server import NOTES, PlainServer

TAILRACE = None
REASON = "The tables in memory have reached the limit of --max-memory, 4MB."
REFUSED = (500, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": REASON})


class MaxMemoryTest(unittest.TestCase):
    def setUp(self):
        self.server = PlainServer(TAILRACE, "--max-memory", "4MB")
        self.addCleanup(self.server.__exit__)
        self.assertEqual(self.server.call("CreateTable", **NOTES)[0], 200)

    def put(self, key, path="/"):
        item = {"id": {"S": key}, "text": {"S": "x" * 300_000}}
        return self.server.call("PutItem", path=path, TableName="notes", Item=item)

    def fill(self):
        """Puts notes until one is refused. Returns how many there are."""
        for number in range(20):
            answer = self.put(str(number))
            if answer[0] != 200:
                self.assertEqual(answer, REFUSED)
                return number
        raise AssertionError("nothing was refused")

    def keys(self, path="/"):
        keys, start = set(), {}
        while start is not None:
            answer = self.server.call("Scan", path=path, TableName="notes", ProjectionExpression="id",
                                      **start)
            keys.update(item["id"]["S"] for item in answer[1]["Items"])
            last = answer[1].get("LastEvaluatedKey")
            start = {"ExclusiveStartKey": last} if last else None
        return keys

    def test_a_write_beyond_it_is_refused_until_items_are_deleted(self):
        count = self.fill()
        self.assertGreater(count, 8)
        self.assertEqual(self.keys(), {str(number) for number in range(count)})
        puts = [{"Put": {"TableName": "notes", "Item": {"id": {"S": key}, "text": {"S": "x" * 200_000}}}}
                for key in ("together 1", "together 2")]
        self.assertEqual(self.server.call("TransactWriteItems", TransactItems=puts), REFUSED)
        self.assertEqual(self.keys(), {str(number) for number in range(count)})
        for key in ("0", "1"):
            deleted = self.server.call("DeleteItem", TableName="notes", Key={"id": {"S": key}})
            self.assertEqual(deleted[0], 200)
        self.assertEqual(self.put("after")[0], 200)
        self.assertEqual(self.put("after that")[0], 200)
        self.assertEqual(self.put("too much"), REFUSED)

    def test_a_fork_counts_only_what_is_its_own(self):
        for number in range(6):
            self.assertEqual(self.put(str(number))[0], 200)
        for name in ("one", "two"):
            self.assertEqual(self.server.ask("POST", "/_tailrace/namespaces",
                                             {"Name": name, "From": "default"})[0], 200)
            self.assertEqual(len(self.keys(f"/~{name}/")), 6)
        answers = [self.put(f"of one {number}", "/~one/") for number in range(12)]
        self.assertEqual(answers[-1], REFUSED)
        self.assertEqual(self.put("of two", "/~two/"), REFUSED)
        self.assertEqual(self.keys("/~two/"), {str(number) for number in range(6)})
        self.assertEqual(self.server.ask("DELETE", "/_tailrace/namespaces/one")[0], 200)
        self.assertEqual(self.put("of two", "/~two/")[0], 200)

    def fill_all(self):
        """Fills what is left with ever smaller notes, until a new namespace has no room for a table."""
        for number, size in enumerate([300_000] * 20 + [20_000] * 20 + [3_000] * 10 + [300] * 20):
            item = {"id": {"S": f"filler {number}"}, "text": {"S": "x" * size}}
            self.server.call("PutItem", TableName="notes", Item=item)

    def names(self):
        _, listed = self.server.ask("GET", "/_tailrace/namespaces")
        return [each["Name"] for each in listed["Namespaces"]]

    def test_a_table_that_does_not_fit_is_in_no_namespace(self):
        self.fill_all()
        self.assertEqual(self.server.call("CreateTable", path="/~one/", **NOTES), REFUSED)
        for name in ("one", "two"):
            self.assertEqual(self.server.call("ListTables", path=f"/~{name}/"), (200, {"TableNames": []}))
        self.assertEqual(self.server.call("CreateTable", path="/~one/", TableName="x")[0], 400)
        self.assertEqual(self.names(), ["default"])

    def test_an_empty_namespace_is_read_and_a_full_one_is_reset(self):
        self.assertEqual(self.server.ask("POST", "/_tailrace/namespaces", {"Name": "early"})[0], 200)
        self.fill_all()
        self.assertEqual(self.server.call("ListTables", path="/~early/"), (200, {"TableNames": []}))
        self.assertEqual(self.server.call("CreateTable", path="/~early/", **NOTES), REFUSED)
        self.assertEqual(self.server.ask("POST", "/_tailrace/namespaces/default/reset")[0], 200)
        self.assertEqual(self.server.call("CreateTable", path="/~early/", **NOTES)[0], 200)


if __name__ == "__main__":
    TAILRACE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
