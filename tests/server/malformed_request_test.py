"""Bytes that are not HTTP get a 400, both at the start of a connection and after well-formed requests.

Usage: malformed_request_test.py TAILRACE [unittest arguments]
"""

import json
import unittest

from connections import NO_TABLES, Server, head, request

MALFORMED = [
    b"\r\n\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    b"\x00\x00\x00\x00\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /\r\n\r\n",
    b" / HTTP/1.1\r\n\r\n",
    b"GET  HTTP/1.1\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / JUNK\r\n\r\n",
    b"G(T / HTTP/1.1\r\n\r\n",
    b"GET /\x01 HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\n: no name\r\n\r\n",
    b"GET / HTTP/1.1\r\nA name: with a blank\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"x" * 70000,
    head("ListTables", target="/" + "x" * 17000),
    head("ListTables", "X: " + "x" * 17000),
    head("ListTables", "Content-Length: many"),
    head("ListTables", "Content-Length: 2", "Content-Length: 3"),
    head("ListTables", "Transfer-Encoding: gzip"),
    head("ListTables", "Transfer-Encoding: gzip, chunked"),
    head("ListTables", "Transfer-Encoding: chunked, identity"),
    head("ListTables", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    head("ListTables", "Transfer-Encoding: chunked") + b"zz\r\n",
    head("ListTables", "Transfer-Encoding: chunked") + b"2\r\n{}xx\r\n",
    head("ListTables", "Transfer-Encoding: chunked") + b"1;" + b"x" * 70000,
]


class MalformedRequests(unittest.TestCase):
    def setUp(self):
        self.server = Server()

    def tearDown(self):
        self.assertEqual(self.server.stop(), (0, ""))

    def check_refusal(self, client):
        status, headers, body = client.response()
        self.assertEqual((status, headers["connection"], headers["content-type"]),
                         (400, "close", "application/json"))
        message = json.loads(body)["message"]
        self.assertTrue(message.startswith("The request is not well-formed HTTP: "), message)
        client.end_sending()
        self.assertTrue(client.at_end())

    def test_the_first_request_of_a_connection(self):
        for malformed in MALFORMED:
            with self.subTest(malformed[:60]), self.server.connect() as client:
                client.send(malformed)
                self.check_refusal(client)

    def test_the_request_after_one_that_was_answered(self):
        for malformed in MALFORMED:
            with self.subTest(malformed[:60]), self.server.connect() as client:
                self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)
                client.send(malformed)
                self.check_refusal(client)

    def test_the_last_of_pipelined_requests(self):
        for malformed in MALFORMED:
            with self.subTest(malformed[:60]), self.server.connect() as client:
                client.send(request("ListTables", b"{}", "X: " + "x" * 500) * 3 + malformed)
                for _ in range(3):
                    self.assertEqual(client.response()[2], NO_TABLES)
                self.check_refusal(client)

    def test_the_request_after_one_without_a_body_in_its_answer(self):
        for malformed in MALFORMED:
            with self.subTest(malformed[:60]), self.server.connect() as client:
                client.send(b"HEAD / HTTP/1.1\r\n\r\n")
                self.assertEqual(client.response(has_body=False)[0], 200)
                client.send(malformed)
                self.check_refusal(client)

    def test_the_request_after_a_large_one(self):
        with self.server.connect() as client:
            self.assertEqual(client.ask(request("ListTables", b"{}" + b" " * 200000))[2], NO_TABLES)
            client.send(b"GET\r\n\r\n")
            self.check_refusal(client)

    def test_a_head_request_whose_header_is_malformed_gets_no_body(self):
        with self.server.connect() as client:
            client.send(request("ListTables") + b"HEAD / HTTP/1.1\r\nno colon\r\n\r\n")
            self.assertEqual(client.response()[2], NO_TABLES)
            self.assertEqual(client.response(has_body=False)[0], 400)
            client.end_sending()
            self.assertTrue(client.at_end())


if __name__ == "__main__":
    unittest.main(verbosity=1)
