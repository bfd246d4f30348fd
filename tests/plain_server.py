"""A Tailrace run by a test and spoken to with nothing but Python's standard library."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request

PATIENCE_SECONDS = 20
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef")
# The request that creates the table whose items PlainServer.put() writes.
NOTES = {"TableName": "notes", "BillingMode": "PAY_PER_REQUEST",
         "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
         "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}


def environment():
    """The environment without Tailrace's own variables, which are options."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TAILRACE_")}


class PlainServer:
    """A Tailrace on a free port, stopped at the end of a with statement.

    After that, `errors` is what it has written to standard error.
    """

    def __init__(self, executable, *arguments, **popen_options):
        self.process = subprocess.Popen([executable, "--port", "0", *arguments], env=environment(),
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        **popen_options)
        self.port = int(re.search(r":(\d+) \(", self.process.stdout.readline()).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGTERM)
        self.errors = self.process.communicate(timeout=PATIENCE_SECONDS)[1]

    def ask(self, method, path, body=None, headers=()):
        """Returns the status and the body of an answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, dict(headers),
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    def call(self, operation, *, service="DynamoDB", path="/", **body):
        """The same for an operation of DynamoDB or of DynamoDBStreams."""
        return self.ask("POST", path, body, {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{service}_20120810.{operation}",
            "X-Amz-Date": "20260131T120000Z", "Authorization": AUTHORIZATION})

    def put(self, key, size=0):
        """Puts a note with a text of this size. Returns the status."""
        item = {"id": {"S": key}, "text": {"S": "x" * size}}
        return self.call("PutItem", TableName="notes", Item=item)[0]
