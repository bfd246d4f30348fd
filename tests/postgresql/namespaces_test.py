#!/usr/bin/python3
"""Namespaces of several servers on one PostgreSQL: each is a schema, which all servers agree on.

    namespaces_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from postgresql_case import PostgreSQLCase
from cutting_proxy import CuttingProxy
from local_services import run_tests
from plain_connection import Refused

PATIENCE_SECONDS = 60
SONGS = {"TableName": "songs", "BillingMode": "PAY_PER_REQUEST",
         "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
         "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
         "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
# Names that would collide if case or punctuation were ignored, and the longest ones.
CLOSE_NAMES = ["blue", "Blue", "BLUE", "b.lue", "b-lue", "b_lue", "_", "x" * 64, "x" * 63, "1"]


class NamespacesTest(PostgreSQLCase):

    def make(self, server, name, **more):
        """Makes a namespace and returns what is shown of it."""
        status, answer = self.connect(server).ask("POST", "/_tailrace/namespaces", {"Name": name, **more})
        self.assertEqual(status, 200, answer)
        return answer

    def remove(self, server, name):
        return self.connect(server).ask("DELETE", f"/_tailrace/namespaces/{name}")

    def names(self, server):
        _, answer = self.connect(server).ask("GET", "/_tailrace/namespaces")
        return [each["Name"] for each in answer["Namespaces"]]

    def schemas(self):
        """The schemas of this test, without that of the default namespace."""
        return self.postgresql.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE "
                                   f"'{self.schema[:25]}%' AND nspname <> '{self.schema}'").splitlines()

    def assert_unknown(self, connection, operation="PutItem", **request):
        request = request or {"TableName": "songs", "Item": {"pk": {"S": "a"}}}
        with self.assertRaises(Refused) as refused:
            connection.call(operation, **request)
        self.assertEqual(refused.exception.code, "ResourceNotFoundException")

    def test_names_that_are_alike_are_namespaces_of_their_own(self):
        server = self.serve()
        for name in CLOSE_NAMES:
            connection = self.connect(server, name)
            connection.call("CreateTable", **SONGS)
            connection.call("PutItem", TableName="songs", Item={"pk": {"S": name}})
        schemas = self.schemas()
        self.assertEqual(len(set(schemas)), len(CLOSE_NAMES))
        self.assertTrue(all(len(each) <= 63 for each in schemas), schemas)
        self.assertEqual(self.names(server), ["default", *sorted(CLOSE_NAMES)])
        server.stop()
        server = self.serve()
        self.assertEqual(self.names(server), ["default", *sorted(CLOSE_NAMES)])
        for name in CLOSE_NAMES:
            items = self.connect(server, name).call("Scan", TableName="songs")["Items"]
            self.assertEqual(items, [{"pk": {"S": name}}])
        self.assertEqual(self.connect(server).call("ListTables")["TableNames"], [])

    def test_one_server_has_what_another_has_made_and_loses_what_it_has_removed(self):
        one, other = self.serve(), self.serve()
        blue = self.connect(other, "blue")
        self.assert_unknown(blue)
        self.connect(one, "blue").call("CreateTable", **SONGS)
        self.assertEqual(self.names(other), ["default", "blue"])
        blue.call("PutItem", TableName="songs", Item={"pk": {"S": "a"}})
        self.assertEqual(self.connect(one, "blue").call("Scan", TableName="songs")["Count"], 1)
        self.assertEqual(self.remove(one, "blue"), (200, {"Removed": "blue"}))
        self.assertEqual(self.schemas(), [])
        # Reads, writes and definitions are answered as if the namespace had never existed.
        self.assert_unknown(blue, "GetItem", TableName="songs", Key={"pk": {"S": "a"}})
        self.assert_unknown(blue)
        self.assertEqual(blue.call("ListTables")["TableNames"], [])
        self.assertEqual(self.names(other), ["default"])
        status, answer = self.remove(other, "blue")
        self.assertEqual((status, answer["message"]), (404,
            "There is no namespace 'blue'. GET /_tailrace/namespaces lists them, POST makes one."))

    def test_a_namespace_that_is_made_again_has_nothing_of_the_old_one(self):
        one, other = self.serve(), self.serve()
        there = self.connect(other, "blue")
        for turn in range(3):
            made = self.connect(one, "blue")
            made.call("CreateTable", **SONGS)
            self.assertEqual(there.call("Scan", TableName="songs")["Items"], [])
            there.call("PutItem", TableName="songs", Item={"pk": {"S": str(turn)}})
            self.assertEqual(made.call("Scan", TableName="songs")["Items"], [{"pk": {"S": str(turn)}}])
            self.remove(one, "blue")
        self.make(one, "blue")
        self.assert_unknown(there)
        self.assertEqual(there.call("ListTables")["TableNames"], [])
        for server in (one, other):
            self.assertEqual([line for line in server.last_lines if " error " in line or "lease" in line], [])

    def test_explicit_namespaces_of_other_servers_are_found(self):
        one, other = self.serve("--namespaces", "explicit"), self.serve("--namespaces", "explicit")
        with self.assertRaises(Refused):
            self.connect(other, "blue").call("ListTables")
        self.make(one, "blue")
        self.connect(other, "blue").call("CreateTable", **SONGS)
        self.remove(one, "blue")
        with self.assertRaises(Refused) as refused:
            self.connect(other, "blue").call("Scan", TableName="songs")
        self.assertEqual((refused.exception.code, refused.exception.message), (
            "ResourceNotFoundException",
            "There is no namespace 'blue'. GET /_tailrace/namespaces lists them, POST makes one."))

    def test_two_servers_that_make_one_at_the_same_time_have_the_same(self):
        servers = [self.serve("--threads", "4"), self.serve("--threads", "4")]

        def make(turn):
            try:
                self.connect(servers[turn % 2], f"n{turn // 4}").call("CreateTable", **SONGS)
                return 1
            except Refused as refused:
                self.assertEqual(refused.code, "ResourceInUseException")
                return 0

        with ThreadPoolExecutor(4) as threads:
            self.assertEqual(sum(threads.map(make, range(16))), 4)
        self.assertEqual(self.names(servers[0]), ["default", "n0", "n1", "n2", "n3"])
        self.assertEqual(len(self.schemas()), 4)

    def test_a_fork_has_a_copy_of_everything(self):
        one, other = self.serve(), self.serve()
        default = self.connect(one)
        default.call("CreateTable", **SONGS)
        for number in range(300):
            default.call("PutItem", TableName="songs", Item={"pk": {"S": str(number)}})
        self.make(one, "copy", From="default")
        copy = self.connect(other, "copy")
        self.assertEqual(copy.call("Scan", TableName="songs")["Count"], 300)
        self.assertEqual(copy.call("DescribeTable", TableName="songs")["Table"]["ItemCount"], 300)
        copy.call("PutItem", TableName="songs", Item={"pk": {"S": "more"}})
        self.assertEqual(default.call("Scan", TableName="songs")["Count"], 300)
        self.make(other, "second", From="copy")
        self.assertEqual(self.connect(one, "second").call("Scan", TableName="songs")["Count"], 301)
        status, answer = self.connect(other).ask("POST", "/_tailrace/namespaces",
                                                 {"Name": "third", "From": "nothing"})
        self.assertEqual((status, answer["message"]), (404,
            "There is no namespace 'nothing'. GET /_tailrace/namespaces lists them, POST makes one."))
        self.assertEqual(self.names(one), ["default", "copy", "second"])

    def test_a_snapshot_and_a_reset_are_of_one_namespace(self):
        server = self.serve()
        blue = self.connect(server, "blue")
        blue.call("CreateTable", **SONGS)
        self.connect(server).call("CreateTable", **SONGS)
        path = "/_tailrace/namespaces/blue"
        self.assertEqual(self.connect(server).ask("POST", f"{path}/snapshots", {"Name": "s"})[0], 200)
        blue.call("PutItem", TableName="songs", Item={"pk": {"S": "a"}})
        self.assertEqual(self.connect(server).ask("POST", f"{path}/restore", {"Name": "s"})[0], 200)
        self.assertEqual(blue.call("Scan", TableName="songs")["Count"], 0)
        self.assertEqual(self.connect(server).ask("POST", f"{path}/reset")[0], 200)
        self.assertEqual(blue.call("ListTables")["TableNames"], [])
        self.assertEqual(self.connect(server).call("ListTables")["TableNames"], ["songs"])

    def test_a_server_without_the_lease_names_the_one_that_resets_and_restores(self):
        self.serve()
        other = self.connect(self.serve())
        path = "/_tailrace/namespaces/default"
        self.assertEqual(other.ask("POST", f"{path}/snapshots", {"Name": "s"})[0], 200)
        for what, body in (("restore", {"Name": "s"}), ("reset", None), ("reset", {"Items": True})):
            status, answer = other.ask("POST", f"{path}/{what}", body)
            self.assertEqual(status, 409)
            self.assertRegex(answer["message"],
                             r"^Another process on the same database answers requests about event "
                             r"source mappings: \S+:\d+\. Send the request to that one\.$")

    def test_mappings_of_a_fork_run_in_one_server_and_end_with_it(self):
        mapping = [f"songs=file:{self.folder / 'records'}"]
        one, other = self.serve(on_stream=mapping), self.serve(on_stream=mapping)
        self.connect(one).call("CreateTable", **SONGS)
        self.make(one, "copy", From="default")
        # The server that is asked first has the lease.
        self.connect(one, "copy").call("ListTables")
        self.connect(other, "copy").call("PutItem", TableName="songs", Item={"pk": {"S": "a"}})
        status, answer = self.connect(one, "copy").ask("POST", "/_tailrace/streams/drain")
        self.assertEqual((status, answer["Drained"]), (200, True))
        self.assertEqual((self.folder / "records").read_text().count("\n"), 1)
        self.remove(other, "copy")
        self.assertEqual(self.connect(one, "copy").call("ListTables")["TableNames"], [])
        self.assertEqual(self.schemas(), [])

    def test_the_list_follows_without_requests(self):
        one, other = self.serve(), self.serve("--ttl-interval", "1", "--log-level", "info")
        self.connect(one, "blue").call("CreateTable", **SONGS)
        self.connect(other, "blue").call("ListTables")
        self.remove(one, "blue")
        # The log of its requests is in memory, so only the list can say that the namespace is gone.
        blue = self.connect(other, "blue")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(blue.ask("GET", "/_tailrace/requests")[1]["Requests"]) > 0:
            self.assertLess(time.monotonic(), deadline)

    def connections(self):
        return int(self.postgresql.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tailrace'"))

    def test_a_namespace_that_rests_keeps_one_connection(self):
        server = self.serve("--ttl-interval", "1", "--namespace-idle", "1")
        # This opens the connection with which the default namespace will also note `blue`, so that only
        # blue's connections are counted below.
        self.connect(server).call("CreateTable", **SONGS)
        self.connect(server).call("PutItem", TableName="songs", Item={"pk": {"S": "a"}})
        before = self.connections()
        blue = self.connect(server, "blue")
        blue.call("CreateTable", **SONGS)
        self.assertGreater(self.connections(), before + 1)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.connections() > before + 1:
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(blue.call("Scan", TableName="songs")["Count"], 0)

    def leave_half_a_namespace(self):
        """Starts a server and kills it while it makes a namespace."""
        server = self.serve()
        default = self.connect(server)
        default.call("CreateTable", **SONGS)
        for number in range(100):
            default.call("PutItem", TableName="songs",
                         Item={"pk": {"S": str(number)}, "text": {"S": "x" * 100_000}})

        def fork():
            try:
                self.connect(server).ask("POST", "/_tailrace/namespaces",
                                         {"Name": "copy", "From": "default"})
            except Exception:
                pass

        request = threading.Thread(target=fork)
        request.start()
        while not self.schemas():
            pass
        server.kill()
        request.join(PATIENCE_SECONDS)

    def wait_until_nothing_is_left(self, server):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.schemas():
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(self.names(server), ["default"])
        self.make(server, "copy", From="default")
        self.assertEqual(self.connect(server, "copy").call("ListTables")["TableNames"], ["songs"])

    def test_the_main_server_removes_what_a_killed_one_has_begun(self):
        server = self.serve("--ttl-interval", "1")
        self.leave_half_a_namespace()
        self.wait_until_nothing_is_left(server)

    def test_the_next_server_removes_what_a_killed_one_has_begun(self):
        self.leave_half_a_namespace()
        self.wait_until_nothing_is_left(self.serve("--ttl-interval", "1"))

    def test_what_a_server_makes_is_not_taken_for_something_left(self):
        """Many are made and removed while another server looks for what is left all the time."""
        one, other = self.serve("--ttl-interval", "1"), self.serve()
        self.connect(other).call("CreateTable", **SONGS)
        end = time.monotonic() + 4
        number = 0
        while time.monotonic() < end:
            number += 1
            self.make(other, f"n{number}", From="default")
            if number > 1:
                self.assertEqual(self.remove(other, f"n{number - 1}"), (200, {"Removed": f"n{number - 1}"}))
        self.assertEqual(self.names(one), ["default", f"n{number}"])
        self.assertEqual(len(self.schemas()), 1)
        for each in (one, other):
            self.assertEqual([line for line in each.last_lines if " left" in line], [])

    def test_a_lost_connection_does_not_lose_a_namespace(self):
        proxy = CuttingProxy(self.postgresql.url)
        server = self.serve(url=f"{proxy.url}&schema={self.schema}")
        blue = self.connect(server, "blue")
        blue.call("CreateTable", **SONGS)
        proxy.lose_next_commit()
        with self.assertRaises(Refused) as refused:
            blue.call("PutItem", TableName="songs", Item={"pk": {"S": "a"}})
        self.assertEqual(refused.exception.code, "InternalServerError")
        self.assertEqual(blue.call("Scan", TableName="songs")["Count"], 1)


if __name__ == "__main__":
    run_tests(NamespacesTest)
