"""While one client's UpdateTable fills an index of a large table, other clients are served.

Usage: large_table_test.py TAILRACE [unittest arguments]
"""

import http.client
import json
import os
import re
import select
import subprocess
import sys
import unittest

TAILRACE = None
PATIENCE_SECONDS = 60
ITEMS = 20_000
ATTEMPTS = 5
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef")
KEY = [{"AttributeName": "id", "KeyType": "HASH"}]


class Client:
    """One connection, on which a request may be sent before the previous answer is read."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def send(self, operation, parameters):
        self.connection.request("POST", "/", json.dumps(parameters), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + operation,
            "X-Amz-Date": "20260131T120000Z", "Authorization": AUTHORIZATION})

    def is_answered(self):
        return bool(select.select([self.connection.sock], [], [], 0)[0])

    def answer(self):
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())

    def ask(self, operation, parameters):
        self.send(operation, parameters)
        return self.answer()


class LargeTableTest(unittest.TestCase):
    def setUp(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAILRACE_")}
        self.process = subprocess.Popen([TAILRACE, "--port", "0"], env=environment, stdout=subprocess.PIPE)
        self.addCleanup(self.stop)
        self.port = int(re.search(rb":(\d+) \(", self.process.stdout.readline()).group(1))
        self.client = self.connect()
        self.fill()

    def connect(self):
        client = Client(self.port)
        self.addCleanup(client.connection.close)
        return client

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_SECONDS)

    def fill(self):
        self.client.ask("CreateTable", {
            "TableName": "large", "BillingMode": "PAY_PER_REQUEST", "KeySchema": KEY,
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]})
        for first in range(0, ITEMS, 25):
            puts = [{"PutRequest": {"Item": {"id": {"S": str(number)}, "tag": {"S": str(number % 100)},
                                             "text": {"S": "x" * 100}}}}
                    for number in range(first, first + 25)]
            status, _ = self.client.ask("BatchWriteItem", {"RequestItems": {"large": puts}})
            self.assertEqual(status, 200)

    def index_status(self, name):
        _, answer = self.client.ask("DescribeTable", {"TableName": "large"})
        indexes = answer["Table"].get("GlobalSecondaryIndexes", [])
        return next((index["IndexStatus"] for index in indexes if index["IndexName"] == name), "absent")

    def is_served_meanwhile(self, name):
        """Adds an index. Returns True if an item was read after the work on the index began and before
        UpdateTable answered."""
        builder = self.connect()
        builder.send("UpdateTable", {
            "TableName": "large", "AttributeDefinitions": [{"AttributeName": "tag", "AttributeType": "S"}],
            "GlobalSecondaryIndexUpdates": [{"Create": {
                "IndexName": name, "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "tag", "KeyType": "HASH"}]}}]})
        is_served = False
        while not builder.is_answered():
            if self.index_status(name) == "CREATING":
                status, answer = self.client.ask("GetItem", {"TableName": "large", "Key": {"id": {"S": "7"}}})
                self.assertEqual((status, answer["Item"]["tag"]), (200, {"S": "7"}))
                is_served = is_served or not builder.is_answered()
        status, answer = builder.answer()
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["TableDescription"]["TableStatus"], "UPDATING")
        self.assertEqual(self.index_status(name), "ACTIVE")
        status, answer = self.client.ask("Scan", {"TableName": "large", "IndexName": name, "Select": "COUNT"})
        self.assertEqual(status, 200, answer)
        return is_served

    def test_others_are_served_while_an_index_is_filled(self):
        # On a busy machine all slices may pass between two requests.
        self.assertTrue(any(self.is_served_meanwhile(f"by_tag_{number}") for number in range(ATTEMPTS)))
        status, _ = self.client.ask("DeleteTable", {"TableName": "large"})
        self.assertEqual(status, 200)
        self.assertEqual(self.client.ask("ListTables", {}), (200, {"TableNames": []}))


if __name__ == "__main__":
    TAILRACE = sys.argv.pop(1)
    unittest.main()
