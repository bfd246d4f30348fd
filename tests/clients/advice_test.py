#!/usr/bin/python3
"""The adviser: an application with every mistake that it knows, and one without any, on the same server.

    advice_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import subprocess
import tempfile
from pathlib import Path

from botocore.exceptions import ClientError

from client_case import ClientCase, main

NOON = "2026-01-31T12:00:00.000Z"
NOON_SECONDS = 1769860800
HOUR = 3600
PATIENCE_SECONDS = 60
# The built-in function ignores every item except the one with this key. For that it needs an index, and fails
# without it.
POISON = "MSG#1"
ALL_FINDINGS = ["Scan", "FilterDiscards", "HotPartition", "OversizedItem", "UnusedIndex", "SecondRead",
                "ReadAfterWrite", "UnprocessedItems", "TransactionConflict", "TimeToLiveMisread",
                "FailingStreamBatch"]


class Shop:
    """The tables of an application: orders of customers, and what it does with them."""

    def __init__(self, client, stream=False):
        self.client = client
        attributes = [{"AttributeName": name, "AttributeType": "S"}
                      for name in ("customer", "order", "status", "courier")]
        keys = [{"AttributeName": "customer", "KeyType": "HASH"},
                {"AttributeName": "order", "KeyType": "RANGE"}]
        indexes = [{"IndexName": "by-" + name, "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}]}
                   for name in ("status", "courier")]
        client.create_table(TableName="orders", BillingMode="PAY_PER_REQUEST", KeySchema=keys,
                            AttributeDefinitions=attributes, GlobalSecondaryIndexes=indexes)
        client.create_table(TableName="sessions", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=attributes[:1], KeySchema=keys[:1])
        client.update_time_to_live(TableName="sessions", TimeToLiveSpecification={
            "AttributeName": "expires", "Enabled": True})
        settings = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
        client.create_table(TableName="mail", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                            **(settings if stream else {}))

    @staticmethod
    def key(customer, order):
        return {"customer": {"S": customer}, "order": {"S": order}}

    def order(self, customer, order, **attributes):
        self.client.put_item(TableName="orders", Item={
            **self.key(customer, order), "status": {"S": "new"}, "courier": {"S": customer}, **attributes})

    def session(self, customer, expires):
        self.client.put_item(TableName="sessions", Item={"customer": {"S": customer}, "expires": expires})

    def of_customer(self, customer, **parameters):
        return self.client.query(TableName="orders", KeyConditionExpression="customer = :c", **{
            **parameters, "ExpressionAttributeValues": {
                ":c": {"S": customer}, **parameters.get("ExpressionAttributeValues", {})}})["Items"]

    def of_status(self, status):
        return self.client.query(TableName="orders", IndexName="by-status",
                                 KeyConditionExpression="#s = :s", ExpressionAttributeNames={"#s": "status"},
                                 ExpressionAttributeValues={":s": {"S": status}})["Items"]

    def write_batch(self, orders):
        return self.client.batch_write_item(RequestItems={"orders": [
            {"PutRequest": {"Item": each}} for each in orders]})["UnprocessedItems"]


class AdviceTest(ClientCase):
    options = ("--manual-clock", NOON, "--ttl-interval", "0", "--transaction-ms", "1000",
               "--on-stream", "mail=message-groups,MaximumRetryAttempts=0,BatchSize=1")

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        return self.tailrace.ask(method, path, data)

    def advice(self, path="", query=""):
        return self.ask("GET", path + "/_tailrace/advice" + query)

    def advise(self, *words, path=""):
        """Runs the command and returns its exit code, standard output and the lines of standard error."""
        done = subprocess.run([self.executable, "advise", "--endpoint-url", self.tailrace.endpoint + path,
                               *words], capture_output=True, text=True, check=False,
                              timeout=PATIENCE_SECONDS)
        return done.returncode, done.stdout, done.stderr.splitlines()

    def make_mistakes(self):
        client = self.tailrace.client()
        self.ask("POST", "/_tailrace/advice")
        shop = Shop(client, stream=True)
        for number in range(60):
            shop.order("Ada" if number % 2 else "Bob", f"{number:03}")
        for _ in range(3):
            client.scan(TableName="orders")
            shop.of_customer("Ada", FilterExpression="order_total > :t",
                             ExpressionAttributeValues={":t": {"N": "1"}})
        # HotPartition and OversizedItem: items of 110 KB under one key.
        large = {"text": {"S": "x" * 110_000}, "status": {"S": "large"}, "courier": {"S": "none"}}
        shop.write_batch([{**shop.key("Eve", f"{number:03}"), **large} for number in range(25)])
        self.make_later_mistakes(shop)

    def make_later_mistakes(self, shop):
        client = shop.client
        for item in shop.of_status("new")[:20]:
            client.get_item(TableName="orders", Key=shop.key(item["customer"]["S"], item["order"]["S"]))
        for number in range(3):
            shop.order("Zoe", str(number))
            client.get_item(TableName="orders", Key=shop.key("Zoe", str(number)))
        self.ask("PUT", "/_tailrace/faults", [{"Operation": "BatchWriteItem", "Then": {"Unprocessed": 2}}])
        left = shop.write_batch([shop.key("Lea", str(number)) for number in range(3)])
        self.assertEqual(len(left["orders"]), 2)
        self.ask("DELETE", "/_tailrace/faults")
        client.transact_write_items(TransactItems=[
            {"Put": {"TableName": "orders", "Item": shop.key("Max", "1")}}])
        for _ in range(3):
            with self.assertRaises(ClientError) as conflict:
                client.update_item(TableName="orders", Key=shop.key("Max", "1"),
                                   UpdateExpression="SET courier = :c",
                                   ExpressionAttributeValues={":c": {"S": "Ada"}})
            self.assertEqual(conflict.exception.response["Error"]["Code"], "TransactionConflictException")
        shop.session("Ada", {"S": "2026-01-31"})
        shop.session("Bob", {"N": str((NOON_SECONDS + HOUR) * 1000)})
        client.update_item(TableName="sessions", Key={"customer": {"S": "Eve"}},
                           UpdateExpression="SET expires = :e",
                           ExpressionAttributeValues={":e": {"N": str(NOON_SECONDS - HOUR)}})
        for _ in range(3):
            client.query(TableName="sessions", KeyConditionExpression="customer = :c", ConsistentRead=True,
                         ExpressionAttributeValues={":c": {"S": "Eve"}})
        for number in range(3):
            client.put_item(TableName="mail", Item={
                "pk": {"S": POISON}, "sk": {"S": POISON}, "number": {"N": str(number)}})
        self.tailrace.drain()

    def make_none(self):
        """Does the same work as make_mistakes(), without the mistakes."""
        path = "/~clean"
        client = self.tailrace.client(self.tailrace.endpoint + path)
        self.ask("POST", path + "/_tailrace/advice")
        shop = Shop(client)
        for number in range(60):
            shop.order(f"customer-{number % 20}", f"{number:03}")
        self.ask("POST", path + "/_tailrace/clock", {"Seconds": 2})
        shop.of_status("new")
        for name in ("customer-1", "customer-2"):
            client.query(TableName="orders", IndexName="by-courier", KeyConditionExpression="courier = :c",
                         ExpressionAttributeValues={":c": {"S": name}})
            shop.of_customer(name, Limit=10)
        for number in range(3):
            shop.order("Zoe", str(number))
            client.get_item(TableName="orders", Key=shop.key("Zoe", str(number)), ConsistentRead=True)
        self.ask("PUT", path + "/_tailrace/faults", [
            {"Operation": "BatchWriteItem", "Times": 1, "Then": {"Unprocessed": 2}}])
        left = shop.write_batch([shop.key("Lea", str(number)) for number in range(3)])
        self.assertEqual(len(left["orders"]), 2)
        client.batch_write_item(RequestItems=left)
        client.transact_write_items(TransactItems=[
            {"Put": {"TableName": "orders", "Item": shop.key("Max", "1")}}])
        shop.session("Ada", {"N": str(NOON_SECONDS + HOUR)})
        shop.session("Eve", {"N": str(NOON_SECONDS - HOUR)})
        for _ in range(3):
            client.query(TableName="sessions", KeyConditionExpression="customer = :c", ConsistentRead=True,
                         FilterExpression="expires > :n",
                         ExpressionAttributeValues={":c": {"S": "Eve"}, ":n": {"N": str(NOON_SECONDS)}})

    def test_every_planted_mistake_is_found_and_nothing_in_a_clean_application(self):
        self.make_mistakes()
        self.make_none()
        clean = self.advice("/~clean")
        self.assertEqual(clean["Findings"], [])
        self.assertGreater(clean["Requests"], 70)
        found = self.advice()["Findings"]
        names = [each["Finding"] for each in found]
        self.assertEqual(list(dict.fromkeys(names)), ALL_FINDINGS)
        reasons = [(each["Finding"], each["TableName"], each["IndexName"], each["Reason"]) for each in found]
        for expected in (
                ("Scan", "orders", None,
                 "3 scans read 60 items each on average; the cost grows with the table."),
                ("FilterDiscards", "orders", None,
                 "90 items were read and 0 returned (0 %); a filter does not make a request cheaper."),
                ("OversizedItem", "orders", None,
                 '25 accesses to items of 100 KB and more; the largest has about 108 KB, under the '
                 'partition key "Eve".'),
                ("SecondRead", "orders", "by-status",
                 "20 of 60 items that the index returned were then read from the table."),
                ("UnprocessedItems", "orders", None,
                 "2 items that a batch left unprocessed were not sent again."),
                ("TimeToLiveMisread", "sessions", None,
                 "1 item with a value of expires that is not a Number; they never expire."),
                ("TimeToLiveMisread", "sessions", None,
                 "1 item with a value of expires in milliseconds; they expire after tens of thousands of "
                 "years."),
                ("FailingStreamBatch", "mail", None,
                 "3 calls of mail/message-groups failed, and 3 batches were given up.")):
            self.assertIn(expected, reasons)
        hot = [each for each in reasons if each[0] == "HotPartition" and each[2] is None]
        self.assertEqual(len(hot), 1)
        self.assertRegex(hot[0][3], r'^the partition key "Eve" used \d+ write units in one second of the '
                                    r"run; a partition has 1000\.$")
        self.check_command(clean)

    def check_command(self, clean):
        """The command shows both applications, and a budget fails the one with mistakes."""
        with tempfile.TemporaryDirectory(prefix="tailrace-advice-") as folder:
            file = Path(folder) / "budget.json"
            file.write_text(json.dumps({"MaxFindings": 0, "MaxMonthlyUsd": 5, "Patterns": [
                {"Operation": "Scan", "TableName": "orders", "MaxCapacityUnitsPerRequest": 0.25}]}),
                encoding="utf-8")
            code, text, errors = self.advise("--budget", str(file), "--format", "json", path="/~clean")
            self.assertEqual((code, json.loads(text), errors), (0, clean, [
                "budget: warning: no request of the run matches Patterns[0]: Scan orders"]))
            code, text, errors = self.advise("--budget", str(file), "--monthly-requests", "1000000000")
            self.assertEqual(code, 1)
            self.assertTrue(text.startswith("# Advice\n\n"), text)
            self.assertIn("* **Scan** `Scan orders`: 3 scans read 60 items each on average", text)
            self.assertIn("| `Query orders (customer = ?) filter (order_total > ?)` | 3 | 0 | 90 / 0 | 0 |",
                          text)
            self.assertRegex("\n".join(errors), r"^budget: MaxFindings is 0, and there are \d+:\n")
            self.assertRegex("\n".join(errors), r"\nbudget: Scan orders uses [\d.]+ capacity units for each "
                                                r"request, and MaxCapacityUnitsPerRequest is 0.25\n")
            self.assertRegex(errors[-1], r"^budget: a month costs [\d.]+ USD, and MaxMonthlyUsd is 5$")
            file.write_text(json.dumps({"MaxMonthlyUsd": 0.000001, "Patterns": [
                {"Operation": "Query", "TableName": "order", "MaxCapacityUnitsPerRequest": 1}]}),
                encoding="utf-8")
            code, _, errors = self.advise("--budget", str(file))
            self.assertEqual(code, 1)
            self.assertRegex(errors[0], r"^budget: a month costs [\d.]+ USD, and MaxMonthlyUsd is 0.000001$")
            self.assertEqual(errors[1:], [
                "budget: warning: no request of the run matches Patterns[0]: Query order"])
            file.write_text('{"MaxFinding": 0}', encoding="utf-8")
            self.assertEqual(self.advise("--budget", str(file)), (2, "", [
                f"tailrace: --budget: '{file}': the budget: unknown member 'MaxFinding' (known: MaxFindings, "
                "AllowedFindings, MaxMonthlyUsd and Patterns); did you mean MaxFindings?"]))

    def test_a_run_begins_and_ends_on_request(self):
        client = self.tailrace.client()
        shop = Shop(client)
        advice = self.advice()
        self.assertEqual((advice["IsRecording"], advice["Since"], advice["Patterns"]), (False, None, []))
        self.assertEqual(self.advise(), (2, "", [
            f"tailrace: {self.tailrace.endpoint} has recorded no run: start it with --advise, or send POST "
            "/_tailrace/advice"]))
        self.assertEqual(self.ask("POST", "/_tailrace/advice"), {"IsRecording": True})
        shop.order("Ada", "1")
        self.assertEqual(self.ask("DELETE", "/_tailrace/advice"), {"IsRecording": False})
        shop.order("Ada", "2")
        advice = self.advice(query="?requests_per_month=2000000")
        self.assertEqual(advice["Since"], NOON)
        # One write unit for the table and one for each index.
        (pattern,) = advice["Patterns"]
        self.assertEqual(pattern, {
            "Operation": "PutItem", "TableName": "orders", "IndexName": None, "KeyCondition": None,
            "Filter": None, "Statement": None, "Requests": 1, "Errors": 0, "ItemsRead": 0,
            "ItemsReturned": 0, "ItemsWritten": 1, "ReadUnits": 0, "WriteUnits": 3, "MonthlyUsd": 3.75})
        self.assertEqual((advice["Requests"], advice["MonthlyUsd"], advice["RequestsPerMonth"]),
                         (1, 3.75, 2000000))
        self.assertEqual(self.ask("POST", "/_tailrace/advice"), {"IsRecording": True})
        self.assertEqual(self.advice()["Patterns"], [])


class AdvisingFromTheStartTest(ClientCase):
    options = ("--advise",)

    def test_the_option_begins_a_run_in_each_namespace(self):
        for path in ("", "/~blue"):
            Shop(self.tailrace.client(self.tailrace.endpoint + path)).order("Ada", "1")
            advice = self.tailrace.ask("GET", path + "/_tailrace/advice")
            self.assertEqual((advice["IsRecording"], advice["Requests"]), (True, 1))

    def test_statements_have_patterns(self):
        client = self.tailrace.client()
        shop = Shop(client)
        shop.order("Ada", "1")
        for name in ("Ada", "Bob"):
            client.execute_statement(Statement=f"SELECT * FROM \"orders\" WHERE customer = '{name}'")
        patterns = self.tailrace.ask("GET", "/_tailrace/advice")["Patterns"]
        shown = [(each["Operation"], each["TableName"], each["Statement"], each["Requests"])
                 for each in patterns]
        self.assertIn(("ExecuteStatement", "orders", 'SELECT * FROM "orders" WHERE customer = ?', 2), shown)


if __name__ == "__main__":
    main()
