#!/usr/bin/python3
"""The hints for errors that AWS's answer hardly explains: a header of the answer, and a line in the log.

    hints_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from client_case import LAMBDA_REGION, ClientCase, main


class HintsCase(ClientCase):
    def hints(self):
        return [line for line in self.tailrace.last_lines if " warning " in line]

    def create_music(self, client):
        client.create_table(TableName="music", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])

    def refusal(self, call, **parameters):
        """Returns the message and the hint of an error; the hint is None if there is none."""
        with self.assertRaises(ClientError) as refused:
            call(**parameters)
        response = refused.exception.response
        return (response["Error"]["Message"],
                response["ResponseMetadata"]["HTTPHeaders"].get("x-tailrace-hint"))


class HintsTest(HintsCase):
    def test_a_request_without_a_content_type_of_dynamodbs(self):
        hint = ("its Content-Type is 'application/x-www-form-urlencoded'; DynamoDB's API needs "
                "Content-Type: application/x-amz-json-1.0, X-Amz-Target: DynamoDB_20120810.ListTables, "
                "X-Amz-Date and Authorization, with any credentials; curl's --user local:local --aws-sigv4 "
                "aws:amz:us-east-1:dynamodb adds the last two")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(2):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                opener.open(self.tailrace.endpoint, b"{}")
            self.assertEqual(refused.exception.read(), b"<UnknownOperationException/>\n")
            self.assertEqual(refused.exception.headers["x-tailrace-hint"], hint)
        self.tailrace.wait_for_line(
            " warning POST / was answered with UnknownOperationException: " + hint)
        self.assertEqual(len(self.hints()), 1)

    def test_a_table_that_is_not_there(self):
        client = self.tailrace.client()
        self.create_music(client)
        hint = "the table musik does not exist; did you mean music?"
        for _ in range(2):
            self.assertEqual(self.refusal(client.scan, TableName="musik"),
                             ("Requested resource not found", hint))
        self.tailrace.wait_for_line(" warning Scan was answered with ResourceNotFoundException: " + hint)
        self.assertEqual(len(self.hints()), 1)

    def test_a_key_that_does_not_match(self):
        client = self.tailrace.client()
        self.create_music(client)
        self.assertEqual(self.refusal(client.get_item, TableName="music", Key={"id": {"S": "a"}}),
                         ("The provided key element does not match the schema",
                          "the key of music is pk (S): pk is missing, id is not part of the key"))

    # Programs expect this error, so the log has it only at level info.
    def test_a_condition_that_does_not_hold(self):
        client = self.tailrace.client()
        self.create_music(client)
        item = {"pk": {"S": "a"}}
        self.assertEqual(self.refusal(client.put_item, TableName="music", Item=item,
                                      ConditionExpression="attribute_exists(pk)"),
                         ("The conditional request failed", "music has no item with this key"))
        client.put_item(TableName="music", Item=item)
        self.assertEqual(self.refusal(client.put_item, TableName="music", Item=item,
                                      ConditionExpression="attribute_not_exists(pk)"),
                         ("The conditional request failed",
                          "with ReturnValuesOnConditionCheckFailure=ALL_OLD the error shows the item that "
                          "does not meet the condition"))
        self.assertEqual(self.hints(), [])

    def test_a_function_that_is_not_there(self):
        functions = self.tailrace.client(service="lambda")
        message, hint = self.refusal(functions.invoke, FunctionName="songs")
        self.assertEqual(message, f"Function not found: arn:aws:lambda:{LAMBDA_REGION}:000000000000:"
                                  "function:songs")
        self.assertEqual(hint, "there are no functions here; --function NAME=HANDLER adds one at the start")


class NoHintsTest(HintsCase):
    options = ("--no-hints",)

    def test_nothing_is_said(self):
        client = self.tailrace.client()
        self.assertEqual(self.refusal(client.scan, TableName="musik"),
                         ("Requested resource not found", None))
        message = f"Function not found: arn:aws:lambda:{LAMBDA_REGION}:000000000000:function:songs"
        self.assertEqual(self.refusal(self.tailrace.client(service="lambda").invoke, FunctionName="songs"),
                         (message, None))
        self.assertEqual(self.hints(), [])


if __name__ == "__main__":
    main()
