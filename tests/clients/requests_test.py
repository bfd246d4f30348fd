#!/usr/bin/python3
"""GET and DELETE /_tailrace/requests.

    requests_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import urllib.request

from botocore.exceptions import ClientError

from client_case import main
from mappings_test import MappingsCase

NOON = "2026-01-31T12:00:00.000Z"


class RequestsTest(MappingsCase):
    def requests(self, query=""):
        status, answer = self.ask("GET", "requests" + query)
        self.assertEqual(status, 200, answer)
        return answer["Requests"]

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
            "ItemsWritten": 0})
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
                ("?tables=a", f"{path}: unknown parameter 'tables' (known: operation, table, status and "
                              "pretty); did you mean table?"),
                ("?operation=Put", "operation must be the name of an operation, such as PutItem; there is no "
                                   "Put."),
                ("?status=ok", "status must be a number from 100 to 599; it is 'ok'."),
                ("?status=99", "status must be a number from 100 to 599; it is '99'.")):
            with self.subTest(query=query):
                self.assertEqual(self.ask("GET", "requests" + query), (400, {"message": message}))


if __name__ == "__main__":
    main()
