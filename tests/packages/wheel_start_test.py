"""Tests start() of the wheel with the Python that the wheel is installed in."""

import os
import pathlib
import select
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3
import tailrace

FUNCTION = """
def handler(event, context):
    for record in event["Records"]:
        if record["dynamodb"]["Keys"]["artist"]["S"] == "nobody":
            raise ValueError("nobody sings")
"""


def client(server):
    return boto3.client("dynamodb", endpoint_url=server.endpoint, region_name="ca-central-1",
                        aws_access_key_id="local", aws_secret_access_key="local")


def create_music(server):
    client(server).create_table(
        TableName="music", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})


def started_processes():
    here = pathlib.Path("/proc/self/task")
    return [each for task in here.iterdir() for each in (task / "children").read_text().split()]


class StartTest(unittest.TestCase):
    def start(self, **options):
        server = tailrace.start(**options)
        self.addCleanup(server.stop)
        return server

    def assert_refuses(self, message, function, *arguments, **options):
        with self.assertRaises(tailrace.TailraceError) as raised:
            function(*arguments, **options)
        self.assertRegex(str(raised.exception), message)

    def test_each_server_has_a_port_and_tables_of_its_own(self):
        servers = []
        threads = [threading.Thread(target=lambda: servers.append(self.start())) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len({each.port for each in servers}), 12)
        for each in servers:
            self.assertEqual(each.endpoint, f"http://127.0.0.1:{each.port}")
        create_music(servers[3])
        self.assertEqual([len(client(each).list_tables()["TableNames"]) for each in servers[3:5]], [1, 0])

    def test_a_server_speaks_tls(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        server = self.start(tls="self-signed", tls_folder=folder.name)
        self.assertEqual(server.endpoint, f"https://127.0.0.1:{server.port}")
        self.assertEqual(server.ca_file, f"{folder.name}/tailrace-ca.pem")
        trusting = boto3.client("dynamodb", endpoint_url=server.endpoint, region_name="ca-central-1",
                                aws_access_key_id="local", aws_secret_access_key="local",
                                verify=server.ca_file)
        self.assertEqual(trusting.list_tables()["TableNames"], [])
        self.assertEqual(server.drain(), {"Drained": True})
        self.assertIsNone(self.start().ca_file)

    def test_a_server_that_is_stopped_is_gone(self):
        with tailrace.start() as server:
            server.clock.now()
        server.stop()
        for ask in (server.clock.now, server.drain, server.settle):
            self.assert_refuses(r"^The server was stopped\.$", ask)

    def test_stopping_a_server_that_has_failed_is_an_error(self):
        before = set(started_processes())
        server = tailrace.start()
        process, = set(started_processes()) - before
        ended = os.pidfd_open(int(process))
        self.addCleanup(os.close, ended)
        os.kill(int(process), 9)
        select.select([ended], [], [])
        for ask in (server.clock.now, server.stop):
            self.assert_refuses(r"^tailrace ended with -9\.$", ask)

    def test_an_option_that_is_spelt_as_in_javascript_is_refused(self):
        with self.assertRaises(TypeError) as raised:
            tailrace.start(dbPath="music.db")
        self.assertEqual(str(raised.exception), "unknown option dbPath; did you mean db_path?")

    def test_the_clock_shows_the_same_time_until_it_is_moved(self):
        begin = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
        server = self.start(manual_clock=begin)
        self.assertEqual(server.clock.now(), begin)
        self.assertEqual(server.clock.advance(90), begin + timedelta(seconds=90))
        self.assertEqual(server.clock.set("2026-02-01T00:00:00Z"), begin + timedelta(hours=12))
        self.assertEqual(server.clock.set(begin + timedelta(hours=13)), begin + timedelta(hours=13))
        self.assert_refuses(
            r"^2026-01-31T12:00:00\.000Z is in the past: the server's clock is at "
            r"2026-02-01T01:00:00\.000Z and cannot be moved back\.$", server.clock.set, begin)
        self.assert_refuses(r"^The time must be written as 2026-01-31T12:00:00Z\.$", server.clock.set,
                            "2026-02-02T12:00:00")
        self.assert_refuses(r"^The seconds must be a number that is not below 0\.$", server.clock.advance, -1)
        self.assert_refuses("^The server uses the machine's clock", self.start().clock.advance, 1)

    def test_a_time_without_a_zone_is_refused(self):
        server = self.start(manual_clock="2026-01-31T12:00:00Z")
        for function in (server.clock.set, lambda time: self.start(manual_clock=time)):
            with self.assertRaises(ValueError) as raised:
                function(datetime(2026, 2, 1, 12))
            self.assertEqual(
                str(raised.exception),
                "datetime.datetime(2026, 2, 1, 12, 0) has no time zone, so it is another moment on another "
                "machine; give it one, such as datetime.timezone.utc")

    def test_a_drain_waits_for_functions_and_says_which_one_has_failed(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "songs.py"
            file.write_text(FUNCTION, encoding="utf-8")
            server = self.start(
                on_stream=[f"music=python:{file}:handler,BatchSize=1", "songs=message-groups"],
                manual_clock="2026-01-31T12:00:00Z", log_level="error")
            create_music(server)
            client(server).put_item(TableName="music", Item={"artist": {"S": "Nils"}})
            drained = server.drain()
            self.assertIs(drained["Drained"], True)
            self.assertEqual([each["Name"] for each in drained["Unread"]], ["songs/message-groups"])
            client(server).put_item(TableName="music", Item={"artist": {"S": "nobody"}})
            self.assert_refuses("^Not drained.*nobody sings", server.drain, timeout_seconds=20)
            self.assert_refuses("^Not settled.*in attempt 4: .*nobody sings", server.settle,
                                table_name="music", advance_seconds=1)

    def test_tokens_are_given_and_not_shown(self):
        before = set(started_processes())
        server = self.start(admin_token="secret", cache="songs", cache_token="secret")
        for path in ("/_tailrace/clock", "/cache/songs?key=a&token=other"):
            with self.assertRaises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(server.endpoint + path)
            self.assertEqual(raised.exception.code, 401)
            raised.exception.close()
        self.assertGreater(server.clock.now(), datetime(2026, 1, 1, tzinfo=timezone.utc))
        process, = set(started_processes()) - before
        self.assertNotIn("secret", pathlib.Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8"))

    def test_a_start_that_fails_says_what_the_server_says(self):
        port = self.start().port
        self.assert_refuses(r"^tailrace: unknown option --prot; did you mean --port\? "
                            r"\(tailrace --help lists the options\)$", tailrace.start, prot=1)
        self.assert_refuses("--shards", tailrace.start, shards=0)
        self.assert_refuses(f"^tailrace: cannot listen on 127.0.0.1:{port}: the port is in use$",
                            tailrace.start, port=port)

    def test_what_is_false_or_none_is_left_out(self):
        self.start(no_admin=False, host=None, in_memory=True).clock.now()


if __name__ == "__main__":
    unittest.main(verbosity=2)
