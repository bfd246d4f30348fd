#!/usr/bin/python3
"""boto3 meets scripted faults, and retries according to its own rules.

    boto3_faults_test.py TAILRACE_EXECUTABLE [TEST]...

The number of its attempts is read from GET /_tailrace/faults. Its waits between attempts are shortened.
"""

from botocore.exceptions import ConnectionClosedError

from boto3_case import ATTEMPTS, Boto3Case
from client_case import main, table_arn

SONG = {"artist": {"S": "Nils"}, "plays": {"N": "1"}}
KEY = {"artist": {"S": "Nils"}}


class FaultsTest(Boto3Case):
    def setUp(self):
        super().setUp()
        # The first backoff is up to a second, and no setting of boto3 changes that.
        self.replace_backoff(lambda: None)
        self.client = self.make_client()
        self.client.create_table(
            TableName="music", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])

    def ask(self, method, rules=None):
        return self.ask_tailrace(method, "faults", rules)["Rules"]

    def script(self, **rule):
        self.ask("PUT", [rule])

    def attempts(self):
        return self.ask("GET")[0]["Met"]

    def put(self):
        return self.client.put_item(TableName="music", Item=SONG)

    def test_two_failures_are_retried(self):
        for error in ("ProvisionedThroughputExceededException", "ThrottlingException",
                      "RequestLimitExceeded", "InternalServerError", "ServiceUnavailable",
                      "TransactionInProgressException"):
            with self.subTest(error):
                self.script(Operation="PutItem", Times=2, Then={"Error": error})
                self.assertEqual(self.put()["ResponseMetadata"]["RetryAttempts"], 2)
                self.assertEqual(self.attempts(), 3)

    def test_endless_failures_are_raised_after_all_attempts(self):
        self.script(Operation="PutItem", Then={"Error": "ProvisionedThroughputExceededException"})
        response = self.refusal(self.put)
        self.assertEqual(response["Error"], {
            "Code": "ProvisionedThroughputExceededException",
            "Message": "The level of configured provisioned throughput for the table was exceeded. Consider "
                       "increasing your provisioning level with the UpdateTable API."})
        self.assertEqual(self.attempts(), ATTEMPTS)

    def test_errors_that_a_retry_cannot_fix_are_raised_at_once(self):
        for error in ("ConditionalCheckFailedException", "TransactionConflictException",
                      "ItemCollectionSizeLimitExceededException", "ResourceNotFoundException",
                      "ExpiredTokenException", "AccessDeniedException", "ValidationException"):
            with self.subTest(error):
                self.script(Operation="PutItem", Then={"Error": error})
                self.assertEqual(self.refusal(self.put)["Error"]["Code"], error)
                self.assertEqual(self.attempts(), 1)

    def test_unprocessed_items_are_for_the_program_to_send_again(self):
        self.script(Operation="BatchWriteItem", Times=1, Then={"Unprocessed": 2})
        puts = [{"PutRequest": {"Item": {"artist": {"S": name}}}} for name in ("a", "b", "c")]
        unprocessed = self.client.batch_write_item(RequestItems={"music": puts})["UnprocessedItems"]
        self.assertEqual(unprocessed, {"music": puts[:2]})
        self.assertEqual(self.client.batch_write_item(RequestItems=unprocessed)["UnprocessedItems"], {})
        self.assertEqual(self.client.scan(TableName="music", Select="COUNT")["Count"], 3)

    def test_a_table_writer_sends_unprocessed_items_again(self):
        self.script(Operation="BatchWriteItem", Times=2, Then={"Unprocessed": 1})
        table = self.make_table("music")
        with table.batch_writer() as writer:
            for name in ("a", "b", "c"):
                writer.put_item(Item={"artist": name})
        self.assertEqual(table.scan()["Count"], 3)
        self.assertEqual(self.attempts(), 3)

    def test_a_cancelled_transaction_is_not_retried(self):
        self.script(Operation="TransactWriteItems",
                    Then={"CancellationReasons": ["None", "ThrottlingError"]})
        puts = [{"Put": {"TableName": "music", "Item": {"artist": {"S": name}}}} for name in ("a", "b")]
        response = self.refusal(lambda: self.client.transact_write_items(TransactItems=puts))
        self.assertEqual([reason["Code"] for reason in response["CancellationReasons"]],
                         ["None", "ThrottlingError"])
        self.assertEqual(self.attempts(), 1)

    def test_a_lost_answer_is_retried_though_the_work_is_done(self):
        self.put()
        self.script(Operation="UpdateItem", Times=1, Then={"Connection": "ClosedAfterWork"})
        updated = self.client.update_item(
            TableName="music", Key=KEY, UpdateExpression="ADD plays :one", ReturnValues="UPDATED_NEW",
            ExpressionAttributeValues={":one": {"N": "1"}})
        # The first attempt has counted, too.
        self.assertEqual(updated["Attributes"], {"plays": {"N": "3"}})
        self.assertEqual(self.attempts(), 2)

    def test_a_token_makes_a_transaction_whose_answer_was_lost_happen_once(self):
        self.put()
        self.script(Operation="TransactWriteItems", Times=1, Then={"Connection": "ClosedAfterWork"})
        self.client.transact_write_items(ClientRequestToken="once", TransactItems=[{"Update": {
            "TableName": "music", "Key": KEY, "UpdateExpression": "ADD plays :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}}}}])
        self.assertEqual(self.client.get_item(TableName="music", Key=KEY)["Item"]["plays"], {"N": "2"})

    def test_connections_that_close_are_retried_up_to_the_limit(self):
        self.script(Operation="PutItem", Then={"Connection": "ClosedBeforeWork"})
        self.assertRaises(ConnectionClosedError, self.put)
        self.assertEqual(self.attempts(), ATTEMPTS)
        self.assertNotIn("Item", self.client.get_item(TableName="music", Key=KEY))

    def test_answers_that_arrive_in_part_or_changed_are_retried(self):
        self.put()
        for mode in ("standard", "legacy"):
            client = self.make_client(retries={"mode": mode, "total_max_attempts": ATTEMPTS})
            for fault in ({"Connection": "ClosedInAnswer"}, {"Checksum": "wrong"}):
                with self.subTest(mode=mode, fault=fault):
                    self.script(Operation="GetItem", Times=1, Then=fault)
                    self.assertEqual(client.get_item(TableName="music", Key=KEY)["Item"], SONG)
                    self.assertEqual(self.attempts(), 2)

    def test_a_slow_answer_is_not_retried(self):
        self.script(Operation="PutItem", Then={"DelayMs": 2, "AnswerMs": 4})
        self.assertEqual(self.put()["ResponseMetadata"]["RetryAttempts"], 0)
        self.assertEqual(self.attempts(), 1)

    def test_a_request_whose_answer_is_too_late_is_retried(self):
        client = self.make_client(retries={"mode": "standard", "total_max_attempts": 2}, read_timeout=0.05)
        self.script(Operation="PutItem", Times=1, Then={"DelayMs": 3600000})
        client.put_item(TableName="music", Item=SONG)
        self.assertEqual(self.attempts(), 2)

    def test_a_control_plane_that_limits_its_rate_is_retried(self):
        self.script(Operation="DescribeTable", TableName="music", Times=2,
                    Then={"Error": "LimitExceededException"})
        described = self.client.describe_table(TableName="music")
        self.assertEqual(described["Table"]["TableArn"], table_arn("music"))
        self.assertEqual(self.attempts(), 3)

    def test_a_stream_that_is_throttled_is_read_again(self):
        streams = self.make_client("dynamodbstreams")
        self.script(Operation="ListStreams", Times=2, Then={"Error": "ThrottlingException"})
        self.assertEqual(streams.list_streams()["Streams"], [])
        self.assertEqual(self.attempts(), 3)

    def test_lambda_has_faults_too(self):
        functions = self.make_client("lambda")
        self.script(Operation="lambda:ListEventSourceMappings", Times=2,
                    Then={"Error": "TooManyRequestsException"})
        self.assertEqual(functions.list_event_source_mappings()["EventSourceMappings"], [])
        self.assertEqual(self.attempts(), 3)
        self.script(Operation="lambda:ListEventSourceMappings", Then={"Error": "ResourceNotFoundException"})
        self.assertRaises(functions.exceptions.ResourceNotFoundException,
                          functions.list_event_source_mappings)
        self.assertEqual(self.attempts(), 1)

    def test_a_function_that_fails_twice_gets_its_batch_again(self):
        self.client.update_table(TableName="music", StreamSpecification={
            "StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        stream = self.client.describe_table(TableName="music")["Table"]["LatestStreamArn"]
        self.script(Operation="FunctionCall", FunctionName="message-groups", TableName="music", Times=2,
                    Then={"Call": "Failed", "Message": "not now"})
        self.make_client("lambda").create_event_source_mapping(
            FunctionName="message-groups", EventSourceArn=stream, StartingPosition="TRIM_HORIZON")
        self.put()
        self.ask_tailrace("POST", "streams/drain")
        self.assertEqual(self.ask("GET")[0]["Applied"], 2)
        self.assertEqual(self.attempts(), 3)


if __name__ == "__main__":
    main()
