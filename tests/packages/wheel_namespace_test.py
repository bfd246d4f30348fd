"""Tests what a test does with a server of the wheel, with the Python that the wheel is installed in."""

import os
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

import tailrace

NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


def put(namespace, artist, **attributes):
    namespace.call("PutItem", {"TableName": "music", "Item": {"artist": {"S": artist}, **attributes}})


def artists(namespace):
    items = namespace.call("Scan", {"TableName": "music"})["Items"]
    return sorted(item["artist"]["S"] for item in items)


class NamespaceTest(unittest.TestCase):
    def serve(self, **options):
        """Returns a server with a table and one item."""
        server = tailrace.start(log_level="error", **options)
        self.addCleanup(server.stop)
        server.call("CreateTable", {
            "TableName": "music", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}})
        put(server, "Nils")
        return server

    def assert_refuses(self, message, function, *arguments, **options):
        with self.assertRaisesRegex(tailrace.TailraceError, message) as raised:
            function(*arguments, **options)
        return raised.exception

    def test_a_fork_has_what_was_there_and_neither_sees_what_changes_in_the_other(self):
        server = self.serve()
        with server.fork("one") as one:
            self.assertEqual((one.name, one.endpoint), ("one", server.endpoint + "/~one"))
            put(one, "Hania")
            put(server, "Olafur")
            self.assertEqual((artists(server), artists(one)), (["Nils", "Olafur"], ["Hania", "Nils"]))
            two = one.fork().fork("two")
        self.assertEqual(artists(two), ["Hania", "Nils"])
        names = [each["Name"] for each in server.namespaces()]
        self.assertEqual((len(names), "one" in names, "two" in names), (3, False, True))
        self.assert_refuses("^'a/b' is not the name of a namespace", server.fork, "a/b")

    def test_a_snapshot_a_restore_and_a_reset(self):
        server = self.serve()
        server.snapshot("ready")
        put(server, "Hania")
        server.restore("ready")
        self.assertEqual(artists(server), ["Nils"])
        server.reset(items=True)
        self.assertEqual(artists(server), [])
        server.reset()
        self.assertEqual(server.call("ListTables")["TableNames"], [])
        server.forget("ready")
        self.assert_refuses("has no snapshot 'ready'", server.restore, "ready")

    def test_a_fork_with_a_clock_of_its_own_and_items_that_expire(self):
        server = self.serve(ttl_interval=0)
        namespace = server.fork("noon", clock=NOON)
        self.assertEqual(namespace.clock.now(), NOON)
        namespace.call("UpdateTimeToLive", {"TableName": "music", "TimeToLiveSpecification": {
            "AttributeName": "until", "Enabled": True}})
        put(namespace, "Hania", until={"N": str(int(NOON.timestamp()) + 60)})
        self.assertEqual(namespace.sweep(), 0)
        self.assertEqual(namespace.clock.advance(61), NOON + timedelta(seconds=61))
        self.assertEqual(namespace.sweep(), 1)
        self.assertEqual(namespace.fork().clock.now(), NOON + timedelta(seconds=61))

    def test_faults_and_the_requests_that_met_them(self):
        server = self.serve()
        namespace = server.fork("faults")
        rule = {"Operation": "PutItem", "Times": 1, "Then": {"Error": "ThrottlingException"}}
        self.assertEqual(namespace.faults.set([rule]), [{**rule, "Met": 0, "Applied": 0}])
        error = self.assert_refuses("", put, namespace, "Hania")
        self.assertEqual(error.name, "ThrottlingException")
        put(namespace, "Hania")
        self.assertEqual(namespace.faults.rules(), [{**rule, "Met": 2, "Applied": 1}])
        namespace.faults.clear()
        self.assertEqual(namespace.faults.rules(), [])
        self.assertEqual([each["Status"] for each in namespace.requests()], [400, 200])
        self.assertEqual([each["Status"] for each in namespace.requests("PutItem", "music", 200)], [200])
        self.assertEqual(namespace.forget_requests(), 2)
        self.assertEqual((namespace.requests(), len(server.requests())), ([], 2))

    def test_limits_of_throughput_and_reads_that_lag_behind(self):
        server = self.serve(manual_clock=NOON)
        server.throttle({"TableName": "music", "WriteCapacityUnits": 1, "BurstSeconds": 1})
        put(server, "Hania")
        self.assertEqual(self.assert_refuses("", put, server, "Olafur").name, "ThrottlingException")
        self.assertEqual(server.throttled()["Tables"][0]["WriteCapacityUnits"], 1)
        server.throttle([])
        server.lag({"ReadLagMs": 60_000})
        put(server, "Olafur")
        self.assertEqual(artists(server), ["Hania", "Nils"])
        self.assertEqual(server.lags()["ReadLagMs"], 60_000)
        server.settle()
        self.assertEqual(artists(server), ["Hania", "Nils", "Olafur"])
        server.lag({})

    def test_the_streams_of_a_table(self):
        streams = self.serve().call("ListStreams")["Streams"]
        self.assertEqual([each["TableName"] for each in streams], ["music"])

    def test_a_handle_by_the_url_or_by_the_environment(self):
        server = self.serve(admin_token="secret")
        server.fork("one").call("DeleteTable", {"TableName": "music"})
        handle = tailrace.connect(server.endpoint + "/~one/", admin_token="secret")
        self.assertEqual((handle.name, handle.endpoint), ("one", server.endpoint + "/~one"))
        self.assertIs(handle.settle()["Settled"], True)
        self.assert_refuses("token", tailrace.connect(server.endpoint).settle)
        given = {"AWS_ENDPOINT_URL_DYNAMODB": server.endpoint, "AWS_PROFILE": "music"}
        with mock.patch.dict(os.environ, given, clear=True):
            self.assertEqual(tailrace.connect().name, "default")
            self.assertEqual(handle.environment(), {
                "AWS_ENDPOINT_URL_DYNAMODB": handle.endpoint,
                "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": handle.endpoint,
                "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"})

    def test_what_is_not_a_url_of_a_server_is_refused(self):
        with mock.patch.dict(os.environ, {}, clear=True):
            for url, message in ((None, "environment variable AWS_ENDPOINT_URL_DYNAMODB, which is not set$"),
                                 ("http://localhost:8000/music", "^connect.* takes http://.*/music$"),
                                 ("http://localhost:8000/~", "^connect.* takes http://.*/~$"),
                                 ("ftp://localhost:8000", "^connect.*and not ftp://localhost:8000$"),
                                 ("localhost", "^connect.* takes http://.*and not localhost$")):
                with self.assertRaisesRegex(ValueError, message):
                    tailrace.connect(url)


if __name__ == "__main__":
    unittest.main(verbosity=2)
