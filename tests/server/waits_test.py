"""Requests that wait: they do not delay others, end when their client leaves, and are limited in number.

Usage: waits_test.py TAILRACE HANGING_PLUGIN [unittest arguments]
"""

import contextlib
import json
import os
import sys
import unittest

from connections import NO_TABLES, Server, request

HANGING_PLUGIN = None
MOST_WAITS = 64
TOO_MANY = ("The server already has as many waiting requests as it accepts. Send this one again after one of "
            "them has ended.")
TABLE = {"TableName": "notes", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
         "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
         "BillingMode": "PAY_PER_REQUEST",
         "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
NOTE = {"TableName": "notes", "Item": {"pk": {"S": "1"}}}


def post(path, body=b""):
    return f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def get(path):
    return f"GET {path} HTTP/1.1\r\n\r\n".encode()


DRAIN = post("/_tailrace/streams/drain?timeout_seconds=3600")
INVOKE = post("/2015-03-31/functions/hanging/invocations", b"{}")


class Waits(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.server = self.stack.enter_context(Server(
            "--shutdown-timeout", "1", "--function", f"hanging=plugin:{HANGING_PLUGIN}",
            "--on-stream", "notes=hanging"))
        self.client = self.connect()
        self.assertEqual(self.client.ask(request("CreateTable", json.dumps(TABLE).encode()))[0], 200)
        self.assertEqual(self.client.ask(request("PutItem", json.dumps(NOTE).encode()))[0], 200)
        self.assertEqual(self.server.process.stdout.readline(), b"called\n")

    def connect(self):
        return self.stack.enter_context(self.server.connect())

    def begin(self, data, count):
        """Begins `count` requests that wait, each on a connection and a server thread of its own."""
        threads = self.server.threads()
        clients = [self.connect() for _ in range(count)]
        for client in clients:
            client.send(data)
        self.server.wait_for_threads(threads + count)
        return clients

    def check_others_are_answered(self):
        for path in ("/_tailrace", "/_tailrace/streams", "/_tailrace/mappings", "/_tailrace/health",
                     "/2015-03-31/event-source-mappings"):
            self.assertEqual(self.client.ask(get(path))[0], 200, path)
        self.assertEqual(self.client.ask(request("DescribeTable", b'{"TableName":"notes"}'))[0], 200)

    def test_the_maximum_number_of_drains_does_not_block_others(self):
        self.begin(DRAIN, MOST_WAITS)
        self.check_others_are_answered()
        invocation = self.begin(INVOKE, 1)
        self.assertEqual(len(invocation), 1)
        self.check_others_are_answered()

    def test_one_drain_too_many_is_refused(self):
        self.begin(DRAIN, MOST_WAITS)
        status, headers, body = self.client.ask(DRAIN)
        self.assertEqual((status, headers["content-type"]), (429, "application/json"))
        self.assertEqual(json.loads(body), {"message": TOO_MANY})
        self.check_others_are_answered()

    def test_too_many_invocations_are_refused_as_lambda_does(self):
        self.begin(INVOKE, MOST_WAITS)
        status, headers, body = self.client.ask(INVOKE)
        self.assertEqual((status, headers["x-amzn-errortype"]), (429, "TooManyRequestsException"))
        self.assertEqual(json.loads(body), {"Type": "User", "message": TOO_MANY})
        self.check_others_are_answered()
        self.assertEqual(self.client.ask(post("/_tailrace/streams/drain?timeout_seconds=0"))[0], 504)

    def test_a_drain_ends_when_its_client_leaves(self):
        for client in self.begin(DRAIN, MOST_WAITS):
            client.socket.close()
            client.input.close()
        # None of the waits ends by itself: the server must notice that their clients have left.
        while self.client.ask(post("/_tailrace/streams/drain?timeout_seconds=0"))[0] == 429:
            os.sched_yield()
        self.check_others_are_answered()

    def test_a_drain_says_what_its_time_was(self):
        status, _, body = self.client.ask(post("/_tailrace/streams/drain?timeout_seconds=1"))
        self.assertEqual(status, 504)
        answer = json.loads(body)
        self.assertEqual((answer["Drained"], answer["Stuck"], answer["message"]), (
            False, ["notes/hanging"],
            "Not drained within 1 seconds: notes/hanging: its function is being called"))

    def test_a_drain_that_is_to_take_longer_than_it_may_is_refused(self):
        for query in ("3601", "-1", "soon", ""):
            status, _, body = self.client.ask(post(f"/_tailrace/streams/drain?timeout_seconds={query}"))
            self.assertEqual(status, 400)
            self.assertEqual(json.loads(body), {
                "message": "The query may contain timeout_seconds, a whole number from 0 to 3600."})

    def test_a_drain_is_answered_when_a_pipelined_request_follows_it(self):
        self.client.send(post("/_tailrace/streams/drain?timeout_seconds=1") + request("ListTables", b"{}"))
        self.assertEqual(self.client.response()[0], 504)
        self.assertNotEqual(self.client.response()[2], NO_TABLES)


if __name__ == "__main__":
    HANGING_PLUGIN = sys.argv.pop(1)
    unittest.main(verbosity=1)
