"""boto3_client.py ENDPOINT: a program with boto3. If it succeeds, a packed server works.

It makes a table, writes an item with a set and with text that JSON escapes, reads it back, and finds it on
the table's stream.
"""

import sys

import boto3

TABLE = "albums"
KEY = {"artist": {"S": "Nils"}, "title": {"S": 'a "quoted" line\nand C:\\another\ttab, ☃ 😀 \u2028'}}
ITEM = {**KEY, "genres": {"SS": ["ambient", "jazz"]}, "tracks": {"N": "12"}}


def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="ca-central-1",
                        aws_access_key_id="local", aws_secret_access_key="local")


def with_sorted_sets(item):
    return {name: {kind: sorted(value) if kind == "SS" else value for kind, value in attribute.items()}
            for name, attribute in item.items()}


def check_item(found):
    if with_sorted_sets(found) != ITEM:
        raise SystemExit(f"found {found} in place of {ITEM}")


def check_stream(stream_arn):
    streams = client("dynamodbstreams")
    shard, = streams.describe_stream(StreamArn=stream_arn)["StreamDescription"]["Shards"]
    begin = streams.get_shard_iterator(StreamArn=stream_arn, ShardId=shard["ShardId"],
                                       ShardIteratorType="TRIM_HORIZON")
    record, = streams.get_records(ShardIterator=begin["ShardIterator"])["Records"]
    check_item(record["dynamodb"]["NewImage"])


def main():
    dynamodb = client("dynamodb")
    table = dynamodb.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in KEY],
        KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"},
                   {"AttributeName": "title", "KeyType": "RANGE"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    dynamodb.put_item(TableName=TABLE, Item=ITEM)
    check_item(dynamodb.get_item(TableName=TABLE, Key=KEY)["Item"])
    item, = dynamodb.query(TableName=TABLE, KeyConditionExpression="artist = :artist",
                           ExpressionAttributeValues={":artist": KEY["artist"]})["Items"]
    check_item(item)
    check_stream(table["TableDescription"]["LatestStreamArn"])


main()
