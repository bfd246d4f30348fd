"""Requests that arrive together share a commit in a database file: each is carried out or refused by itself,
none is answered before the commit, and one sync is enough for all of them.

Usage: shared_commits_test.py TAILRACE [unittest arguments]
"""

import contextlib
import http.client
import json
import os
import resource
import signal
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plain_server import AUTHORIZATION, NOTES, PATIENCE_SECONDS, PlainServer

TAILRACE = None
CLIENTS = 8
FAILED = (500, {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError",
                "message": "Internal server error"})
NOT_MET = (400, {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                 "message": "The conditional request failed"})


def put(key, size=10, **more):
    return "PutItem", {"TableName": "notes", "Item": {"id": {"S": key}, "text": {"S": "x" * size}}, **more}


def add(key):
    return "UpdateItem", {"TableName": "notes", "Key": {"id": {"S": key}},
                          "UpdateExpression": "ADD times :one",
                          "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "UPDATED_NEW"}


class SharedCommitsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-test.")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "notes.db")
        self.started = contextlib.ExitStack()
        self.addCleanup(self.started.close)
        self.start()
        self.server.call("CreateTable", **NOTES)

    def start(self):
        self.server = self.started.enter_context(PlainServer(TAILRACE, "--db-path", self.path, "--no-hints"))
        self.clients = [http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_SECONDS)
                        for _ in range(CLIENTS)]
        for client in self.clients:
            self.started.callback(client.close)
            self.send(client, "ListTables", {})
            self.receive(client)

    def send(self, client, operation, body):
        client.request("POST", "/", json.dumps(body), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "X-Amz-Date": "20260131T120000Z", "Authorization": AUTHORIZATION})

    def receive(self, client):
        answer = client.getresponse()
        return answer.status, json.loads(answer.read())

    def together(self, requests):
        """The answers to requests that the server finds all at once."""
        self.server.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.server.process.pid, os.WSTOPPED | os.WNOWAIT)
        for client, (operation, body) in zip(self.clients, requests):
            self.send(client, operation, body)
        self.server.process.send_signal(signal.SIGCONT)
        return [self.receive(client) for client, _ in zip(self.clients, requests)]

    def item(self, key):
        return self.server.call("GetItem", TableName="notes", Key={"id": {"S": key}})[1].get("Item")

    def written_calls(self):
        with open(f"/proc/{self.server.process.pid}/io", encoding="ascii") as file:
            return int(dict(line.split(": ") for line in file)["syscw"])

    def limit_files(self, size):
        _, most = resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (size or most, most))

    def test_requests_that_arrive_together_are_written_together(self):
        before = self.written_calls()
        for number in range(CLIENTS):
            self.assertEqual(self.server.put(f"alone {number}", 10), 200)
        alone = self.written_calls() - before
        before = self.written_calls()
        answers = self.together([put(f"together {number}") for number in range(CLIENTS)])
        together = self.written_calls() - before
        self.assertEqual(answers, [(200, {})] * CLIENTS)
        self.assertGreaterEqual(alone, CLIENTS)
        self.assertLessEqual(together, CLIENTS / 2)

    def test_each_request_sees_those_before_it_and_is_refused_by_itself(self):
        answers = self.together([
            add("counter"), put("new", ConditionExpression="attribute_exists(id)"), add("counter"),
            put("empty", TableName="nothing"), add("counter"),
            ("GetItem", {"TableName": "notes", "Key": {"id": {"S": "counter"}}}),
            ("TransactWriteItems", {"TransactItems": [
                {"Put": {"TableName": "notes", "Item": {"id": {"S": "half"}}}},
                {"ConditionCheck": {"TableName": "notes", "Key": {"id": {"S": "counter"}},
                                    "ConditionExpression": "times = :n",
                                    "ExpressionAttributeValues": {":n": {"N": "99"}}}}]}),
            put("last")])
        # The server may carry out these requests in any order.
        counts = sorted(answers[i][1]["Attributes"]["times"]["N"] for i in (0, 2, 4))
        self.assertEqual(counts, ["1", "2", "3"])
        self.assertEqual(answers[1], NOT_MET)
        self.assertEqual(answers[3][1]["message"], "Requested resource not found")
        self.assertEqual(answers[5][0], 200)
        self.assertEqual(answers[6][1]["__type"],
                         "com.amazonaws.dynamodb.v20120810#TransactionCanceledException")
        self.assertEqual(answers[7], (200, {}))
        self.started.close()
        self.start()
        self.assertEqual(self.item("counter"), {"id": {"S": "counter"}, "times": {"N": "3"}})
        self.assertIsNone(self.item("new"))
        self.assertIsNone(self.item("half"))
        self.assertEqual(self.item("last"), {"id": {"S": "last"}, "text": {"S": "x" * 10}})
        self.assertEqual(self.server.call("DescribeTable", TableName="notes")[1]["Table"]["ItemCount"], 2)

    # As with a full disk.
    def test_a_commit_that_fails_is_answered_with_the_failure_and_loses_nothing_else(self):
        self.assertEqual(self.server.put("before", 10), 200)
        self.limit_files(600_000)
        answers = self.together([put(f"large {number}", 300_000) for number in range(CLIENTS - 1)]
                                + [("GetItem", {"TableName": "notes", "Key": {"id": {"S": "before"}}})])
        self.assertIn(FAILED, answers)
        kept = {number for number in range(CLIENTS - 1) if answers[number] == (200, {})}
        for number in set(range(CLIENTS - 1)) - kept:
            self.assertEqual(answers[number], FAILED)
        self.limit_files(None)
        for number in range(CLIENTS - 1):
            self.assertEqual(self.item(f"large {number}") is not None, number in kept, number)
        self.assertIsNotNone(self.item("before"))
        self.assertEqual(self.together([put("after")]), [(200, {})])
        self.started.close()
        self.assertRegex(self.server.errors, r"DynamoDB_20120810.PutItem failed: [a-z ]+: disk I/O error "
                                             r"\(File too large\)\n")
        self.start()
        self.assertEqual(self.server.call("Scan", TableName="notes", Select="COUNT")[1]["Count"],
                         2 + len(kept))
        self.assertEqual(self.server.call("DescribeTable", TableName="notes")[1]["Table"]["ItemCount"],
                         2 + len(kept))


if __name__ == "__main__":
    TAILRACE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
