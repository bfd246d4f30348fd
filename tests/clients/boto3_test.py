#!/usr/bin/python3
"""boto3 as programs use it, both its resources and its clients, each test against its own Tailrace.

    boto3_test.py TAILRACE_EXECUTABLE [TEST]...
"""

from datetime import datetime, timezone
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from client_case import REGION, ClientCase, main, table_arn

ORDERS = {
    "TableName": "orders",
    "KeySchema": [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "placed_at", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "customer", "AttributeType": "S"},
        {"AttributeName": "placed_at", "AttributeType": "N"},
        {"AttributeName": "status", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-status",
            "KeySchema": [
                {"AttributeName": "status", "KeyType": "HASH"},
                {"AttributeName": "placed_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
# Waiters ask again without a delay: a test's table is ready, or gone, as soon as the call has returned.
AT_ONCE = {"Delay": 0, "MaxAttempts": 3}
CONDITION_FAILED = "The conditional request failed"
NOT_FOUND = "Requested resource not found"


class Boto3Case(ClientCase):
    """A test with a client and a resource of one session, with boto3's own defaults.

    boto3 checks the body of each answer against its CRC32 and retries if they differ, as it does after an
    answer that it cannot read. No test should need a retry.
    """

    def setUp(self):
        super().setUp()
        session = boto3.session.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION
        )
        options = {"endpoint_url": self.tailrace.endpoint, "config": Config(proxies={})}
        self.client = session.client("dynamodb", **options)
        self.resource = session.resource("dynamodb", **options)
        for client in (self.client, self.resource.meta.client):
            client.meta.events.register("after-call.dynamodb", self.check_first_attempt)
        self.addCleanup(self.client.close)
        self.addCleanup(self.resource.meta.client.close)

    def check_first_attempt(self, parsed, **_more):
        metadata = parsed["ResponseMetadata"]
        self.assertEqual(metadata["RetryAttempts"], 0)
        self.assertIn("x-amz-crc32", metadata["HTTPHeaders"])

    def create_orders(self):
        table = self.resource.create_table(**ORDERS)
        table.wait_until_exists()
        return table

    def assert_client_error(self, code, message):
        """Returns a context in which a call must fail with exactly this code and message; it yields the
        ClientError."""
        return _ExpectedError(self, code, message)


class _ExpectedError:
    def __init__(self, case, code, message):
        self._case = case
        self._expected = (code, message)
        self._raises = case.assertRaises(ClientError)

    def __enter__(self):
        return self._raises.__enter__()

    def __exit__(self, *exception):
        caught = self._raises.__exit__(*exception)
        error = self._raises.exception.response["Error"]
        self._case.assertEqual((error["Code"], error["Message"]), self._expected)
        return caught


def order(customer, placed_at, status="open", total="9.50"):
    return {"customer": customer, "placed_at": placed_at, "status": status, "total": Decimal(total)}


class Tables(Boto3Case):
    """The life of a table as waiters, list_tables and the resource's attributes show it."""

    # The resource shows a table with the values that it was created with.
    def test_create_describe_and_delete(self):
        table = self.create_orders()
        self.assertEqual(table.table_status, "CREATING")
        table.reload()
        self.assertEqual(table.table_status, "ACTIVE")
        self.assertEqual(table.table_arn, table_arn("orders"))
        self.assertEqual(table.key_schema, ORDERS["KeySchema"])
        by_name = {each["AttributeName"]: each for each in table.attribute_definitions}
        self.assertEqual(by_name, {each["AttributeName"]: each for each in ORDERS["AttributeDefinitions"]})
        self.assertEqual((table.item_count, table.table_size_bytes), (0, 0))
        self.assertEqual(table.billing_mode_summary["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual(table.creation_date_time.tzinfo.utcoffset(None).total_seconds(), 0)
        (index,) = table.global_secondary_indexes
        self.assertEqual(
            {name: index[name] for name in ("IndexName", "IndexStatus", "IndexArn", "Projection")},
            {
                "IndexName": "by-status", "IndexStatus": "ACTIVE",
                "IndexArn": table_arn("orders") + "/index/by-status",
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
            },
        )

        deleted = table.delete()["TableDescription"]
        self.assertEqual((deleted["TableName"], deleted["TableStatus"]), ("orders", "DELETING"))
        table.wait_until_not_exists()
        with self.assert_client_error("ResourceNotFoundException",
                                      "Requested resource not found: Table: orders not found"):
            table.reload()

    # A waiter that is never satisfied gives up after its maximum number of attempts.
    def test_waiters(self):
        with self.assertRaises(WaiterError) as caught:
            self.client.get_waiter("table_exists").wait(TableName="orders", WaiterConfig=AT_ONCE)
        self.assertEqual(
            str(caught.exception), "Waiter TableExists failed: Max attempts exceeded. Previously accepted "
            "state: Matched expected service error code: ResourceNotFoundException")
        self.client.get_waiter("table_not_exists").wait(TableName="orders", WaiterConfig=AT_ONCE)

        self.client.create_table(**ORDERS)
        self.client.get_waiter("table_exists").wait(TableName="orders", WaiterConfig=AT_ONCE)
        with self.assertRaises(WaiterError) as caught:
            self.client.get_waiter("table_not_exists").wait(TableName="orders", WaiterConfig=AT_ONCE)
        self.assertEqual(str(caught.exception), "Waiter TableNotExists failed: Max attempts exceeded")

        self.client.delete_table(TableName="orders")
        self.client.get_waiter("table_not_exists").wait(TableName="orders", WaiterConfig=AT_ONCE)

    # boto3 has its own exception class for each exception of the service, and keeps the whole message.
    def test_a_table_that_is_there_already(self):
        self.client.create_table(**ORDERS)
        with self.assertRaises(self.client.exceptions.ResourceInUseException) as caught:
            self.client.create_table(**ORDERS)
        self.assertEqual(caught.exception.response["Error"], {
            "Code": "ResourceInUseException", "Message": "Table already exists: orders"})
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)

    # The paginator follows LastEvaluatedTableName through all pages, and so does the resource's collection.
    def test_list_tables_page_by_page(self):
        names = [f"orders-{number:02}" for number in range(7)]
        for name in reversed(names):
            self.client.create_table(**{**ORDERS, "TableName": name})
        pages = list(self.client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 3}))
        self.assertEqual([page["TableNames"] for page in pages], [names[0:3], names[3:6], names[6:]])
        self.assertEqual([page.get("LastEvaluatedTableName") for page in pages],
                         ["orders-02", "orders-05", None])
        self.assertEqual([table.name for table in self.resource.tables.page_size(2)], names)
        self.assertEqual([table.name for table in self.resource.tables.limit(5)], names[:5])

    def test_tags(self):
        self.client.create_table(**ORDERS, Tags=[{"Key": "team", "Value": "shop"}])
        arn = table_arn("orders")
        self.client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"},
                                                        {"Key": "team", "Value": "orders"}])
        (page,) = self.client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
        self.assertEqual({tag["Key"]: tag["Value"] for tag in page["Tags"]},
                         {"team": "orders", "stage": "test"})
        self.client.untag_resource(ResourceArn=arn, TagKeys=["team"])
        self.assertEqual(self.client.list_tags_of_resource(ResourceArn=arn)["Tags"],
                         [{"Key": "stage", "Value": "test"}])

    def test_time_to_live(self):
        self.client.create_table(**ORDERS)
        described = self.client.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
        self.assertEqual(described, {"TimeToLiveStatus": "DISABLED"})
        specification = {"Enabled": True, "AttributeName": "expires_at"}
        answer = self.client.update_time_to_live(TableName="orders", TimeToLiveSpecification=specification)
        self.assertEqual(answer["TimeToLiveSpecification"], specification)
        described = self.client.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
        self.assertEqual(described, {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"})
        with self.assert_client_error("ValidationException", "TimeToLive is already enabled"):
            self.client.update_time_to_live(TableName="orders", TimeToLiveSpecification=specification)


class Items(Boto3Case):
    """Items that are written and read through the Table resource, in Python's own types."""

    def setUp(self):
        super().setUp()
        self.table = self.create_orders()

    # Every type comes back as boto3's own type for it, with numbers exact to the last digit.
    def test_types_there_and_back(self):
        item = {
            "customer": "ada", "placed_at": Decimal("-1.5"), "whole": 7,
            "precise": Decimal("3.1415926535897932384626433832795028842"),
            "large": Decimal("1E+37"), "small": Decimal("1E-130"), "thousand": Decimal("1E+3"),
            "text": "Zoë \U0001F600 \u0000 \"\\", "empty": "", "yes": True, "no": False, "nothing": None,
            "bytes": b"\x00\xff\x80", "no_bytes": b"",
            "words": {"b", "a"}, "numbers": {1, Decimal("2.50"), -3}, "blobs": {b"\x01", b"\x02"},
            "list": [1, "two", [Decimal("3.0"), {"four": None}]], "map": {"": 1, "deep": {"deeper": [True]}},
            "no_list": [], "no_map": {},
        }
        self.table.put_item(Item=item)
        found = self.table.get_item(Key={"customer": "ada", "placed_at": Decimal("-1.5")})["Item"]
        self.assertEqual(found, {**item, "bytes": Binary(b"\x00\xff\x80"), "no_bytes": Binary(b""),
                                 "blobs": {Binary(b"\x01"), Binary(b"\x02")}})
        self.assertEqual(str(found["precise"]), "3.1415926535897932384626433832795028842")
        self.assertEqual(str(found["thousand"]), "1000")
        self.assertIsInstance(found["whole"], Decimal)
        self.assertIsInstance(found["bytes"], Binary)

    def test_an_item_that_is_not_there(self):
        answer = self.table.get_item(Key={"customer": "ada", "placed_at": 1})
        self.assertNotIn("Item", answer)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 200)

    # A put whose condition fails changes nothing, and its code and message say why.
    def test_conditional_writes(self):
        self.table.put_item(Item=order("ada", 1), ConditionExpression=Attr("customer").not_exists())
        with self.assert_client_error("ConditionalCheckFailedException", CONDITION_FAILED) as caught:
            self.table.put_item(Item=order("ada", 1, "paid"),
                                ConditionExpression=Attr("customer").not_exists())
        self.assertEqual(caught.exception.operation_name, "PutItem")
        with self.assert_client_error("ConditionalCheckFailedException", CONDITION_FAILED):
            self.table.delete_item(
                Key={"customer": "ada", "placed_at": 1},
                ConditionExpression=Attr("status").is_in(["paid", "sent"]) | Attr("total").between(10, 20))
        self.assertEqual(self.table.scan()["Items"], [order("ada", 1)])

        old = self.table.delete_item(
            Key={"customer": "ada", "placed_at": 1}, ReturnValues="ALL_OLD",
            ConditionExpression=Attr("status").begins_with("op") & ~Attr("total").lt(Decimal("9.5")))
        self.assertEqual(old["Attributes"], order("ada", 1))
        self.assertEqual(self.table.scan()["Count"], 0)

    # One expression with SET, ADD, REMOVE and DELETE, and each kind of ReturnValues.
    def test_update_expressions(self):
        key = {"customer": "ada", "placed_at": 1}
        self.table.put_item(Item={**order("ada", 1), "tags": {"new", "gift"}, "goods": ["tea"], "note": "x"})
        answer = self.table.update_item(
            Key=key,
            UpdateExpression="SET #s = :paid, goods = list_append(goods, :more), #t = #t - :off, "
                             "visits = if_not_exists(visits, :zero) + :one "
                             "ADD shipped :one REMOVE note DELETE tags :gone",
            ConditionExpression="attribute_exists(customer) AND size(goods) = :one",
            ExpressionAttributeNames={"#s": "status", "#t": "total"},
            ExpressionAttributeValues={":paid": "paid", ":more": ["cups", "jam"], ":off": Decimal("0.25"),
                                       ":zero": 0, ":one": 1, ":gone": {"new"}},
            ReturnValues="ALL_NEW",
        )
        self.assertEqual(answer["Attributes"], {
            "customer": "ada", "placed_at": 1, "status": "paid", "total": Decimal("9.25"), "visits": 1,
            "shipped": 1, "goods": ["tea", "cups", "jam"], "tags": {"gift"}})

        def change(returned):
            return self.table.update_item(
                Key=key, UpdateExpression="SET visits = visits + :n, goods[1] = :word", ReturnValues=returned,
                ExpressionAttributeValues={":n": 1, ":word": returned}).get("Attributes")

        self.assertEqual(change("UPDATED_NEW"), {"visits": 2, "goods": ["UPDATED_NEW"]})
        self.assertEqual(change("UPDATED_OLD"), {"visits": 2, "goods": ["UPDATED_NEW"]})
        self.assertEqual(change("ALL_OLD")["goods"], ["tea", "UPDATED_OLD", "jam"])
        self.assertIsNone(change("NONE"))
        self.assertEqual(self.table.get_item(Key=key)["Item"]["goods"], ["tea", "NONE", "jam"])

    # batch_writer sends 25 requests at a time, keeps only the last request for each key, and also deletes.
    def test_batch_writer(self):
        with self.table.batch_writer(overwrite_by_pkeys=["customer", "placed_at"]) as batch:
            for number in range(60):
                batch.put_item(Item=order("ada", number))
                batch.put_item(Item=order("ada", number, total=str(number)))
        with self.table.batch_writer() as batch:
            for number in range(0, 60, 2):
                batch.delete_item(Key={"customer": "ada", "placed_at": number})
        found = self.table.query(KeyConditionExpression=Key("customer").eq("ada"))
        self.assertEqual(found["Items"],
                         [order("ada", number, total=str(number)) for number in range(1, 60, 2)])
        self.assertEqual((found["Count"], found["ScannedCount"]), (30, 30))

    # Here, too, the resource returns Python's types. Items that do not exist are left out.
    def test_batch_get_item(self):
        self.table.put_item(Item=order("ada", 1))
        self.table.put_item(Item=order("ada", 2))
        answer = self.resource.batch_get_item(RequestItems={"orders": {
            "Keys": [{"customer": "ada", "placed_at": number} for number in (1, 2, 3)],
            "ProjectionExpression": "placed_at, #t", "ExpressionAttributeNames": {"#t": "total"}}})
        self.assertCountEqual(answer["Responses"]["orders"], [
            {"placed_at": 1, "total": Decimal("9.5")}, {"placed_at": 2, "total": Decimal("9.5")}])
        self.assertEqual(answer["UnprocessedKeys"], {})

    def test_query_with_conditions(self):
        for number in range(6):
            self.table.put_item(Item=order("ada", number, "open" if number % 2 else "paid", str(number)))
        self.table.put_item(Item=order("bob", 1, "paid"))
        newest = self.table.query(
            KeyConditionExpression=Key("customer").eq("ada") & Key("placed_at").between(1, 4),
            FilterExpression=Attr("status").eq("paid"), ScanIndexForward=False)
        self.assertEqual(newest["Items"], [order("ada", 4, "paid", "4"), order("ada", 2, "paid", "2")])
        self.assertEqual((newest["Count"], newest["ScannedCount"]), (2, 4))
        indexed = self.table.query(IndexName="by-status", KeyConditionExpression=Key("status").eq("paid"),
                                   ReturnConsumedCapacity="INDEXES", Limit=2)
        self.assertEqual([item["customer"] for item in indexed["Items"]], ["ada", "bob"])
        self.assertEqual(indexed["ConsumedCapacity"], {
            "TableName": "orders", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0},
            "GlobalSecondaryIndexes": {"by-status": {"CapacityUnits": 0.5}}})
        counted = self.table.query(KeyConditionExpression=Key("customer").eq("ada"), Select="COUNT")
        self.assertEqual((counted["Count"], "Items" in counted), (6, False))

    def test_validation_error(self):
        with self.assert_client_error("ValidationException",
                                      "The provided key element does not match the schema"):
            self.table.get_item(Key={"customer": "ada"})
        with self.assert_client_error("ResourceNotFoundException", NOT_FOUND):
            self.resource.Table("absent").get_item(Key={"customer": "ada"})


class Pages(Boto3Case):
    """The client's paginators, which return DynamoDB's own JSON."""

    def setUp(self):
        super().setUp()
        self.create_orders()
        self.items = [
            {"customer": {"S": "ada"}, "placed_at": {"N": str(number)}, "text": {"S": "x" * 1000}}
            for number in range(25)
        ]
        for item in self.items:
            self.client.put_item(TableName="orders", Item=item)
        self.ada = {"KeyConditionExpression": "customer = :c",
                    "ExpressionAttributeValues": {":c": {"S": "ada"}}}

    def test_query_pages(self):
        paginator = self.client.get_paginator("query")
        pages = list(paginator.paginate(TableName="orders", **self.ada, PaginationConfig={"PageSize": 10}))
        self.assertEqual([page["Count"] for page in pages], [10, 10, 5])
        self.assertEqual([item for page in pages for item in page["Items"]], self.items)
        self.assertEqual(pages[0]["LastEvaluatedKey"], {"customer": {"S": "ada"}, "placed_at": {"N": "9"}})
        self.assertNotIn("LastEvaluatedKey", pages[2])
        whole = paginator.paginate(TableName="orders", **self.ada,
                                   PaginationConfig={"PageSize": 10}).build_full_result()
        self.assertEqual((whole["Items"], whole["Count"], whole["ScannedCount"]), (self.items, 25, 25))

    # A token from one paginator lets another continue where the first stopped, even within a page.
    def test_query_continued_by_a_token(self):
        paginator = self.client.get_paginator("query")
        first = paginator.paginate(TableName="orders", **self.ada,
                                   PaginationConfig={"PageSize": 10, "MaxItems": 13}).build_full_result()
        self.assertEqual(first["Items"], self.items[:13])
        rest = paginator.paginate(
            TableName="orders", **self.ada,
            PaginationConfig={"PageSize": 10, "StartingToken": first["NextToken"]}).build_full_result()
        self.assertEqual(rest["Items"], self.items[13:])
        self.assertNotIn("NextToken", rest)

    # A parallel scan divides the items among its segments: each item is in exactly one.
    def test_scan_in_segments(self):
        for number in range(40):
            self.client.put_item(TableName="orders",
                                 Item={"customer": {"S": f"c{number}"}, "placed_at": {"N": "0"}})
        paginator = self.client.get_paginator("scan")
        found = []
        for segment in range(3):
            pages = list(paginator.paginate(TableName="orders", Segment=segment, TotalSegments=3,
                                            ProjectionExpression="customer, placed_at",
                                            PaginationConfig={"PageSize": 4}))
            self.assertTrue(all(page["Count"] <= 4 for page in pages))
            found += [item for page in pages for item in page["Items"]]
        expected = [{"customer": {"S": "ada"}, "placed_at": {"N": str(number)}} for number in range(25)]
        expected += [{"customer": {"S": f"c{number}"}, "placed_at": {"N": "0"}} for number in range(40)]
        self.assertCountEqual(found, expected)

    # A page ends at one megabyte even if no limit is given.
    def test_scan_of_more_than_a_megabyte(self):
        for number in range(5):
            self.client.put_item(TableName="orders", Item={
                "customer": {"S": "big"}, "placed_at": {"N": str(number)}, "text": {"S": "y" * 390_000}})
        pages = list(self.client.get_paginator("query").paginate(
            TableName="orders", KeyConditionExpression="customer = :c",
            ExpressionAttributeValues={":c": {"S": "big"}}))
        self.assertEqual([page["Count"] for page in pages], [3, 2])
        self.assertEqual(self.client.get_paginator("scan").paginate(
            TableName="orders", Select="COUNT").build_full_result()["Count"], 30)


class Transactions(Boto3Case):
    """Transactions and PartiQL, through the client and through the resource's client."""

    def setUp(self):
        super().setUp()
        self.table = self.create_orders()

    # Either everything is written, or nothing is and the error gives a reason for each member.
    def test_transact_write_items(self):
        members = [
            {"Put": {"TableName": "orders", "Item": {"customer": {"S": "ada"}, "placed_at": {"N": "1"}},
                     "ConditionExpression": "attribute_not_exists(customer)"}},
            {"Update": {"TableName": "orders", "Key": {"customer": {"S": "ada"}, "placed_at": {"N": "2"}},
                        "UpdateExpression": "ADD visits :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}}}},
        ]
        self.client.transact_write_items(TransactItems=members)
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            self.client.transact_write_items(TransactItems=[
                {"Delete": {"TableName": "orders",
                            "Key": {"customer": {"S": "ada"}, "placed_at": {"N": "2"}}}},
                {"Put": {**members[0]["Put"], "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
                {"ConditionCheck": {
                    "TableName": "orders", "Key": {"customer": {"S": "bob"}, "placed_at": {"N": "1"}},
                    "ConditionExpression": "attribute_exists(customer)"}}])
        response = caught.exception.response
        self.assertEqual(response["Error"], {
            "Code": "TransactionCanceledException",
            "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons "
                       "[None, ConditionalCheckFailed, ConditionalCheckFailed]"})
        self.assertEqual(response["CancellationReasons"], [
            {"Code": "None"},
            {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED,
             "Item": {"customer": {"S": "ada"}, "placed_at": {"N": "1"}}},
            {"Code": "ConditionalCheckFailed", "Message": CONDITION_FAILED}])
        self.assertEqual(self.table.query(KeyConditionExpression=Key("customer").eq("ada"))["Items"], [
            {"customer": "ada", "placed_at": 1}, {"customer": "ada", "placed_at": 2, "visits": 1}])

    # boto3 sends its own token. The same token, if given explicitly, makes a repeated call harmless.
    def test_a_transaction_is_carried_out_once(self):
        add = [{"Update": {"TableName": "orders", "Key": {"customer": "ada", "placed_at": 1},
                           "UpdateExpression": "ADD visits :one", "ExpressionAttributeValues": {":one": 1}}}]
        transact = self.resource.meta.client.transact_write_items
        for _ in range(3):
            transact(TransactItems=add, ClientRequestToken="pay-ada-1")
        transact(TransactItems=add)
        self.assertEqual(self.table.scan()["Items"], [{"customer": "ada", "placed_at": 1, "visits": 2}])
        with self.assert_client_error("IdempotentParameterMismatchException", "IdempotentParameterMismatch"):
            transact(ClientRequestToken="pay-ada-1", TransactItems=[
                {"Delete": {"TableName": "orders", "Key": {"customer": "ada", "placed_at": 1}}}])

    def test_transact_get_items(self):
        self.table.put_item(Item=order("ada", 1))
        answer = self.resource.meta.client.transact_get_items(TransactItems=[
            {"Get": {"TableName": "orders", "Key": {"customer": "ada", "placed_at": number}}}
            for number in (2, 1)])
        self.assertEqual(answer["Responses"], [{}, {"Item": order("ada", 1)}])

    def test_execute_statement(self):
        execute = self.client.execute_statement
        for number in range(5):
            execute(Statement="INSERT INTO orders VALUE {'customer': ?, 'placed_at': ?, 'goods': ['tea']}",
                    Parameters=[{"S": "ada"}, {"N": str(number)}])
        with self.assert_client_error("DuplicateItemException",
                                      "Duplicate primary key exists in table"):
            execute(Statement="INSERT INTO orders VALUE {'customer': 'ada', 'placed_at': 1}")
        changed = execute(
            Statement="UPDATE orders SET total = 5 WHERE customer = 'ada' AND placed_at = 3 "
                      "RETURNING ALL NEW *")
        self.assertEqual(changed["Items"], [{"customer": {"S": "ada"}, "placed_at": {"N": "3"},
                                             "goods": {"L": [{"S": "tea"}]}, "total": {"N": "5"}}])
        select = {"Statement": "SELECT placed_at FROM orders WHERE customer = 'ada'", "Limit": 2}
        pages = [execute(**select)]
        while "NextToken" in pages[-1]:
            pages.append(execute(**select, NextToken=pages[-1]["NextToken"]))
        self.assertEqual([[item["placed_at"]["N"] for item in page["Items"]] for page in pages],
                         [["0", "1"], ["2", "3"], ["4"]])
        answer = self.client.batch_execute_statement(Statements=[
            {"Statement": "SELECT * FROM orders WHERE customer = 'ada' AND placed_at = 0"},
            {"Statement": "SELECT * FROM absent WHERE customer = 'ada' AND placed_at = 0"}])
        self.assertEqual(answer["Responses"], [
            {"TableName": "orders", "Item": {"customer": {"S": "ada"}, "placed_at": {"N": "0"},
                                             "goods": {"L": [{"S": "tea"}]}}},
            {"Error": {"Code": "ResourceNotFound", "Message": NOT_FOUND}}])


if __name__ == "__main__":
    main()
