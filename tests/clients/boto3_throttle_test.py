#!/usr/bin/python3
"""boto3 uses tables that have no throughput left, and follows its own retry rules.

    boto3_throttle_test.py TAILRACE_EXECUTABLE [TEST]...

In place of boto3's wait before a retry, the test moves the server's clock, so that units come back.
"""

import json

from boto3_case import ATTEMPTS, Boto3Case
from client_case import main, table_arn

PROVISIONED = (
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
    "provisioning level with the UpdateTable API.")
HOT_KEY = (
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html")


class ThrottleTest(Boto3Case):
    options = ("--manual-clock", "2026-01-31T12:00:00Z", "--throttle")

    def setUp(self):
        super().setUp()
        self.seconds_of_a_wait = 1
        self.replace_backoff(lambda: self.wait(self.seconds_of_a_wait))
        self.client = self.make_client()
        # Debian's boto3 is too old to know ThrottlingReasons, and leaves them out of the errors that it
        # raises.
        self.client.meta.events.register("after-call.dynamodb", self.keep_body)
        self.client.create_table(
            TableName="music", ProvisionedThroughput={"ReadCapacityUnits": 2, "WriteCapacityUnits": 2},
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"},
                                  {"AttributeName": "genre", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[{
                "IndexName": "by-genre", "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}])
        self.client.create_table(
            TableName="plays", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])

    def keep_body(self, http_response, **_):
        self.body = json.loads(http_response.content)

    def wait(self, seconds):
        self.ask_tailrace("POST", "clock", {"Seconds": seconds})

    def throttle(self, **setting):
        self.ask_tailrace("PUT", "throttle", {"BurstSeconds": 1, **setting})

    def events(self, table="music", index=None):
        """How often the table or the index was throttled."""
        buckets, = (each for each in self.ask_tailrace("GET", "throttle")["Buckets"]
                    if each["TableName"] == table and each.get("IndexName") == index)
        return buckets["ThrottleEvents"]

    def put(self, artist="Nils", table="music", **more):
        return self.client.put_item(TableName=table, Item={"artist": {"S": artist}, **more})

    def drain(self, table="music"):
        for _ in range(2):
            self.put(table=table)

    def assert_reason(self, reason, resource=table_arn("music")):
        """Checks the reason in the last error. ThrottlingException spells the member in lower case."""
        member = "throttlingReasons" if "ThrottlingException" in self.body["__type"] else "ThrottlingReasons"
        self.assertEqual(self.body[member], [{"reason": reason, "resource": resource}])

    def test_a_burst_of_five_minutes_is_drained_at_once(self):
        buckets = self.ask_tailrace("GET", "throttle")["Buckets"][0]
        self.assertEqual(buckets["Write"], {"Available": 600, "Limit": 600, "PerSecond": 2})
        text = {"S": "x" * 399_000}
        for _ in range(2):
            self.put(text=text)
        self.seconds_of_a_wait = 0
        response = self.refusal(self.put)
        self.assertEqual(response["Error"],
                         {"Code": "ProvisionedThroughputExceededException", "Message": PROVISIONED})
        self.assert_reason("TableWriteProvisionedThroughputExceeded")
        self.assertEqual(response["ResponseMetadata"]["RetryAttempts"], ATTEMPTS - 1)
        self.assertEqual(self.events(), {"WriteProvisionedThroughputThrottleEvents": ATTEMPTS,
                                         "WriteThrottleEvents": ATTEMPTS})
        self.wait(300)
        self.put()

    def test_a_throttled_request_succeeds_when_units_have_come_back(self):
        self.throttle(TableName="music")
        self.drain()
        self.assertEqual(self.put()["ResponseMetadata"]["RetryAttempts"], 1)
        self.assertEqual(self.events()["WriteThrottleEvents"], 1)

    def test_a_hot_key_of_a_table_on_demand(self):
        self.throttle(TableName="plays", PartitionWrite=2, Partitions=1)
        self.drain("plays")
        self.seconds_of_a_wait = 0
        response = self.refusal(lambda: self.put(table="plays"))
        self.assertEqual(response["Error"], {"Code": "ThrottlingException", "Message": HOT_KEY})
        self.assert_reason("TableWriteKeyRangeThroughputExceeded", table_arn("plays"))
        self.assertEqual(response["ResponseMetadata"]["RetryAttempts"], ATTEMPTS - 1)
        self.seconds_of_a_wait = 1
        self.assertEqual(self.put(table="plays")["ResponseMetadata"]["RetryAttempts"], 1)

    def test_the_maximum_of_a_table_on_demand(self):
        self.throttle(TableName="plays", ReadCapacityUnits=1)
        for _ in range(2):
            self.client.scan(TableName="plays")
        self.seconds_of_a_wait = 0
        response = self.refusal(lambda: self.client.scan(TableName="plays"))
        self.assertEqual(response["Error"], {
            "Code": "ThrottlingException",
            "Message": "Throughput exceeds the maximum OnDemandThroughput configured on table or index"})
        self.assert_reason("TableReadMaxOnDemandThroughputExceeded", table_arn("plays"))

    def test_an_index_holds_up_the_writes_of_its_table(self):
        self.throttle(TableName="music")
        self.put(genre={"S": "piano"})
        self.seconds_of_a_wait = 0
        self.refusal(self.put)
        self.assert_reason("IndexWriteProvisionedThroughputExceeded", table_arn("music") + "/index/by-genre")
        self.assertEqual(self.events(index="by-genre")["WriteThrottleEvents"], ATTEMPTS)

    def test_a_batch_is_for_the_program_to_send_again_until_everything_is_throttled(self):
        self.throttle(TableName="music")
        puts = [{"PutRequest": {"Item": {"artist": {"S": name}}}} for name in ("a", "b", "c")]
        unprocessed = self.client.batch_write_item(RequestItems={"music": puts})["UnprocessedItems"]
        self.assertEqual(unprocessed, {"music": puts[2:]})
        # The whole batch is throttled now, so boto3 itself tries again, after a second.
        answer = self.client.batch_write_item(RequestItems=unprocessed)
        self.assertEqual((answer["UnprocessedItems"], answer["ResponseMetadata"]["RetryAttempts"]), ({}, 1))
        keys = [{"artist": {"S": name}} for name in ("a", "b", "c")]
        wanted = {"music": {"ConsistentRead": True, "Keys": keys}}
        answer = self.client.batch_get_item(RequestItems=wanted)
        self.assertEqual(answer["UnprocessedKeys"], {"music": {"ConsistentRead": True, "Keys": keys[2:]}})

    def test_a_table_writer_writes_everything(self):
        self.throttle(TableName="music", WriteCapacityUnits=10)
        table = self.make_table("music")
        with table.batch_writer() as writer:
            for number in range(60):
                writer.put_item(Item={"artist": str(number)})
        self.throttle()
        self.assertEqual(self.client.scan(TableName="music", Select="COUNT")["Count"], 60)

    def test_a_transaction_is_cancelled(self):
        self.throttle(TableName="music")
        self.drain()
        puts = [{"Put": {"TableName": name, "Item": {"artist": {"S": "a"}}}} for name in ("plays", "music")]
        response = self.refusal(lambda: self.client.transact_write_items(TransactItems=puts))
        self.assertEqual(response["CancellationReasons"], [
            {"Code": "None"}, {"Code": "ProvisionedThroughputExceeded", "Message": PROVISIONED}])
        self.assertEqual(response["ResponseMetadata"]["RetryAttempts"], 0)

    def test_statements_are_throttled_too(self):
        self.throttle(TableName="music")
        self.drain()
        insert = "INSERT INTO music VALUE {'artist': '%s'}"
        answer = self.client.batch_execute_statement(Statements=[{"Statement": insert % "a"}])
        throttled = {"Code": "ProvisionedThroughputExceeded", "Message": PROVISIONED}
        self.assertEqual(answer["Responses"], [{"Error": throttled, "TableName": "music"}])
        answer = self.client.execute_statement(Statement=insert % "a")
        self.assertEqual(answer["ResponseMetadata"]["RetryAttempts"], 1)

    def test_a_fork_has_the_limits_but_buckets_of_its_own(self):
        self.throttle(TableName="music")
        self.drain()
        self.ask_tailrace("POST", "namespaces", {"Name": "fork", "From": "default"})
        home, self.tailrace.endpoint = self.tailrace.endpoint, self.tailrace.endpoint + "/~fork"
        self.addCleanup(setattr, self.tailrace, "endpoint", home)
        self.client = self.make_client()
        self.client.meta.events.register("after-call.dynamodb", self.keep_body)
        self.seconds_of_a_wait = 0
        self.drain()
        self.refusal(self.put)
        self.assert_reason("TableWriteProvisionedThroughputExceeded")
        self.assertEqual(self.ask_tailrace("DELETE", "throttle"), {"Tables": [], "Buckets": []})
        self.put()
        self.ask_tailrace("POST", "namespaces/fork/reset")
        self.assertEqual(self.ask_tailrace("GET", "throttle")["Tables"],
                         [{"PartitionRead": 3000, "PartitionWrite": 1000, "BurstSeconds": 300}])


if __name__ == "__main__":
    main()
