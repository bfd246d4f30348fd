"""The server as a program, called over sockets: what HTTP clients do, correctly and incorrectly.

Usage: http_test.py TAILRACE [unittest arguments]
"""

import contextlib
import gzip
import json
import os
import re
import socket
import sqlite3
import subprocess
import tempfile
import unittest
import zlib

from connections import NO_TABLES, PATIENCE_SECONDS, SCHEME, TAILRACE, Server, create_table, head, request

MAX_BODY_BYTES = 16 * 1024 * 1024


def run_and_fail(*arguments):
    """Runs a Tailrace that cannot start. Returns its exit code and what it wrote to standard error."""
    result = subprocess.run([TAILRACE, *arguments], capture_output=True, timeout=PATIENCE_SECONDS,
                            check=False)
    return result.returncode, result.stderr.decode()


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


HAS_IPV6 = has_ipv6()


def tables_at(address, port):
    """Returns the body of ListTables from this address."""
    with socket.create_connection((address, port), PATIENCE_SECONDS) as client:
        client.sendall(request("ListTables", b"{}", "Connection: close"))
        return client.makefile("rb").read().partition(b"\r\n\r\n")[2]


class WellBehavedClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_a_connection_serves_request_after_request(self):
        with self.server.connect() as client:
            for _ in range(3):
                status, headers, body = client.ask(request("ListTables"))
                self.assertEqual((status, headers["connection"], body), (200, "keep-alive", NO_TABLES))
                self.assertEqual(headers["content-type"], "application/x-amz-json-1.0")
                self.assertEqual(headers["x-amz-crc32"], str(zlib.crc32(body)))
                self.assertRegex(headers["x-amzn-requestid"], "^[0-9A-Z]{52}$")

    def test_a_client_may_ask_for_the_end(self):
        with self.server.connect() as client:
            status, headers, body = client.ask(request("ListTables", b"{}", "Connection: close"))
            self.assertEqual((status, headers["connection"], body), (200, "close", NO_TABLES))
            self.assertTrue(client.at_end())

    def test_http_1_0_ends_after_one_request_unless_asked_not_to(self):
        with self.server.connect() as client:
            client.ask(b"GET / HTTP/1.0\r\n\r\n")
            self.assertTrue(client.at_end())
        with self.server.connect() as client:
            for _ in range(2):
                status, headers, _ = client.ask(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                self.assertEqual((status, headers["connection"]), (200, "keep-alive"))

    def test_pipelined_requests_are_answered_in_order(self):
        with self.server.connect() as client:
            client.send(request("ListTables") + b"GET / HTTP/1.1\r\n\r\n"
                        + request("DescribeTable", b'{"TableName":"x1z"}') + request("ListTables"))
            self.assertEqual(client.response()[2], NO_TABLES)
            self.assertEqual(client.response()[2], b"healthy: dynamodb.us-east-1.amazonaws.com ")
            self.assertEqual(client.response()[0], 400)
            self.assertEqual(client.response()[2], NO_TABLES)

    def test_thousands_of_pipelined_requests_are_all_answered(self):
        with self.server.connect() as client:
            for _ in range(20):
                client.send(request("ListTables") * 100)
                for _ in range(100):
                    self.assertEqual(client.response()[2], NO_TABLES)

    def test_a_chunked_body_is_put_together(self):
        with self.server.connect() as client:
            client.send(head("ListTables", "Transfer-Encoding: chunked"))
            for piece in (b"1\r\n{\r\n", b"3;name=value\r\n \n ", b"\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n"):
                client.send(piece)
            self.assertEqual(client.response()[2], NO_TABLES)
            self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)

    def test_what_follows_a_chunked_body_changes_no_header(self):
        with self.server.connect() as client:
            client.send(head("ListTables", "Transfer-Encoding: Chunked") + b"2\r\n{}\r\n0\r\n")
            client.send(b"Host: evil.test\r\nOrigin: http://evil.test\r\nX-Amz-Target: None\r\n\r\n")
            self.assertEqual(client.response()[2], NO_TABLES)

    def test_a_client_that_asks_is_told_to_continue(self):
        with self.server.connect() as client:
            first_part = head("ListTables", "Content-Length: 2", "Expect: 100-continue")
            self.assertEqual(client.ask(first_part)[0], 100)
            self.assertEqual(client.ask(b"{}")[2], NO_TABLES)

    def test_a_client_that_does_not_wait_is_not_told_to_continue(self):
        with self.server.connect() as client:
            self.assertEqual(client.ask(request("ListTables", b"{}", "Expect: 100-continue"))[2], NO_TABLES)

    def test_an_absolute_target_is_taken(self):
        with self.server.connect() as client:
            target = "http://dynamodb.ca-central-1.amazonaws.com/"
            self.assertEqual(client.ask(request("ListTables", target=target))[2], NO_TABLES)

    def test_a_gzip_body_is_taken(self):
        with self.server.connect() as client:
            body = gzip.compress(b'{"Limit": 10}')
            self.assertEqual(client.ask(request("ListTables", body, "Content-Encoding: gzip"))[2], NO_TABLES)

    def test_a_request_byte_by_byte_is_answered(self):
        with self.server.connect() as client:
            for byte in request("ListTables"):
                client.send(bytes([byte]))
            self.assertEqual(client.response()[2], NO_TABLES)

    def test_a_client_that_has_sent_all_it_will_is_answered(self):
        with self.server.connect() as client:
            client.send(request("ListTables"))
            client.end_sending()
            self.assertEqual(client.response()[2], NO_TABLES)
            self.assertTrue(client.at_end())

    def test_head_has_no_body(self):
        with self.server.connect() as client:
            client.send(b"HEAD / HTTP/1.1\r\n\r\n")
            status, headers, _ = client.response(has_body=False)
            self.assertEqual((status, headers["content-length"]), (200, "42"))
            self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)

    def test_admin_requests_are_answered_in_order_with_others(self):
        with self.server.connect() as client:
            inline = b"GET /_tailrace/health HTTP/1.1\r\n\r\n"
            on_other_threads = b"GET /_tailrace/streams HTTP/1.1\r\n\r\n"
            client.send((inline + on_other_threads) * 3 + request("ListTables"))
            for _ in range(3):
                self.assertEqual(json.loads(client.response()[2])["status"], "ok")
                self.assertEqual(client.response()[2], b'{"Mappings":[]}')
            self.assertEqual(client.response()[2], NO_TABLES)

    def test_a_body_of_the_greatest_size_is_taken(self):
        with self.server.connect() as client:
            body = b"{}" + b" " * (MAX_BODY_BYTES - 2)
            self.assertEqual(client.ask(request("ListTables", body))[2], NO_TABLES)

    def test_healthcheck_finds_the_server(self):
        command = [TAILRACE, "healthcheck", "--port", str(self.server.port)]
        self.assertEqual(subprocess.run(command, timeout=PATIENCE_SECONDS, check=False).returncode, 0)


class BadClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def check_refused(self, data, expected_status):
        with self.server.connect() as client:
            status, headers, _ = client.ask(data)
            self.assertEqual((status, headers["connection"]), (expected_status, "close"))
            client.end_sending()
            self.assertTrue(client.at_end())
        with self.server.connect() as client:
            self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)

    def test_text_that_is_not_http_is_refused(self):
        self.check_refused(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400)
        self.check_refused(b"GET / HTTP/9.9\r\n\r\n", 400)
        self.check_refused(b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400)
        self.check_refused(head("ListTables", "Content-Length: many"), 400)
        self.check_refused(head("ListTables", "Content-Length: 2", "Content-Length: 3"), 400)
        self.check_refused(head("ListTables", "Content-Length: 2", "Transfer-Encoding: chunked"), 400)
        self.check_refused(head("ListTables", "Transfer-Encoding: chunked") + b"zz\r\n", 400)

    def test_header_fields_over_16_kilobytes_are_refused(self):
        self.check_refused(head("ListTables", "X: " + "x" * 8192, "Y: " + "y" * 8192), 400)
        self.check_refused(head("ListTables", "X: " + "x" * 70000), 400)

    def test_a_request_line_over_16_kilobytes_is_refused(self):
        self.check_refused(head("ListTables", target="/" + "x" * 17000), 400)

    def test_a_request_line_and_header_fields_of_15_kilobytes_each_are_taken(self):
        with self.server.connect() as client:
            long = request("ListTables", b"{}", "X: " + "x" * 15000, target="/?" + "x" * 15000)
            self.assertEqual(client.ask(long)[2], NO_TABLES)

    def test_a_chunk_line_without_end_is_refused(self):
        self.check_refused(head("ListTables", "Transfer-Encoding: chunked") + b"1;" + b"x" * 70000, 400)

    def test_a_body_over_16_megabytes_is_refused_before_it_is_read(self):
        too_long = f"Content-Length: {MAX_BODY_BYTES + 1}"
        self.check_refused(head("ListTables", too_long), 413)
        self.check_refused(head("ListTables", too_long, "Expect: 100-continue"), 413)

    def test_a_client_that_sends_all_of_a_body_too_large_sees_the_refusal(self):
        with self.server.connect() as client:
            status, headers, body = client.ask(request("ListTables", b" " * (MAX_BODY_BYTES + 1)))
            self.assertEqual((status, headers["connection"]), (413, "close"))
            self.assertEqual(body, b'{"__type":"RequestEntityTooLarge"}')

    def test_a_chunked_body_over_16_megabytes_is_refused(self):
        with self.server.connect() as client:
            chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
            status, _, _ = client.ask(head("ListTables", "Transfer-Encoding: chunked") + chunk * 17)
            self.assertEqual(status, 413)

    def test_a_client_that_leaves_within_a_request_is_let_go(self):
        whole_head = head("ListTables", "Content-Length: 2")
        for part in (b"PO", whole_head, whole_head + b"{"):
            with self.server.connect() as client:
                client.send(part)
                client.end_sending()
                self.assertTrue(client.at_end())

    def test_a_client_that_does_not_read_does_not_block_others(self):
        with self.server.connect() as deaf, self.server.connect() as client:
            deaf.socket.settimeout(1)
            try:
                while True:
                    deaf.send(request("ListTables") * 1000)
            except TimeoutError:
                pass
            self.assertEqual(client.ask(request("ListTables"))[2], NO_TABLES)


class Lives(unittest.TestCase):
    def test_the_ready_line_says_where_and_what(self):
        with Server() as server:
            also = rf" and {SCHEME}://\[::1\]:{server.port}" if HAS_IPV6 else ""
            self.assertRegex(server.ready_line, r"^Tailrace \d+\.\d+\.\d+ listens on "
                             rf"{SCHEME}://127\.0\.0\.1:{server.port}{also} \(in memory\)\n$")

    def test_the_host_says_which_interfaces_are_served(self):
        other_loopback = "127.0.0.2"
        with Server() as server:
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection((other_loopback, server.port), PATIENCE_SECONDS)
        with Server("--host", "0.0.0.0") as server:
            self.assertIn(f"{SCHEME}://0.0.0.0:{server.port} ", server.ready_line)
            with socket.create_connection((other_loopback, server.port), PATIENCE_SECONDS) as client:
                client.sendall(request("ListTables", b"{}", "Connection: close"))
                self.assertTrue(client.makefile("rb").read().endswith(NO_TABLES))

    @unittest.skipUnless(HAS_IPV6, "this machine has no IPv6")
    def test_localhost_is_the_loopback_of_both_kinds(self):
        for arguments in ((), ("--host", "localhost"), ("--host", "*"), ("--threads", "3")):
            with self.subTest(arguments=arguments), Server(*arguments) as server:
                for address in ("127.0.0.1", "::1"):
                    for _ in range(3):
                        self.assertEqual(tables_at(address, server.port), NO_TABLES)
                self.assertEqual(server.stop()[0], 0)
                for address in ("127.0.0.1", "::1"):
                    with self.assertRaises(ConnectionRefusedError):
                        tables_at(address, server.port)
        for host, reached, other in (("127.0.0.1", "127.0.0.1", "::1"), ("::1", "::1", "127.0.0.1")):
            with self.subTest(host=host), Server("--host", host) as server:
                self.assertEqual(tables_at(reached, server.port), NO_TABLES)
                with self.assertRaises(ConnectionRefusedError):
                    tables_at(other, server.port)

    def test_durability_is_that_of_a_file(self):
        with Server("--durability", "full") as server:
            self.assertRegex(server.stop()[1],
                             r"^\S+ warning --durability full has no effect on tables in memory\n$")
        with tempfile.TemporaryDirectory() as folder:
            with Server("--durability", "full", "--db-path", os.path.join(folder, "music.db")) as server:
                self.assertEqual(server.stop(), (0, ""))

    def test_a_machine_without_ipv6_is_served(self):
        # A new network namespace, in which nothing is set up, has 127.0.0.1 but not ::1.
        without_ipv6 = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        if subprocess.run([*without_ipv6, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("this user cannot create network namespaces")
        for port in ("0", "8000"):
            server = subprocess.Popen([*without_ipv6, TAILRACE, "--port", port], stdout=subprocess.PIPE)
            self.assertRegex(server.stdout.readline().decode(), r" on http://127\.0\.0\.1:\d+ \(in memory\)")
            server.terminate()
            server.communicate(timeout=PATIENCE_SECONDS)
            self.assertEqual(server.returncode, 0)

    @unittest.skipUnless(HAS_IPV6, "this machine has no IPv6")
    def test_a_stop_answers_those_who_came_by_either_address(self):
        with Server() as server:
            clients = [socket.create_connection((address, server.port), PATIENCE_SECONDS)
                       for address in ("127.0.0.1", "::1")]
            for client in clients:
                client.sendall(head("ListTables", "Content-Length: 2"))
            # Once a later connection has been served, the server has the first part of these requests.
            for address in ("127.0.0.1", "::1"):
                tables_at(address, server.port)
            server.tell_to_stop()
            for client in clients:
                client.sendall(b"{}")
                with client:
                    self.assertTrue(client.makefile("rb").read().endswith(NO_TABLES))
            self.assertEqual(server.stop(), (0, ""))

    @unittest.skipUnless(HAS_IPV6, "this machine has no IPv6")
    def test_a_port_that_is_taken_at_one_address_is_named(self):
        with socket.socket(socket.AF_INET6) as other:
            other.bind(("::1", 0))
            other.listen()
            port = other.getsockname()[1]
            self.assertEqual(run_and_fail("--port", str(port)),
                             (1, f"tailrace: cannot listen on [::1]:{port}: the port is in use, though it is "
                                 "free on 127.0.0.1; use --host 127.0.0.1 to listen only there, or --port to "
                                 "use another port\n"))

    def test_a_quiet_connection_is_closed(self):
        with Server("--idle-timeout", "1") as server, server.connect() as idle, server.connect() as halfway:
            halfway.send(b"POST / HT")
            self.assertTrue(idle.at_end())
            self.assertTrue(halfway.at_end())

    def test_a_stop_finishes_the_request_in_flight(self):
        with Server() as server, server.connect() as busy, server.connect() as idle:
            idle.ask(request("ListTables"))
            busy.send(head("ListTables", "Content-Length: 2") + b"{")
            # Once a later connection has been served, the server has the first part of this request.
            with server.connect() as later:
                later.ask(request("ListTables"))
            server.tell_to_stop()
            self.assertTrue(idle.at_end())
            with self.assertRaises(ConnectionRefusedError):
                server.connect()
            status, headers, body = busy.ask(b"}")
            self.assertEqual((status, headers["connection"], body), (200, "close", NO_TABLES))
            self.assertTrue(busy.at_end())
            self.assertEqual(server.stop(), (0, ""))

    def test_a_stop_does_not_wait_for_ever(self):
        with Server("--idle-timeout", "1") as server, server.connect() as stuck:
            stuck.send(head("ListTables", "Content-Length: 2") + b"{")
            with server.connect() as later:
                later.ask(request("ListTables"))
            self.assertEqual(server.stop(), (0, ""))

    def test_a_port_in_use_is_one_clear_line(self):
        with Server() as server:
            self.assertEqual(run_and_fail("--port", str(server.port)),
                             (1, f"tailrace: cannot listen on 127.0.0.1:{server.port}: the port is in use\n"))

    def test_healthcheck_without_a_server_fails(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.assertEqual(run_and_fail("healthcheck", "--port", str(free.getsockname()[1])), (1, ""))

    def test_a_file_that_is_not_a_database_is_one_clear_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "text.db")
            with open(path, "w", encoding="utf-8") as file:
                file.write("This is not a database. " * 100)
            code, line = run_and_fail("--port", "0", "--db-path", path)
            self.assertEqual(code, 1)
            self.assertRegex(line, rf"^tailrace: [^\n]*{re.escape(path)}[^\n]*\n$")

    def test_a_folder_that_is_not_there_is_one_clear_line(self):
        code, line = run_and_fail("--port", "0", "--db-path", "/nonexistent/tailrace.db")
        self.assertEqual(code, 1)
        self.assertRegex(line, r"^tailrace: [^\n]*/nonexistent/tailrace.db[^\n]*\n$")

    def test_another_programs_file_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "shared-local-instance.db")
            with contextlib.closing(sqlite3.connect(path)) as other:
                other.execute("CREATE TABLE cf (tableName TEXT)")
            with open(path, "rb") as file:
                before = file.read()
            line = f"tailrace: '{path}' is the database of another program, not a Tailrace database\n"
            self.assertEqual(run_and_fail("--db-path", path), (1, line))
            with open(path, "rb") as file:
                self.assertEqual(file.read(), before)

    def test_an_unknown_option_is_one_clear_line(self):
        line = "tailrace: unknown option --bogus (tailrace --help lists the options)\n"
        self.assertEqual(run_and_fail("--bogus"), (2, line))

    def test_a_config_file_holds_options(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write('region = "eu-west-1"\n')
            file.flush()
            with Server("--config", file.name) as server, server.connect() as client:
                self.assertEqual(client.ask(b"GET / HTTP/1.1\r\n\r\n")[2],
                                 b"healthy: dynamodb.eu-west-1.amazonaws.com ")

    def test_bodies_at_level_debug(self):
        with Server("--log-level", "debug") as server:
            with server.connect() as client:
                client.ask(request("ListTables", b'{"Limit": 7}'))
            log = server.stop()[1]
        self.assertRegex(log, r' debug   > \{"Limit": 7\}\n.* debug   < \{"TableNames":\[\]\}\n')

    def test_several_threads_serve(self):
        def threads_of(*arguments):
            with Server(*arguments) as server, contextlib.ExitStack() as stack:
                clients = [stack.enter_context(server.connect()) for _ in range(8)]
                for _ in range(3):
                    for client in clients:
                        client.send(request("ListTables"))
                    self.assertEqual([client.response()[2] for client in clients], [NO_TABLES] * 8)
                return len(os.listdir(f"/proc/{server.process.pid}/task"))

        self.assertEqual(threads_of("--threads", "4"), threads_of("--threads", "1") + 3)

    def test_a_line_per_request_at_level_info(self):
        with Server("--log-level", "info", "-sharedDb", "--as-dynamodb-local=false") as server:
            with server.connect() as client:
                client.ask(request("DescribeTable", b'{"TableName":"x1z"}'))
                client.ask(b"GET /a HTTP/1.1\r\n\r\n")
            code, log = server.stop()
        time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
        self.assertEqual(code, 0)
        self.assertRegex(log, rf"^{time} info    -sharedDb: [^\n]*\n"
                              rf"{time} warning DescribeTable was answered with ResourceNotFoundException: "
                              r"the table x1z does not exist; there are no tables here yet\n"
                              rf"{time} info    DescribeTable x1z 400 \d+ bytes \d+ us\n"
                              rf"{time} info    GET /a 404 29 bytes \d+ us\n"
                              rf"{time} info    stopping: finishing the requests in flight\n$")

    def test_tables_outlive_the_server_in_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            arguments = ("-jar", "DynamoDBLocal.jar", "-sharedDb", "-dbPath", folder)
            with Server(*arguments) as server, server.connect() as client:
                self.assertEqual(create_table(client, "Music")[0], 200)
            self.assertIn("shared-local-instance.tailrace.db", os.listdir(folder))
            with Server(*arguments) as server, server.connect() as client:
                self.assertEqual(client.ask(request("ListTables"))[2], b'{"TableNames":["Music"]}')

    def test_a_long_response_is_compressed_for_those_who_accept_it(self):
        with Server() as server, server.connect() as client:
            names = [f"table-{number:02}-" + "x" * 240 for number in range(20)]
            for name in names:
                self.assertEqual(create_table(client, name)[0], 200)
            expected = json.dumps({"TableNames": names}, separators=(",", ":")).encode()
            status, headers, body = client.ask(request("ListTables"))
            self.assertEqual((status, headers.get("content-encoding"), body), (200, None, expected))
            status, headers, body = client.ask(request("ListTables", b"{}", "Accept-Encoding: gzip"))
            self.assertEqual((status, headers["content-encoding"]), (200, "gzip"))
            self.assertEqual(headers["x-amz-crc32"], str(zlib.crc32(body)))
            self.assertEqual(gzip.decompress(body), expected)


if __name__ == "__main__":
    unittest.main(verbosity=1)
