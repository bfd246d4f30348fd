#!/usr/bin/python3
"""The AWS CLI as people use it in scripts, each test against its own Tailrace: what the CLI prints, its exit
codes and its error lines.

    aws_cli_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from client_case import AWS_CLI, REGION, ClientCase, main, table_arn
from local_services import DEBIAN_PATH

SKIPPED = 77
COMMAND_SECONDS = 60
# The CLI's exit codes: the service refused the request, and the command itself failed.
SERVICE_ERROR, WAITER_FAILED = 254, 255

CREATE_MUSIC = [
    "create-table", "--table-name", "Music", "--billing-mode", "PAY_PER_REQUEST", "--attribute-definitions",
    "AttributeName=Artist,AttributeType=S", "AttributeName=SongTitle,AttributeType=S", "--key-schema",
    "AttributeName=Artist,KeyType=HASH", "AttributeName=SongTitle,KeyType=RANGE",
]
ONE_ARTIST = ["--key-condition-expression", "Artist = :a", "--expression-attribute-values",
              '{":a": {"S": "Nils"}}']


class AwsCliCase(ClientCase):
    """A test with its own working directory that sees none of this user's settings."""

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory(prefix="tailrace-clients-")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def run_aws(self, *arguments):
        environment = {
            "PATH": DEBIAN_PATH,
            "HOME": str(self.directory),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_PAGER": "",
        }
        return subprocess.run(
            [AWS_CLI, "--endpoint-url", self.tailrace.endpoint, "dynamodb", *arguments], env=environment,
            cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", timeout=COMMAND_SECONDS, check=False,
        )

    def aws_text(self, *arguments):
        """Returns what a command prints. The command must succeed."""
        done = self.run_aws(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"{arguments}: {done.stdout}")
        return done.stdout

    def aws(self, *arguments):
        """Returns the answer that a command prints, or None if it prints nothing. The command must
        succeed."""
        text = self.aws_text(*arguments)
        return json.loads(text) if text else None

    def assert_refused(self, arguments, message, exit_code=SERVICE_ERROR):
        done = self.run_aws(*arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (exit_code, "", f"\n{message}\n"))

    def write_json(self, name, value):
        """Writes a file of input and returns the argument that names it."""
        (self.directory / name).write_text(json.dumps(value), encoding="utf-8")
        return f"file://{name}"


def song_key(number):
    return {"Artist": {"S": "Nils"}, "SongTitle": {"S": f"Song {number:02}"}}


def put_requests(count):
    return {"Music": [{"PutRequest": {"Item": song(number)}} for number in range(count)]}


def song(number):
    return {**song_key(number), "Year": {"N": str(1990 + number)}}


class Tables(AwsCliCase):
    """Creates, waits for, lists and deletes tables."""

    def test_a_tables_life(self):
        self.assertEqual(self.aws("list-tables"), {"TableNames": []})
        created = self.aws(*CREATE_MUSIC)["TableDescription"]
        self.assertEqual((created["TableName"], created["TableStatus"], created["TableArn"]),
                         ("Music", "CREATING", table_arn("Music")))
        self.assertIsNone(self.aws("wait", "table-exists", "--table-name", "Music"))
        status = self.aws_text("describe-table", "--table-name", "Music",
                               "--query", "Table.[TableName,TableStatus,ItemCount]", "--output", "text")
        self.assertEqual(status, "Music\tACTIVE\t0\n")
        self.assert_refused(CREATE_MUSIC, "An error occurred (ResourceInUseException) when calling the "
                                          "CreateTable operation: Table already exists: Music")
        deleted = self.aws("delete-table", "--table-name", "Music")["TableDescription"]
        self.assertEqual(deleted["TableStatus"], "DELETING")
        self.assertIsNone(self.aws("wait", "table-not-exists", "--table-name", "Music"))
        self.assert_refused(
            ["describe-table", "--table-name", "Music"],
            "An error occurred (ResourceNotFoundException) when calling the DescribeTable operation: "
            "Requested resource not found: Table: Music not found")

    # An error that the waiter does not expect ends it immediately.
    def test_a_wait_that_fails(self):
        message = ("Waiter TableExists failed: An error occurred (ValidationException): 1 validation error "
                   "detected: Value 'no name' at 'tableName' failed to satisfy constraint: Member must "
                   "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
        self.assert_refused(["wait", "table-exists", "--table-name", "no name"], message, WAITER_FAILED)

    def test_list_tables_in_parts(self):
        names = [f"Music{number}" for number in range(5)]
        for name in names:
            self.aws(*["--no-cli-pager", *CREATE_MUSIC[:2], name, *CREATE_MUSIC[3:]])
        self.assertEqual(self.aws("list-tables", "--page-size", "2"), {"TableNames": names})
        first = self.aws("list-tables", "--page-size", "2", "--max-items", "3")
        self.assertEqual(first["TableNames"], names[:3])
        rest = self.aws("list-tables", "--starting-token", first["NextToken"])
        self.assertEqual(rest, {"TableNames": names[3:]})

    def test_time_to_live_and_tags(self):
        self.aws(*CREATE_MUSIC, "--tags", "Key=team,Value=radio")
        self.assertEqual(
            self.aws("update-time-to-live", "--table-name", "Music", "--time-to-live-specification",
                     "Enabled=true,AttributeName=Expires"),
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "Expires"}})
        self.assertEqual(self.aws("describe-time-to-live", "--table-name", "Music"), {
            "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "Expires"}})
        arn = table_arn("Music")
        self.assertIsNone(self.aws("tag-resource", "--resource-arn", arn, "--tags", "Key=stage,Value=on air"))
        self.assertIsNone(self.aws("untag-resource", "--resource-arn", arn, "--tag-keys", "team"))
        self.assertEqual(self.aws("list-tags-of-resource", "--resource-arn", arn),
                         {"Tags": [{"Key": "stage", "Value": "on air"}]})


class Items(AwsCliCase):
    """Items from files and from the command line, and reading them back in parts.

    boto3 writes what a test starts with, because it needs a tenth of the CLI's time.
    """

    def setUp(self):
        super().setUp()
        self.tailrace.client().create_table(
            TableName="Music", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "Artist", "KeyType": "HASH"},
                       {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": "Artist", "AttributeType": "S"},
                                  {"AttributeName": "SongTitle", "AttributeType": "S"}])

    def load_songs(self, count):
        self.tailrace.client().batch_write_item(RequestItems=put_requests(count))

    def test_put_and_get_from_files(self):
        item = {"Artist": {"S": "Zoë"}, "SongTitle": {"S": "Æsir"}, "Cover": {"B": "AP+A"},
                "Chart": {"M": {"weeks": {"NS": ["1", "2.5"]}, "top": {"BOOL": True}, "off": {"NULL": True}}},
                "Labels": {"SS": ["indie", "live"]}, "Takes": {"L": [{"N": "-0.001"}, {"S": ""}]}}
        key = self.write_json("key.json", {"Artist": item["Artist"], "SongTitle": item["SongTitle"]})
        self.assertIsNone(self.aws("put-item", "--table-name", "Music",
                                   "--item", self.write_json("item.json", item)))
        self.assertEqual(self.aws("get-item", "--table-name", "Music", "--key", key), {"Item": item})
        self.assertEqual(
            self.aws("get-item", "--table-name", "Music", "--key", key, "--consistent-read",
                     "--projection-expression", "Chart.weeks, Takes[0]",
                     "--return-consumed-capacity", "TOTAL"),
            {"Item": {"Chart": {"M": {"weeks": {"NS": ["1", "2.5"]}}}, "Takes": {"L": [{"N": "-0.001"}]}},
             "ConsumedCapacity": {"TableName": "Music", "CapacityUnits": 1.0}})
        answer = self.aws("delete-item", "--table-name", "Music", "--key", key, "--return-values", "ALL_OLD")
        self.assertEqual(answer, {"Attributes": item})
        self.assertIsNone(self.aws("get-item", "--table-name", "Music", "--key", key))

    # One file holds a whole request, in the form of --generate-cli-skeleton.
    def test_update_from_an_input_file(self):
        self.load_songs(1)
        request = {
            "TableName": "Music", "Key": {"Artist": {"S": "Nils"}, "SongTitle": {"S": "Song 00"}},
            "UpdateExpression": "SET #y = #y + :one, Plays = :one", "ConditionExpression": "#y < :limit",
            "ExpressionAttributeNames": {"#y": "Year"},
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":limit": {"N": "1991"}},
            "ReturnValues": "UPDATED_NEW",
        }
        update = ["update-item", "--cli-input-json", self.write_json("update.json", request)]
        self.assertEqual(self.aws(*update), {"Attributes": {"Year": {"N": "1991"}, "Plays": {"N": "1"}}})
        self.assert_refused(update, "An error occurred (ConditionalCheckFailedException) when calling the "
                                    "UpdateItem operation: The conditional request failed")

    def test_query_in_parts(self):
        self.load_songs(12)
        query = ["query", "--table-name", "Music", *ONE_ARTIST]
        songs = [song(number) for number in range(12)]
        self.assertEqual(self.aws(*query, "--page-size", "5"),
                         {"Items": songs, "Count": 12, "ScannedCount": 12, "ConsumedCapacity": None})
        first = self.aws(*query, "--page-size", "5", "--max-items", "7")
        self.assertEqual((first["Items"], first["Count"]), (songs[:7], 10))
        second = self.aws(*query, "--max-items", "3", "--starting-token", first["NextToken"])
        self.assertEqual(second["Items"], songs[7:10])
        rest = self.aws(*query, "--starting-token", second["NextToken"])
        self.assertEqual(rest["Items"], songs[10:])
        self.assertNotIn("NextToken", rest)

    # With --no-paginate the caller gets one page, exactly as the service answers.
    def test_query_without_a_paginator(self):
        self.load_songs(4)
        page = self.aws("query", "--table-name", "Music", *ONE_ARTIST, "--no-paginate", "--limit", "3",
                        "--no-scan-index-forward")
        last = song_key(1)
        self.assertEqual(page, {"Items": [song(3), song(2), song(1)], "Count": 3, "ScannedCount": 3,
                                "LastEvaluatedKey": last})
        page = self.aws("query", "--table-name", "Music", *ONE_ARTIST, "--no-paginate", "--limit", "3",
                        "--no-scan-index-forward", "--exclusive-start-key", json.dumps(last))
        self.assertEqual(page, {"Items": [song(0)], "Count": 1, "ScannedCount": 1})

    def test_scan_with_a_filter(self):
        self.load_songs(9)
        values = self.write_json("values.json", {":from": {"N": "1996"}})
        years = self.aws_text(
            "scan", "--table-name", "Music", "--filter-expression", "#y >= :from", "--page-size", "2",
            "--expression-attribute-names", '{"#y": "Year"}', "--expression-attribute-values", values,
            "--query", "Items[].Year.N", "--output", "text")
        # The CLI prints each page as it arrives, one line for each page that is not empty.
        self.assertEqual(sorted(years.split()), ["1996", "1997", "1998"])

    def test_batches(self):
        songs = self.write_json("songs.json", put_requests(3))
        self.assertEqual(self.aws("batch-write-item", "--request-items", songs), {"UnprocessedItems": {}})
        keys = [song_key(number) for number in (2, 9)]
        answer = self.aws("batch-get-item", "--request-items",
                          self.write_json("keys.json", {"Music": {"Keys": keys}}))
        self.assertEqual(answer, {"Responses": {"Music": [song(2)]}, "UnprocessedKeys": {}})

    def test_transactions(self):
        self.load_songs(1)
        members = [
            {"Put": {"TableName": "Music", "Item": song(1)}},
            {"Delete": {"TableName": "Music", "Key": song_key(0),
                        "ConditionExpression": "attribute_not_exists(Artist)"}},
        ]
        transact = ["transact-write-items", "--transact-items", self.write_json("members.json", members)]
        self.assert_refused(
            transact, "An error occurred (TransactionCanceledException) when calling the TransactWriteItems "
            "operation: Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[None, ConditionalCheckFailed]")
        gets = [{"Get": {"TableName": "Music", "Key": song_key(number)}} for number in (0, 1)]
        self.assertEqual(
            self.aws("transact-get-items", "--transact-items", self.write_json("gets.json", gets)),
            {"Responses": [{"Item": song(0)}, {}]})

    def test_execute_statement(self):
        self.assertEqual(
            self.aws("execute-statement", "--parameters", '[{"S": "Ida"}, {"S": "Rain"}]', "--statement",
                     "INSERT INTO Music VALUE {'Artist': ?, 'SongTitle': ?}"), {"Items": []})
        self.assertEqual(
            self.aws("execute-statement", "--statement", "SELECT SongTitle FROM Music WHERE Artist = 'Ida'"),
            {"Items": [{"SongTitle": {"S": "Rain"}}]})

    def test_refusals(self):
        self.assert_refused(
            ["get-item", "--table-name", "Music", "--key", '{"Artist": {"S": "Nils"}}'],
            "An error occurred (ValidationException) when calling the GetItem operation: "
            "The provided key element does not match the schema")
        self.assert_refused(
            ["put-item", "--table-name", "Absent", "--item", '{"Artist": {"S": "Nils"}}'],
            "An error occurred (ResourceNotFoundException) when calling the PutItem operation: "
            "Requested resource not found")
        self.assert_refused(
            ["put-item", "--table-name", "Music",
             "--item", '{"Artist": {"S": "Nils"}, "SongTitle": {"N": "1"}}'],
            "An error occurred (ValidationException) when calling the PutItem operation: One or more "
            "parameter values were invalid: Type mismatch for key SongTitle expected: S actual: N")
        self.assert_refused(
            ["query", "--table-name", "Music", "--key-condition-expression", "Artist = :missing"],
            "An error occurred (ValidationException) when calling the Query operation: Invalid "
            "KeyConditionExpression: An expression attribute value used in expression is not defined; "
            "attribute value: :missing")


if __name__ == "__main__":
    if not os.access(AWS_CLI, os.X_OK):
        print(f"skipped: {AWS_CLI} is missing")
        raise SystemExit(SKIPPED)
    main()
