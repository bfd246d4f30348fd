"""Scripted faults on the wire: what a client sees byte by byte, and what others see meanwhile.

Usage: faults_test.py TAILRACE [unittest arguments]
"""

import contextlib
import json
import unittest
import zlib

from connections import Server, create_table, request

PUT = {"TableName": "music", "Item": {"pk": {"S": "Nils"}}}
GET = {"TableName": "music", "Key": {"pk": {"S": "Nils"}}}
FOUND = {"Item": {"pk": {"S": "Nils"}}}
HOUR_MS = 3600 * 1000


def ask_for(operation, parameters):
    return request(operation, json.dumps(parameters).encode())


def admin(method, path, body=None):
    data = b"" if body is None else json.dumps(body).encode()
    return f"{method} /_tailrace/{path} HTTP/1.1\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


class Faults(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.server = self.stack.enter_context(Server("--manual-clock", "2026-01-31T12:00:00Z"))
        self.other = self.connect()
        self.assertEqual(create_table(self.other, "music")[0], 200)

    def connect(self):
        return self.stack.enter_context(self.server.connect())

    def script(self, **rule):
        status, _, body = self.other.ask(admin("PUT", "faults", [rule]))
        self.assertEqual(status, 200, body)

    def counts(self):
        rule = json.loads(self.other.ask(admin("GET", "faults"))[2])["Rules"][0]
        return rule["Met"], rule["Applied"]

    def item(self):
        return json.loads(self.other.ask(ask_for("GetItem", GET))[2])

    def put(self):
        client = self.connect()
        client.send(ask_for("PutItem", PUT))
        return client

    def test_a_connection_is_closed_before_the_work_is_done(self):
        self.script(Operation="PutItem", Times=1, Then={"Connection": "ClosedBeforeWork"})
        self.assertTrue(self.put().at_end())
        self.assertEqual(self.item(), {})
        self.assertEqual(self.put().response()[0], 200)
        self.assertEqual(self.counts(), (2, 1))

    def test_an_answer_is_lost_after_the_work_is_done(self):
        self.script(Operation="PutItem", Then={"Connection": "ClosedAfterWork"})
        self.assertTrue(self.put().at_end())
        self.assertEqual(self.item(), FOUND)
        self.assertEqual(self.counts(), (1, 1))

    def test_an_answer_is_cut(self):
        self.assertEqual(self.put().response()[0], 200)
        self.script(Operation="GetItem", Then={"Connection": "ClosedInAnswer"})
        client = self.connect()
        client.send(ask_for("GetItem", GET))
        status, headers, body = client.response()
        whole = json.dumps(FOUND, separators=(",", ":")).encode()
        self.assertEqual((status, int(headers["content-length"])), (200, len(whole)))
        self.assertEqual(body, whole[:len(whole) // 2])
        self.assertTrue(client.at_end())

    def test_a_checksum_is_wrong(self):
        self.script(Operation="ListTables", Times=1, Then={"Checksum": "wrong"})
        client = self.connect()
        _, headers, body = client.ask(request("ListTables"))
        self.assertNotEqual(int(headers["x-amz-crc32"]), zlib.crc32(body))
        _, headers, body = client.ask(request("ListTables"))
        self.assertEqual(int(headers["x-amz-crc32"]), zlib.crc32(body))

    def test_a_slow_answer_arrives_whole(self):
        self.script(Operation="ListTables", Then={"AnswerMs": 8})
        client = self.connect()
        for _ in range(2):
            status, _, body = client.ask(request("ListTables"))
            self.assertEqual((status, json.loads(body)), (200, {"TableNames": ["music"]}))

    def test_a_delay_keeps_nobody_else_waiting(self):
        self.script(Operation="PutItem", Then={"DelayMs": HOUR_MS, "DelayClock": "namespace"})
        client = self.put()
        while self.counts() != (1, 1):
            pass
        # The work is done, and neither the loop nor the database is held.
        self.assertEqual(self.item(), FOUND)
        self.assertEqual(self.other.ask(request("ListTables"))[0], 200)
        self.assertEqual(self.other.ask(admin("POST", "clock", {"Seconds": 3600}))[0], 200)
        self.assertEqual(client.response()[0], 200)
        # The connection goes on.
        self.script(Operation="Scan", Then={})
        self.assertEqual(client.ask(request("ListTables"))[0], 200)

    def test_a_delay_ends_when_its_client_leaves(self):
        """Neither of the delays ends by itself. A client that sends no more counts as one that has left."""
        for delay in ({"DelayMs": HOUR_MS, "DelayClock": "namespace"}, {"DelayMs": HOUR_MS},
                      {"AnswerMs": HOUR_MS}):
            self.script(Operation="PutItem", Then=delay)
            client = self.put()
            while self.counts() != (1, 1):
                pass
            client.end_sending()
            sent = client.input.read()
            # The first piece of the slow answer has been sent.
            self.assertEqual(sent[:4], b"HTTP" if "AnswerMs" in delay else b"")
            self.assertEqual(self.item(), FOUND)

    def test_an_error_may_be_late(self):
        self.script(Operation="PutItem", Then={"Error": "InternalServerError", "DelayMs": 1})
        status, _, body = self.put().response()
        self.assertEqual((status, json.loads(body)["message"]), (500, "Internal server error"))

    def test_a_wait_ends_with_its_namespace(self):
        fork = {"Name": "one", "From": "default"}
        self.assertEqual(self.other.ask(admin("POST", "namespaces", fork))[0], 200)
        rule = {"Operation": "PutItem", "Then": {"DelayMs": HOUR_MS, "DelayClock": "namespace"}}
        in_one = [each.replace(b"/_tailrace", b"/~one/_tailrace", 1)
                  for each in (admin("PUT", "faults", [rule]), admin("GET", "faults"))]
        self.assertEqual(self.other.ask(in_one[0])[0], 200)
        client = self.connect()
        client.send(ask_for("PutItem", PUT).replace(b"POST / ", b"POST /~one ", 1))
        while json.loads(self.other.ask(in_one[1])[2])["Rules"][0]["Applied"] == 0:
            pass
        self.assertEqual(self.other.ask(admin("DELETE", "namespaces/one"))[0], 200)
        self.assertEqual(client.response()[0], 200)

    def test_a_stopping_server_waits_for_no_delay(self):
        self.script(Operation="ListTables", Then={"DelayMs": HOUR_MS})
        client = self.connect()
        client.send(request("ListTables"))
        while self.counts() != (1, 1):
            pass
        self.server.tell_to_stop()
        self.assertEqual(client.response()[0], 200)
        self.assertEqual(self.server.stop()[0], 0)

    def test_an_error_may_say_how_long_to_wait(self):
        self.script(Operation="ListTables", Then={"Error": "ThrottlingException", "RetryAfterMs": 5})
        status, headers, _ = self.other.ask(request("ListTables"))
        self.assertEqual((status, headers["x-amz-retry-after"]), (400, "5"))
        self.assertEqual(self.other.ask(admin("DELETE", "faults"))[0], 200)
        status, headers, body = self.other.ask(request("ListTables"))
        self.assertEqual(json.loads(body), {"TableNames": ["music"]})
        self.assertNotIn("x-amz-retry-after", headers)


if __name__ == "__main__":
    unittest.main(verbosity=2)
