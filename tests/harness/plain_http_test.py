#!/usr/bin/python3
"""Write, drain and look with nothing but the standard library.

    plain_http_test.py TAILRACE_EXECUTABLE
"""

import json
import re
import subprocess
import sys
import unittest
import urllib.request


class Tailrace:
    """A server in memory on a free port, with the built-in function `message-groups` on the table music."""

    def __init__(self, executable):
        self.process = subprocess.Popen(
            [executable, "--port", "0", "--manual-clock", "2026-01-31T12:00:00Z",
             "--on-stream", "music=message-groups,BatchSize=2,MaximumBatchingWindowInSeconds=60"],
            stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, method, path, body=None, headers=()):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, dict(headers), method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as response:
            return json.load(response)

    def call(self, operation, **request):
        return self.ask("POST", "/", request, {
            "X-Amz-Target": "DynamoDB_20120810." + operation, "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "20260131T120000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, "
                             "SignedHeaders=host, Signature=0"})


class PlainHttpTest(unittest.TestCase):
    def setUp(self):
        self.tailrace = Tailrace(EXECUTABLE)
        self.addCleanup(self.tailrace.stop)

    def test_a_function_is_called_with_what_was_written(self):
        self.tailrace.call(
            "CreateTable", TableName="music", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        for name in ("Nils", "Hania", "Jon"):
            self.tailrace.call("PutItem", TableName="music", Item={"pk": {"S": name}})
        # The third record would wait a minute for a fourth one.
        self.tailrace.ask("POST", "/_tailrace/clock", {"Seconds": 60})
        self.tailrace.ask("POST", "/_tailrace/streams/drain")
        history = self.tailrace.ask("GET", "/_tailrace/mappings/music%2Fmessage-groups/history?records")
        called_with = [[record["dynamodb"]["Keys"]["pk"]["S"] for record in call["Event"]["Records"]]
                       for call in history["Invocations"]]
        self.assertEqual(called_with, [["Nils", "Hania"], ["Jon"]])


if __name__ == "__main__":
    EXECUTABLE = sys.argv.pop(1)
    unittest.main(verbosity=2)
