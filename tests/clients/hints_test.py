#!/usr/bin/python3
"""The hints in the log for errors that AWS's answer hardly explains.

    hints_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from client_case import ClientCase, main


class HintsTest(ClientCase):
    def hints(self):
        return [line for line in self.tailrace.last_lines if " warning " in line]

    def test_a_request_without_a_content_type_of_dynamodbs(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(2):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                opener.open(self.tailrace.endpoint, b"{}")
            self.assertEqual(refused.exception.read(), b"<UnknownOperationException/>\n")
        self.tailrace.wait_for_line(
            " warning POST / was answered with UnknownOperationException because its Content-Type is "
            "'application/x-www-form-urlencoded'. DynamoDB's API takes application/x-amz-json-1.0, an "
            "X-Amz-Target such as DynamoDB_20120810.ListTables, X-Amz-Date, and an Authorization with any "
            "credentials: curl's --user local:local --aws-sigv4 aws:amz:us-east-1:dynamodb makes the last "
            "two")
        self.assertEqual(len(self.hints()), 1)

    def test_a_table_that_is_not_there(self):
        client = self.tailrace.client()
        client.create_table(TableName="music", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])
        for name in ("books", "musik", "musik"):
            with self.assertRaises(ClientError) as refused:
                client.scan(TableName=name)
            self.assertEqual(refused.exception.response["Error"]["Message"], "Requested resource not found")
        self.tailrace.wait_for_line(
            " warning a request is for the table musik, which does not exist; did you mean music?")
        self.assertEqual(len(self.hints()), 1)


if __name__ == "__main__":
    main()
