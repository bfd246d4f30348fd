"""Large bodies: each takes memory as it arrives, from a limit that all connections share.

Usage: bodies_test.py TAILRACE [unittest arguments]
"""

import contextlib
import os
import re
import unittest

from connections import NO_TABLES, Server, head, request

MEGABYTE = 1024 * 1024
GREATEST = 16 * MEGABYTE


def begun(size):
    """Returns the first part of a request with a large body."""
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

    def send_most(self, size=GREATEST, unsent=1):
        """Returns a client that has sent all of its body except the last bytes."""
        client = self.connect()
        client.send(begun(size) + rest(size - unsent))
        return client

    def wait_until_read(self, client):
        """Waits until the server has read everything the client has sent."""
        ports = f":{self.server.port:04X}", f":{client.socket.getsockname()[1]:04X}"
        unread = None
        while unread != "00000000:00000000":
            os.sched_yield()
            with open("/proc/net/tcp", encoding="ascii") as sockets:
                rows = [line.split() for line in sockets]
            ends = {(row[1][8:], row[2][8:]): row[4] for row in rows}
            received, sent = ends[ports], ends[ports[::-1]]
            unread = sent[:9] + received[9:]

    def check_waits(self, client):
        """Checks that a request whose body has been sent completely is not answered yet."""
        with self.server.connect() as other:
            other.ask(request("ListTables"))
        client.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            client.socket.recv(1)
        client.socket.settimeout(20)

    def connect_one_that_waits(self):
        """Returns a client whose body takes nearly all of the memory, and one that waits for the rest."""
        first = self.send_most()
        self.wait_until_read(first)
        second = self.connect()
        second.send(begun(100_000) + rest(100_000))
        self.check_waits(second)
        return first, second

    def test_a_body_that_does_not_fit_waits_until_another_was_answered(self):
        self.serve(16)
        first, second = self.connect_one_that_waits()
        with self.server.connect() as small:
            self.assertEqual(small.ask(request("ListTables", b"{}" + b" " * 60000))[2], NO_TABLES)
        self.assertEqual(first.ask(b" ")[2], NO_TABLES)
        self.assertEqual(second.response()[2], NO_TABLES)

    def test_a_client_that_leaves_gives_its_memory_back(self):
        self.serve(16)
        first, second = self.connect_one_that_waits()
        first.input.close()
        first.socket.close()
        self.assertEqual(second.response()[2], NO_TABLES)

    def test_announced_bodies_that_are_not_sent_do_not_block_others(self):
        self.serve(32)
        for number in range(40):
            silent = self.connect()
            silent.send(head("ListTables", f"Content-Length: {GREATEST}") + b"{}"[:number % 3])
        asking = self.connect()
        asking.send(head("ListTables", f"Content-Length: {GREATEST}", "Expect: 100-continue"))
        self.assertEqual(asking.response()[0], 100)
        with self.server.connect() as client:
            self.assertEqual(client.ask(begun(GREATEST) + rest(GREATEST))[2], NO_TABLES)

    def test_a_body_in_chunks_takes_what_has_arrived(self):
        self.serve(16)
        first = self.connect()
        first.send(head("ListTables", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n")
        with self.server.connect() as client:
            self.assertEqual(client.ask(begun(10 * MEGABYTE) + rest(10 * MEGABYTE))[2], NO_TABLES)
        size = 9 * MEGABYTE
        first.send(b"%x\r\n" % size + b" " * size + b"\r\n")
        self.assertEqual(first.ask(b"0\r\n\r\n")[2], NO_TABLES)

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
        _, second = self.connect_one_that_waits()
        self.server.tell_to_stop()
        # The server no longer reads what this client has sent.
        with contextlib.suppress(ConnectionResetError):
            self.assertTrue(second.at_end())
        self.assertEqual(self.server.stop(), (0, ""))


if __name__ == "__main__":
    unittest.main(verbosity=1)
