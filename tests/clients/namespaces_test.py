#!/usr/bin/python3
"""Namespaces as boto3 sees them: by the endpoint's path and by a header, forks, snapshots and resets,
functions that run in a namespace, and many clients at once.

    namespaces_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import random
import tempfile
import threading
import time
import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from client_case import ClientCase, main
from local_services import Tailrace

CLIENTS = 16
ROUNDS = 12
COPIER = """
import os
import boto3

table = boto3.client("dynamodb", region_name="ca-central-1", endpoint_url=ENDPOINT)

def handler(event, context):
    for record in event["Records"]:
        table.put_item(TableName="copies", Item=record["dynamodb"]["Keys"])
"""


class NamespacesCase(ClientCase):
    def of(self, name, **options):
        """A client of a namespace, by the path."""
        return self.tailrace.client(f"{self.tailrace.endpoint}/~{name}", **options)

    def by_header(self, name):
        client = self.tailrace.client()
        client.meta.events.register(
            "before-sign.dynamodb",
            lambda request, **_: request.headers.add_header("x-tailrace-namespace", name))
        return client

    def tell(self, method, path, **body):
        """Returns the status and the body of an answer."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.tailrace.endpoint + path, data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def create(self, client, table):
        client.create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})

    def put(self, client, *keys, table="songs"):
        for key in keys:
            client.put_item(TableName=table, Item={"pk": {"S": key}})

    def keys(self, client, table="songs"):
        return sorted(item["pk"]["S"] for item in client.scan(TableName=table)["Items"])


class NamespacesTest(NamespacesCase):
    def test_a_path_and_a_header_reach_the_same_namespace_and_no_other(self):
        blue, green, home = self.of("blue"), self.by_header("green"), self.tailrace.client()
        self.assertEqual(blue.list_tables()["TableNames"], [])
        for client, key in ((blue, "b"), (green, "g"), (home, "h")):
            self.create(client, "songs")
            self.put(client, key)
        self.assertEqual(self.keys(self.by_header("blue")), ["b"])
        self.assertEqual(self.keys(self.of("green")), ["g"])
        self.assertEqual(self.keys(home), ["h"])
        status, listed = self.tell("GET", "/_tailrace/namespaces")
        self.assertEqual((status, [each["Name"] for each in listed["Namespaces"]]),
                         (200, ["default", "blue", "green"]))

    def test_a_missing_table_is_found_in_another_namespace(self):
        self.create(self.of("blue"), "songs")
        with self.assertRaises(ClientError) as raised:
            self.tailrace.client().describe_table(TableName="songs")
        self.assertEqual(raised.exception.response["Error"]["Code"], "ResourceNotFoundException")
        hint = ("the table songs does not exist here, and the namespace blue has it; the path /~NAME/, the "
                "header x-tailrace-namespace or, with --isolate, the credentials of a request choose its "
                "namespace")
        headers = raised.exception.response["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(headers["x-tailrace-hint"], hint)
        self.tailrace.wait_for_line("DescribeTable was answered with ResourceNotFoundException: " + hint)

    def test_what_is_not_a_name_is_refused(self):
        with self.assertRaises(ClientError) as raised:
            self.of("bl*ue").list_tables()
        error = raised.exception.response["Error"]
        self.assertEqual(error["Code"], "ValidationException")
        self.assertIn("1 to 64 letters, digits, dots, underscores and hyphens", error["Message"])

    def test_forks_of_prepared_tables(self):
        seed = self.of("seed")
        self.create(seed, "songs")
        self.put(seed, "a")
        for name in ("one", "two"):
            status, made = self.tell("POST", "/_tailrace/namespaces", Name=name, From="seed")
            self.assertEqual((status, made["Tables"], made["Items"]), (200, 1, 1))
            self.put(self.of(name), name)
        self.put(seed, "b")
        self.assertEqual(self.keys(self.of("one")), ["a", "one"])
        self.assertEqual(self.keys(self.of("two")), ["a", "two"])
        self.assertEqual(self.keys(seed), ["a", "b"])
        self.assertEqual(self.tell("DELETE", "/_tailrace/namespaces/one"), (200, {"Removed": "one"}))
        self.assertEqual(self.of("one").list_tables()["TableNames"], [])

    def test_snapshots_and_resets(self):
        for name in ("default", "blue"):
            client = self.of(name)
            self.create(client, "songs")
            self.put(client, "a")
            base = f"/_tailrace/namespaces/{name}"
            self.assertEqual(self.tell("POST", base + "/snapshots", Name="seed")[0], 200)
            self.put(client, "b")
            self.assertEqual(self.tell("POST", base + "/restore", Name="seed")[0], 200)
            self.assertEqual(self.keys(client), ["a"])
            self.assertEqual(self.tell("POST", base + "/reset", Items=True)[0], 200)
            self.assertEqual(self.keys(client), [])
            self.assertEqual(self.tell("POST", base + "/reset")[0], 200)
            self.assertEqual(client.list_tables()["TableNames"], [])

    def test_namespaces_never_see_each_other(self):
        """Each client knows what its own namespace must contain, whatever the others do."""
        failures = []

        def work(number):
            chance = random.Random(number)
            name = f"n{number}"
            client = self.of(name) if number % 2 else self.by_header(name)
            expected, kept = set(), set()
            try:
                self.create(client, "songs")
                self.tell("POST", f"/_tailrace/namespaces/{name}/snapshots", Name="kept")
                for turn in range(ROUNDS):
                    key = f"{name}-{turn}"
                    self.put(client, key)
                    expected.add(key)
                    act = chance.choice(("look", "keep", "restore", "items", "fork"))
                    if act == "keep":
                        self.tell("POST", f"/_tailrace/namespaces/{name}/snapshots", Name="kept")
                        kept = set(expected)
                    elif act == "restore":
                        self.tell("POST", f"/_tailrace/namespaces/{name}/restore", Name="kept")
                        expected = set(kept)
                    elif act == "items":
                        self.tell("POST", f"/_tailrace/namespaces/{name}/reset", Items=True)
                        expected = set()
                    elif act == "fork":
                        fork = f"{name}-fork"
                        self.tell("DELETE", f"/_tailrace/namespaces/{fork}")
                        self.tell("POST", "/_tailrace/namespaces", Name=fork, From=name)
                        self.put(self.of(fork), "apart")
                        self.assertEqual(self.keys(self.of(fork)), sorted(expected | {"apart"}))
                    self.assertEqual(self.keys(client), sorted(expected))
            except Exception as error:  # pylint: disable=broad-exception-caught
                failures.append(f"{name}: {error!r}")

        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class OptionsTest(NamespacesCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(self.stop_tailrace)

    def start(self, *options, **further):
        self.tailrace = Tailrace(self.executable, options=options, **further)

    def test_a_function_reaches_its_own_namespace_by_its_endpoint(self):
        self.check_function('os.environ["AWS_ENDPOINT_URL"]')

    def test_a_function_reaches_its_own_namespace_by_the_proxy(self):
        self.check_function('"http://dynamodb.ca-central-1.amazonaws.com"')

    def check_function(self, endpoint):
        program = os.path.join(self.folder.name, "copier.py")
        with open(program, "w", encoding="utf-8") as file:
            file.write(COPIER.replace("ENDPOINT", endpoint))
        self.start(on_stream=[f"songs=python:{program}:handler"])
        home = self.tailrace.client()
        for table in ("songs", "copies"):
            self.create(home, table)
        self.tell("POST", "/_tailrace/namespaces", Name="blue", From="default")
        blue = self.of("blue")
        self.put(blue, "b")
        self.put(home, "h")
        for path in ("", "/~blue"):
            self.assertEqual(self.tell("POST", path + "/_tailrace/streams/drain")[1].get("Drained"), True)
        self.assertEqual(self.keys(blue, "copies"), ["b"])
        self.assertEqual(self.keys(home, "copies"), ["h"])

    def test_items_expire_in_all_namespaces(self):
        self.start("--ttl-interval", "1")
        blue = self.of("blue")
        self.create(blue, "songs")
        blue.update_time_to_live(TableName="songs", TimeToLiveSpecification={
            "Enabled": True, "AttributeName": "until"})
        blue.put_item(TableName="songs", Item={"pk": {"S": "old"}, "until": {"N": str(int(time.time()) - 9)}})
        self.put(blue, "new")
        end = time.monotonic() + 60
        while self.keys(blue) != ["new"]:
            self.assertLess(time.monotonic(), end)

    def test_a_clock_is_moved_in_one_namespace(self):
        self.start("--manual-clock", "2026-01-31T12:00:00Z")
        for name in ("blue", "green"):
            client = self.of(name)
            self.create(client, "songs")
            client.update_time_to_live(TableName="songs", TimeToLiveSpecification={
                "Enabled": True, "AttributeName": "until"})
            client.put_item(TableName="songs", Item={"pk": {"S": "a"}, "until": {"N": "1769861000"}})
        self.assertEqual(self.tell("POST", "/~blue/_tailrace/clock", Seconds=3600)[0], 200)
        self.assertEqual((self.keys(self.of("blue")), self.keys(self.of("green"))), ([], ["a"]))

    def test_explicit_namespaces_are_made_by_request_only(self):
        self.start("--namespaces", "explicit")
        with self.assertRaises(ClientError) as raised:
            self.create(self.of("blue"), "songs")
        self.assertIn("There is no namespace 'blue'", raised.exception.response["Error"]["Message"])
        self.tell("POST", "/_tailrace/namespaces", Name="blue")
        self.create(self.of("blue"), "songs")

    def test_a_region_is_a_namespace(self):
        self.start("--isolate", "region")
        self.create(self.tailrace.client(), "songs")
        _, listed = self.tell("GET", "/_tailrace/namespaces")
        self.assertEqual([(each["Name"], each["Tables"]) for each in listed["Namespaces"]],
                         [("default", 0), ("ca-central-1", 1)])

    def sizes(self):
        _, listed = self.tell("GET", "/_tailrace/namespaces")
        return [(each["Name"], each["Items"]) for each in listed["Namespaces"]]

    def test_namespaces_in_files_outlive_the_server(self):
        file = os.path.join(self.folder.name, "songs.db")
        folder = file + ".ns"
        base = "/_tailrace/namespaces"
        self.start(db_path=file)
        home = self.tailrace.client()
        self.create(home, "songs")
        self.put(home, "a")
        self.assertEqual(self.tell("POST", base, Name="blue", From="default")[0], 200)
        self.put(self.of("blue"), "b")
        self.create(self.of("green"), "songs")
        self.put(self.of("green"), "g")
        self.tell("POST", base + "/default/snapshots", Name="seed")
        self.put(home, "c")
        # Neither a restore nor a reset of the default namespace loses the others.
        self.assertEqual(self.tell("POST", base + "/default/restore", Name="seed")[0], 200)
        self.tailrace.kill()
        # An interrupted fork leaves such a file.
        with open(os.path.join(folder, "17.db"), "w", encoding="utf-8"):
            pass
        self.start(db_path=file)
        self.assertEqual(self.keys(self.tailrace.client()), ["a"])
        self.assertEqual(self.keys(self.of("blue")), ["a", "b"])
        self.assertEqual(self.keys(self.of("green")), ["g"])
        self.assertFalse(os.path.exists(os.path.join(folder, "17.db")))
        # Snapshots do not outlive the server.
        self.assertEqual(self.tell("POST", base + "/default/restore", Name="seed")[0], 404)
        self.assertEqual(self.tell("POST", base + "/default/reset")[0], 200)
        self.assertEqual(self.tell("DELETE", base + "/green")[0], 200)
        self.tailrace.kill()
        self.start(db_path=file)
        self.assertEqual(self.tailrace.client().list_tables()["TableNames"], [])
        # Neither the list nor the search for a table starts a namespace: only a request to it does.
        with self.assertRaises(ClientError) as raised:
            self.tailrace.client().describe_table(TableName="songs")
        self.assertNotIn("namespace", raised.exception.response["ResponseMetadata"]["HTTPHeaders"]
                         ["x-tailrace-hint"])
        self.assertEqual(self.sizes(), [("default", 0), ("blue", None)])
        self.assertEqual(self.keys(self.of("blue")), ["a", "b"])
        self.assertEqual(self.sizes(), [("default", 0), ("blue", 2)])
        self.assertEqual({name.split(".")[0] for name in os.listdir(folder)}, {"1"})


if __name__ == "__main__":
    main()
