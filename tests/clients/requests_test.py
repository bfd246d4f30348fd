#!/usr/bin/python3
"""GET and DELETE /_tailrace/requests.

    requests_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import tempfile
import urllib.request
from pathlib import Path

from botocore.exceptions import ClientError

from client_case import main
from mappings_test import POISON, MappingsCase

NOON = "2026-01-31T12:00:00.000Z"


class RequestsTest(MappingsCase):
    def requests(self, query=""):
        status, answer = self.ask("GET", "requests" + query)
        self.assertEqual(status, 200, answer)
        return answer["Requests"]

    def create_with_groups(self, table):
        """Creates a table with a stream and the index that the function message-groups reads."""
        names = ("pk", "sk", "message_group_uuid")
        index = {"IndexName": "message-group-sk-index", "Projection": {"ProjectionType": "ALL"},
                 "KeySchema": [{"AttributeName": "message_group_uuid", "KeyType": "HASH"},
                               {"AttributeName": "sk", "KeyType": "RANGE"}]}
        self.tables.create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=[index],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"},
                       {"AttributeName": "sk", "KeyType": "RANGE"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})

    def test_what_a_client_has_asked_for(self):
        self.restart(options=["--manual-clock", NOON])
        self.create("notes")
        self.put("notes", "a", "b")
        self.tables.query(TableName="notes", KeyConditionExpression="pk = :a",
                          ExpressionAttributeValues={":a": {"S": "a"}})
        with self.assertRaises(ClientError):
            self.tables.query(TableName="notes", IndexName="by-name", KeyConditionExpression="pk = :a",
                              ExpressionAttributeValues={":a": {"S": "a"}})
        (found,) = self.requests("?operation=Query&status=200&pretty")
        self.assertGreaterEqual(found.pop("DurationMicroseconds"), 0)
        self.assertEqual(found, {
            "Number": 4, "Time": NOON, "Operation": "Query", "TableName": "notes", "IndexName": None,
            "Status": 200, "Error": None, "CapacityUnits": 0.5, "ItemsRead": 1, "ItemsReturned": 1,
            "ItemsWritten": 0, "FunctionName": None})
        for query, shown in (("", '"CapacityUnits":0.5,'), ("&pretty", '"CapacityUnits": 0.5,')):
            path = "/_tailrace/requests?operation=Query&status=200" + query
            with urllib.request.urlopen(self.tailrace.endpoint + path) as answer:
                self.assertIn(shown, answer.read().decode())
        (failed,) = self.requests("?table=notes&status=400")
        self.assertEqual((failed["IndexName"], failed["Error"]), ("by-name", "ValidationException"))
        self.assertEqual([each["Operation"] for each in self.requests()],
                         ["CreateTable", "PutItem", "PutItem", "Query", "Query"])
        self.assertEqual(self.requests("?table=other"), [])
        self.tables.batch_write_item(RequestItems={
            "notes": [{"DeleteRequest": {"Key": {"pk": {"S": "a"}}}}]})
        self.assertEqual(self.requests()[-1]["ItemsWritten"], 1)

    def test_those_after_a_number(self):
        self.create("notes")
        self.put("notes", "a", "b")
        status, answer = self.ask("GET", "requests?after=1")
        self.assertEqual((status, [each["Number"] for each in answer["Requests"]], answer["Newest"]),
                         (200, [2, 3], 3))
        self.assertEqual(self.ask("GET", "requests?after=3"), (200, {"Requests": [], "Newest": 3}))
        self.assertEqual(self.requests("?after=7"), [])
        self.assertEqual(self.ask("GET", "requests?after=x"),
                         (400, {"message": "after must be a number from 0 on; it is 'x'."}))

    def test_which_function_sent_a_request(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-requests-") as folder:
            file = Path(folder) / "copier.py"
            file.write_text("import boto3, os\n"
                            "tables = boto3.client('dynamodb', endpoint_url=os.environ['AWS_ENDPOINT_URL'])\n"
                            "def handler(event, context):\n"
                            "    for record in event['Records']:\n"
                            "        item = record['dynamodb']['NewImage']\n"
                            "        tables.put_item(TableName='copies', Item=item)\n", encoding="utf-8")
            self.restart(options=["--function", f"copier=python:{file}:handler",
                                  "--on-stream", "notes=copier"])
            for table in ("copies", "notes"):
                self.create(table)
            self.create_with_groups("other")
            self.put("notes", "a")
            self.put("other", POISON)
            self.tailrace.drain()
        self.assertEqual([each["FunctionName"] for each in self.requests("?operation=PutItem&table=copies")],
                         ["copier"])
        self.assertEqual([each["FunctionName"] for each in self.requests("?operation=PutItem&table=notes")],
                         [None])
        self.assertEqual({each["FunctionName"] for each in self.requests("?operation=Query")},
                         {"message-groups"})

    def test_a_request_over_several_tables_belongs_to_each(self):
        for table in ("notes", "music"):
            self.create(table)
        key = {"pk": {"S": "a"}}
        self.tables.batch_get_item(RequestItems={table: {"Keys": [key]} for table in ("notes", "music")})
        for table in ("notes", "music"):
            found = self.requests(f"?table={table}")[-1]
            self.assertEqual((found["Operation"], found["TableName"], sorted(found["TableNames"])),
                             ("BatchGetItem", None, ["music", "notes"]))

    def test_they_are_forgotten_on_request(self):
        self.create("notes")
        self.assertEqual(self.ask("DELETE", "requests"), (200, {"Removed": 1}))
        self.put("notes", "a")
        self.assertEqual([(each["Number"], each["Operation"]) for each in self.requests()], [(1, "PutItem")])

    def test_what_it_does_not_know_is_refused(self):
        path = "GET /_tailrace/requests"
        for query, message in (
                ("?tables=a", f"{path}: unknown parameter 'tables' (known: operation, table, status, "
                              "after and pretty); did you mean table?"),
                ("?operation=Put", "operation must be the name of an operation, such as PutItem; there is no "
                                   "Put."),
                ("?status=ok", "status must be a number from 100 to 599; it is 'ok'."),
                ("?status=99", "status must be a number from 100 to 599; it is '99'.")):
            with self.subTest(query=query):
                self.assertEqual(self.ask("GET", "requests" + query), (400, {"message": message}))


if __name__ == "__main__":
    main()
