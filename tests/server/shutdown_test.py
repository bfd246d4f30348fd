"""A server's stop: in time, whatever blocks, with every request either answered or not carried out.

Usage: shutdown_test.py TAILRACE HANGING_PLUGIN [unittest arguments]
"""

import json
import os
import re
import socket
import sys
import tempfile
import threading
import time
import unittest

from connections import NO_TABLES, PATIENCE_SECONDS, Server, create_table, head, request

HANGING_PLUGIN = None
# The server's own limit in these tests, and the extra time that a busy machine may take.
TIMEOUT_SECONDS = 2
MORE_SECONDS = 3
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
DRAIN = b"POST /_tailrace/streams/drain?timeout_seconds=3600 HTTP/1.1\r\nContent-Length: 0\r\n\r\n"


def json_request(operation, body):
    return request(operation, json.dumps(body).encode())


def put(table, key):
    return json_request("PutItem", {"TableName": table, "Item": {"pk": {"S": key}}})


def create_streamed_table(client, name):
    definition = {"TableName": name, "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                  "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": STREAM}
    return client.ask(json_request("CreateTable", definition))


def invoke(function):
    return (f"POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\nContent-Length: 2\r\n\r\n"
            "{}").encode()


class DeafEndpoint:
    """Accepts connections and requests but never answers."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE_SECONDS)
        self.connections = []
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        return self

    def __exit__(self, *failure):
        for each in [self.listener, *self.connections]:
            each.close()

    def wait_for_request(self):
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE_SECONDS)
        connection.recv(1)
        self.connections.append(connection)


class WhateverBlocks(unittest.TestCase):
    def stop_in_time(self, server, max_seconds=TIMEOUT_SECONDS):
        """Stops the server and returns what it wrote to standard error."""
        started = time.monotonic()
        code, log = server.stop()
        self.assertEqual(code, 0)
        self.assertLess(time.monotonic() - started, max_seconds + MORE_SECONDS)
        return log

    def server(self, *arguments):
        return Server("--shutdown-timeout", str(TIMEOUT_SECONDS), *arguments)

    def test_a_drain_with_a_long_timeout_is_answered(self):
        with DeafEndpoint() as endpoint, \
                self.server("--on-stream", f"notes=lambda:{endpoint.url}") as server, \
                server.connect() as client, server.connect() as drain:
            create_streamed_table(client, "notes")
            client.ask(put("notes", "1"))
            endpoint.wait_for_request()
            threads = server.threads()
            drain.send(DRAIN)
            server.wait_for_threads(threads + 1)
            server.tell_to_stop()
            status, headers, body = drain.response()
            self.assertEqual((status, headers["connection"]), (503, "close"))
            name = "notes/" + re.sub("[^0-9]", "-", endpoint.url.rpartition("/")[2])
            self.assertEqual(json.loads(body), {"Drained": False, "Stuck": [name],
                                                "message": "The server is stopping."})
            self.assertEqual(self.stop_in_time(server), "")

    def test_a_lambda_url_that_never_answers(self):
        with DeafEndpoint() as endpoint, \
                self.server("--on-stream", f"notes=lambda:{endpoint.url}") as server, \
                server.connect() as client:
            create_streamed_table(client, "notes")
            client.ask(put("notes", "1"))
            endpoint.wait_for_request()
            self.assertEqual(self.stop_in_time(server), "")

    def test_an_invocation_that_hangs_is_answered(self):
        with DeafEndpoint() as endpoint, self.server("--function", f"deaf=lambda:{endpoint.url}") as server, \
                server.connect() as client:
            client.send(invoke("deaf"))
            endpoint.wait_for_request()
            server.tell_to_stop()
            status, headers, body = client.response()
            client.end_sending()
            self.assertEqual((status, headers["x-amzn-errortype"]), (429, "TooManyRequestsException"))
            self.assertEqual(json.loads(body)["message"], "the server is stopping")
            self.assertEqual(self.stop_in_time(server), "")

    def test_a_process_that_ignores_sigterm(self):
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "deaf.sh")
            with open(script, "w", encoding="utf-8") as file:
                file.write("trap '' TERM\necho called\nread nothing < \"$1\"\n")
            fifo = os.path.join(folder, "fifo")
            os.mkfifo(fifo)
            with self.server("--function", f"deaf=runtime:sh {script} {fifo}") as server, \
                    server.connect() as client:
                client.send(invoke("deaf"))
                self.assertTrue(server.process.stderr.readline().endswith(b"deaf: called\n"))
                server.tell_to_stop()
                self.assertEqual(client.response()[0], 429)
                client.end_sending()
                self.assertEqual(self.stop_in_time(server), "")

    def test_a_plugin_that_never_returns_is_named(self):
        with self.server("--on-stream", f"notes=plugin:{HANGING_PLUGIN}") as server, \
                server.connect() as client:
            create_streamed_table(client, "notes")
            client.ask(put("notes", "1"))
            self.assertEqual(server.process.stdout.readline(), b"called\n")
            function = re.sub(r"\W", "-", os.path.basename(HANGING_PLUGIN))
            self.assertRegex(self.stop_in_time(server),
                             r"^\S+ warning the time to stop is up; still running: the function of the "
                             rf"event source mapping notes/{function}\n$")

    def test_an_invocation_of_a_plugin_that_never_returns_is_named(self):
        with self.server("--function", f"deaf=plugin:{HANGING_PLUGIN}") as server, server.connect() as client:
            client.send(invoke("deaf"))
            self.assertEqual(server.process.stdout.readline(), b"called\n")
            self.assertRegex(self.stop_in_time(server),
                             r"^\S+ warning the time to stop is up; still running: "
                             r"POST /2015-03-31/functions/deaf/invocations\n$")

    def test_many_mappings_stop_at_once(self):
        with DeafEndpoint() as endpoint:
            names = [f"notes-{number}" for number in range(8)]
            mappings = [part for name in names
                        for part in ("--on-stream", f"{name}=lambda:{endpoint.url}/{name}")]
            with self.server(*mappings) as server, server.connect() as client:
                for name in names:
                    create_streamed_table(client, name)
                    client.ask(put(name, "1"))
                    endpoint.wait_for_request()
                self.assertEqual(self.stop_in_time(server), "")

    def test_a_log_that_nobody_reads(self):
        with self.server("--log-level", "debug") as server, server.connect() as client:
            # More than a pipe can hold, line by line.
            body = b"{}" + b" " * 4000
            for _ in range(50):
                client.send(request("ListTables", body))
                self.assertEqual(client.response()[2], NO_TABLES)
            server.tell_to_stop()
            self.assertEqual(server.process.wait(TIMEOUT_SECONDS + MORE_SECONDS), 0)

    def test_a_function_that_writes_without_end(self):
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "chatty.py")
            with open(script, "w", encoding="utf-8") as file:
                file.write("import os\n\n\ndef handler(event, context):\n"
                           "    os.execvp('yes', ['yes', 'words' * 1000])\n")
            options = ["--function", f"chatty=python:{script}:handler", "--function-timeout", "1"]
            with self.server(*options) as server, server.connect() as client:
                status, _, body = client.ask(invoke("chatty"))
                self.assertEqual((status, json.loads(body)["errorType"]), (200, "Sandbox.Timedout"))
                client.send(invoke("chatty"))
                server.tell_to_stop()
                self.assertEqual(client.response()[0], 429)
                client.end_sending()
                self.assertNotIn("the time to stop is up", self.stop_in_time(server))

    def test_dropped_lines_of_a_log_are_counted(self):
        with self.server("--log-level", "debug") as server, server.connect() as client:
            for _ in range(50):
                client.ask(request("ListTables", b"{}" + b" " * 4000))
            os.set_blocking(server.process.stderr.fileno(), False)
            while server.process.stderr.read(65536):
                pass
            os.set_blocking(server.process.stderr.fileno(), True)
            client.ask(request("ListTables"))
            self.assertRegex(self.stop_in_time(server),
                             r" warning \d+ lines of the log were dropped because nobody read them\n")

    def test_a_request_that_trickles_in(self):
        with self.server() as server, server.connect() as client:
            client.send(head("ListTables", "Content-Length: 100000") + b"{")
            with server.connect() as later:
                later.ask(request("ListTables"))
            server.tell_to_stop()
            try:
                while server.process.poll() is None:
                    client.send(b" ")
                    client.socket.settimeout(0.1)
                    try:
                        if client.socket.recv(1) == b"":
                            break
                    except TimeoutError:
                        pass
            except OSError:
                pass
            self.assertEqual(self.stop_in_time(server), "")

    def test_a_second_signal_ends_at_once(self):
        with Server("--shutdown-timeout", "600", "--log-level", "info",
                    "--on-stream", f"notes=plugin:{HANGING_PLUGIN}") as server, server.connect() as client:
            create_streamed_table(client, "notes")
            client.ask(put("notes", "1"))
            self.assertEqual(server.process.stdout.readline(), b"called\n")
            server.tell_to_stop()
            while not server.process.stderr.readline().endswith(b"finishing the requests in flight\n"):
                pass
            server.process.terminate()
            self.assertEqual(server.process.wait(MORE_SECONDS), -15)


class WhatCame(unittest.TestCase):
    def test_pipelined_requests_that_came_are_all_answered(self):
        with Server() as server, server.connect() as client, server.connect() as stopper:
            stopper.ask(request("ListTables"))
            client.send(request("ListTables") * 500)
            server.tell_to_stop()
            for _ in range(500):
                self.assertEqual(client.response()[2], NO_TABLES)
            client.end_sending()
            self.assertTrue(client.at_end())
            self.assertEqual(server.stop(), (0, ""))

    def test_each_write_of_320_clients_was_answered_or_not_done(self):
        clients = 320
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "notes.db")
            acknowledged, unanswered = set(), set()
            with Server("--db-path", path) as server:
                with server.connect() as client:
                    create_table(client, "notes")
                begun = threading.Semaphore(0)

                def write(number):
                    for count in range(10000):
                        key = f"{number}-{count}"
                        unanswered.add(key)
                        try:
                            with server.connect() as one:
                                status, _, _ = one.ask(put("notes", key))
                        except (EOFError, OSError):
                            return
                        if status == 200:
                            unanswered.remove(key)
                            acknowledged.add(key)
                            begun.release()

                threads = [threading.Thread(target=write, args=(number,)) for number in range(clients)]
                for thread in threads:
                    thread.start()
                for _ in range(clients):
                    begun.acquire(timeout=PATIENCE_SECONDS)
                server.tell_to_stop()
                for thread in threads:
                    thread.join()
                self.assertEqual(server.stop(), (0, ""))
            with Server("--db-path", path) as server, server.connect() as client:
                there = set(self.keys(client))
            self.assertEqual(acknowledged - there, set())
            self.assertEqual(unanswered & there, set())

    def keys(self, client):
        start = {}
        while True:
            page = json.loads(client.ask(json_request("Scan", {"TableName": "notes", **start}))[2])
            yield from (item["pk"]["S"] for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


if __name__ == "__main__":
    HANGING_PLUGIN = sys.argv.pop(1)
    unittest.main(verbosity=1)
