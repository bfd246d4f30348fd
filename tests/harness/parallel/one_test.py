"""One of many tests that run at the same time against one server, each as a process of its own.

    one_test.py ENDPOINT NUMBER

It forks the namespace `pattern`, says that it is ready, waits for the others, and then looks and writes. All
of them use the same tables and keys.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from plain_connection import PlainConnection, Refused

from pattern import SECONDS_APART, SEEDED, genre_of, seeded_song

# Fifty tests start ten functions at once, which takes long on a busy machine.
SETTLE = "settle?timeout_seconds=100"

WRITES = 8
DELETES = 4
THROTTLED = ("The level of configured provisioned throughput for the table was exceeded. Consider increasing "
             "your provisioning level with the UpdateTable API.")
OWN = {"artist": {"S": "own"}, "title": {"S": "song"}}


def check(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


class Boto3Client:
    """Does what PlainConnection.call() does, with boto3."""

    def __init__(self, endpoint):
        from botocore import xform_name
        from botocore.exceptions import ClientError
        from local_services import aws_client
        self._client, self._name_of, self._error = aws_client(endpoint), xform_name, ClientError

    def call(self, operation, **request):
        try:
            answer = getattr(self._client, self._name_of(operation))(**request)
        except self._error as error:
            raise Refused(operation, error.response["ResponseMetadata"]["HTTPStatusCode"], json.dumps({
                "__type": "boto3#" + error.response["Error"]["Code"],
                "message": error.response["Error"]["Message"]})) from None
        answer.pop("ResponseMetadata")
        return answer


class OneTest:
    def __init__(self, endpoint, number):
        self.number = number
        self.name = f"test-{number}"
        self.server = PlainConnection(endpoint, self.name)
        made = self.tell("POST", "namespaces", {"Name": self.name, "From": "pattern"})
        check(made["Name"], self.name)
        by_boto3 = number % 20 == 1
        self.client = Boto3Client(f"{endpoint}/~{self.name}") if by_boto3 else self.server
        self.has_function = number % 5 == 0
        # The operations on the table songs, and the status of each answer.
        self.requests = []

    def call(self, operation, **request):
        """Calls an operation on the table songs. If it fails, returns the error's code and message."""
        try:
            answer = self.client.call(operation, TableName="songs", **request)
        except Refused as refused:
            self.requests.append((operation, 400))
            return refused.code, refused.message
        self.requests.append((operation, 200))
        return answer

    def tell(self, method, path, body=None):
        status, answer = self.server.ask(method, "/_tailrace/" + path, body)
        check((path, status), (path, 200))
        return answer

    def run(self):
        self.write_and_read()
        if self.has_function:
            self.play()
        else:
            self.script_faults()
        self.delete()
        self.look_at_requests()
        self.let_songs_expire()

    def write_and_read(self):
        for turn in range(WRITES):
            own = {**OWN, "genre": {"S": "jazz"}, "by": {"S": f"{self.name}-{turn}"}}
            check(self.call("PutItem", Item=own), {})
            check(self.call("GetItem", Key=OWN, ConsistentRead=True), {"Item": own})
        jazz = [seeded_song(number) for number in range(1, SEEDED + 1) if genre_of(number) == "jazz"]
        answer = self.call("Query", IndexName="by-genre", KeyConditionExpression="genre = :jazz",
                           ExpressionAttributeValues={":jazz": {"S": "jazz"}})
        check(answer["Items"], [own, *jazz])

    def play(self):
        played = [f"{self.name}-{number}" for number in range(3)]
        for each in played:
            self.client.call("PutItem", TableName="plays", Item={"pk": {"S": each}})
        check(self.tell("POST", SETTLE), {"Settled": True, "Removed": 0})
        heard = self.client.call("Scan", TableName="heard")["Items"]
        check(sorted((item["pk"]["S"], item["by"]["S"]) for item in heard),
              [(each, self.name) for each in played])

    def faults(self):
        """The number of deletes that this test makes fail."""
        return 0 if self.has_function else 1 + self.number % (DELETES - 1)

    def script_faults(self):
        rule = {"Name": self.name, "Operation": "DeleteItem", "Times": self.faults(),
                "Then": {"Error": "ProvisionedThroughputExceededException"}}
        self.rules = {"Rules": [{**rule, "Met": DELETES, "Applied": self.faults()}]}
        self.tell("PUT", "faults", [rule])

    def delete(self):
        throttled = ("ProvisionedThroughputExceededException", THROTTLED)
        answers = [self.call("DeleteItem", Key=OWN) for _ in range(DELETES)]
        check(answers, [throttled] * self.faults() + [{}] * (DELETES - self.faults()))
        check(self.tell("GET", "faults"), {"Rules": []} if self.has_function else self.rules)

    def look_at_requests(self):
        seen = self.tell("GET", "requests?table=songs")["Requests"]
        check([(each["Operation"], each["Status"]) for each in seen], self.requests)

    def let_songs_expire(self):
        """Moves the clock until the first `number` of the seeded songs have expired."""
        self.tell("POST", "clock", {"Seconds": (self.number + 0.5) * SECONDS_APART})
        check(self.tell("POST", SETTLE)["Settled"], True)
        left = self.call("Scan")["Items"]
        check(left, [seeded_song(number) for number in range(self.number + 1, SEEDED + 1)])


def main():
    test = OneTest(sys.argv[1], int(sys.argv[2]))
    print("ready", flush=True)
    sys.stdin.readline()
    test.run()


if __name__ == "__main__":
    main()
