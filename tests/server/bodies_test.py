"""Large bodies: each has all of its memory before it is read, out of what all connections share.

Usage: bodies_test.py TAILRACE [unittest arguments]
"""

import contextlib
import re
import unittest

from connections import NO_TABLES, Server, head, request

MEGABYTE = 1024 * 1024
GREATEST = 16 * MEGABYTE


def begun(size):
    """The first part of a request with a large body."""
    return head("ListTables", f"Content-Length: {size}") + b"{}"


def rest(size):
    return b" " * (size - 2)


class Bodies(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)

    def serve(self, megabytes):
        self.server = self.stack.enter_context(
            Server("--body-memory", str(megabytes), "--shutdown-timeout", "4"))

    def connect(self):
        return self.stack.enter_context(self.server.connect())

    def check_waits(self, client):
        """Whether the server has not asked for the body of a client that asked whether it may come."""
        with self.server.connect() as other:
            other.ask(request("ListTables"))
        client.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            client.socket.recv(1)
        client.socket.settimeout(20)

    def ask_to_continue(self, size=GREATEST):
        client = self.connect()
        client.send(head("ListTables", f"Content-Length: {size}", "Expect: 100-continue"))
        return client

    def test_a_body_that_does_not_fit_waits_until_another_was_answered(self):
        self.serve(16)
        first = self.ask_to_continue()
        self.assertEqual(first.response()[0], 100)
        second = self.ask_to_continue(100_000)
        self.check_waits(second)
        with self.server.connect() as small:
            self.assertEqual(small.ask(request("ListTables", b"{}" + b" " * 60000))[2], NO_TABLES)
        self.assertEqual(first.ask(b"{}" + rest(GREATEST))[2], NO_TABLES)
        self.assertEqual(second.response()[0], 100)
        self.assertEqual(second.ask(b"{}" + rest(100_000))[2], NO_TABLES)

    def test_a_client_that_leaves_gives_its_memory_back(self):
        self.serve(16)
        first = self.ask_to_continue()
        self.assertEqual(first.response()[0], 100)
        second = self.ask_to_continue()
        self.check_waits(second)
        first.input.close()
        first.socket.close()
        self.assertEqual(second.response()[0], 100)

    def test_a_body_in_chunks_takes_what_the_greatest_may(self):
        self.serve(16)
        first = self.connect()
        first.send(head("ListTables", "Transfer-Encoding: chunked", "Expect: 100-continue"))
        self.assertEqual(first.response()[0], 100)
        second = self.ask_to_continue(100_000)
        self.check_waits(second)
        self.assertEqual(first.ask(b"2\r\n{}\r\n0\r\n\r\n")[2], NO_TABLES)
        self.assertEqual(second.response()[0], 100)

    def test_bodies_that_were_read_in_part_do_not_wait_for_each_other(self):
        self.serve(32)
        size = 10 * MEGABYTE
        clients = [self.connect() for _ in range(8)]
        for client in clients:
            client.send(begun(size))
        for client in clients:
            client.socket.setblocking(False)
        unsent = {client: memoryview(rest(size)) for client in clients}
        while unsent:
            for client, data in list(unsent.items()):
                with contextlib.suppress(BlockingIOError):
                    unsent[client] = data[client.socket.send(data[:MEGABYTE]):]
                if not unsent[client]:
                    del unsent[client]
        for client in clients:
            client.socket.settimeout(20)
            self.assertEqual(client.response()[2], NO_TABLES)
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1))
        self.assertLess(peak, 64 * 1024)

    def test_a_stop_does_not_wait_for_bodies_that_wait(self):
        self.serve(16)
        first = self.ask_to_continue()
        self.assertEqual(first.response()[0], 100)
        second = self.ask_to_continue()
        self.check_waits(second)
        self.server.tell_to_stop()
        self.assertTrue(second.at_end())
        self.assertEqual(self.server.stop(), (0, ""))


if __name__ == "__main__":
    unittest.main(verbosity=1)
