#!/usr/bin/python3
"""The Streams API through boto3's dynamodbstreams client and `aws dynamodbstreams`. Each test has its own
Tailrace.

    streams_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import os
import tempfile

from botocore.exceptions import ClientError

from client_case import REGION, ClientCase, aws_json, main, table_arn
from local_services import Tailrace



class StreamsCase(ClientCase):
    """A test with clients of both APIs."""

    def setUp(self):
        super().setUp()
        self.speak_to(self.tailrace)

    def speak_to(self, tailrace):
        self.tables = tailrace.client()
        self.streams = tailrace.client(service="dynamodbstreams")

    def restart(self, **options):
        self.stop_tailrace()
        self.tailrace = Tailrace(self.executable, **options)
        self.speak_to(self.tailrace)

    def create(self, table):
        return self.tailrace.create_table(table, "NEW_AND_OLD_IMAGES")

    def put(self, table, numbers):
        for number in numbers:
            item = {"pk": {"S": f"key {number}"}, "n": {"N": str(number)}}
            self.tables.put_item(TableName=table, Item=item)

    def shards(self, arn):
        """Returns all shards, read in pages of two."""
        shards, more = [], {}
        while True:
            page = self.streams.describe_stream(StreamArn=arn, Limit=2, **more)["StreamDescription"]
            shards += page["Shards"]
            if "LastEvaluatedShardId" not in page:
                return shards
            more = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def iterator(self, arn, shard, kind):
        return self.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind)["ShardIterator"]

    def numbers(self, arn, shard):
        """Returns the numbers in a shard, read in pages of three, up to its end or the first empty page."""
        iterator = self.iterator(arn, shard, "TRIM_HORIZON")
        numbers = []
        while iterator:
            page = self.streams.get_records(ShardIterator=iterator, Limit=3)
            if not page["Records"]:
                break
            numbers += numbers_in(page)
            iterator = page.get("NextShardIterator")
        return numbers


def numbers_in(page):
    return [int(record["dynamodb"]["NewImage"]["n"]["N"]) for record in page["Records"]]


class Boto3Test(StreamsCase):
    def test_a_stream_with_several_shards_is_read_across_a_split(self):
        self.restart(options=["--shards", "3"])
        arn = self.create("Notes")
        self.put("Notes", range(20))
        split = self.tailrace.split_shard("Notes")
        self.put("Notes", range(20, 40))
        shards = self.shards(arn)
        self.assertEqual(len(shards), 5)
        children = [shard["ShardId"] for shard in shards if "ParentShardId" in shard]
        self.assertEqual(children, split["ChildShardIds"])
        numbers = [number for shard in shards for number in self.numbers(arn, shard)]
        self.assertEqual(sorted(numbers), list(range(40)))

    def test_streams_are_listed_in_pages(self):
        arns = [self.create(f"Table{number}") for number in range(3)]
        self.assertTrue(arns[1].startswith(table_arn("Table1") + "/stream/"), arns[1])
        first = self.streams.list_streams(Limit=2)
        last = first["LastEvaluatedStreamArn"]
        second = self.streams.list_streams(Limit=2, ExclusiveStartStreamArn=last)
        self.assertNotIn("LastEvaluatedStreamArn", second)
        self.assertEqual([each["StreamArn"] for each in first["Streams"] + second["Streams"]], arns)
        self.assertEqual(self.streams.list_streams(TableName="Table1")["Streams"], [
            {"StreamArn": arns[1], "TableName": "Table1", "StreamLabel": arns[1].split("/stream/")[1]}])

    def test_errors_have_the_types_that_the_client_knows(self):
        arn = self.create("Notes")
        with self.assertRaises(self.streams.exceptions.ResourceNotFoundException):
            self.streams.describe_stream(StreamArn=arn + "0")
        with self.assertRaises(ClientError) as refused:
            self.streams.get_records(ShardIterator="none")
        self.assertEqual(refused.exception.response["Error"],
                         {"Code": "ValidationException", "Message": "Invalid ShardIterator"})

    def test_a_file_keeps_streams_and_iterators(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-clients-") as folder:
            file = os.path.join(folder, "notes.db")
            self.restart(db_path=file)
            arn = self.create("Notes")
            self.put("Notes", range(3))
            shards = self.shards(arn)
            iterator = self.iterator(arn, shards[0], "LATEST")
            self.restart(db_path=file)
            self.put("Notes", [3])
            self.assertEqual(self.shards(arn), shards)
            self.assertEqual(numbers_in(self.streams.get_records(ShardIterator=iterator)), [3])
            self.assertEqual(self.numbers(arn, shards[0]), [0, 1, 2, 3])


class AwsCliTest(StreamsCase):
    def aws(self, *arguments):
        return aws_json(self.tailrace, "dynamodbstreams", *arguments)

    def test_the_four_commands(self):
        arn = self.create("Notes")
        self.put("Notes", [1])
        self.assertEqual([each["StreamArn"] for each in self.aws("list-streams")["Streams"]], [arn])
        description = self.aws("describe-stream", "--stream-arn", arn)["StreamDescription"]
        self.assertEqual(description["StreamStatus"], "ENABLED")
        self.assertEqual(description["KeySchema"], [{"AttributeName": "pk", "KeyType": "HASH"}])
        shard = description["Shards"][0]["ShardId"]
        iterator = self.aws("get-shard-iterator", "--stream-arn", arn, "--shard-id", shard,
                            "--shard-iterator-type", "TRIM_HORIZON")["ShardIterator"]
        page = self.aws("get-records", "--shard-iterator", iterator)
        self.assertEqual(numbers_in(page), [1])
        rest = self.aws("get-records", "--shard-iterator", page["NextShardIterator"])
        self.assertEqual(rest["Records"], [])


if __name__ == "__main__":
    main()
