"""A function on the stream of the table plays: copies each key into the table heard of its own namespace."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from plain_connection import PlainConnection

ENDPOINT, _, NAMESPACE = os.environ["AWS_ENDPOINT_URL"].partition("/~")
CONNECTION = PlainConnection(ENDPOINT, NAMESPACE)


def handler(event, context):
    for record in event["Records"]:
        CONNECTION.call("PutItem", TableName="heard", Item={
            **record["dynamodb"]["Keys"], "by": {"S": NAMESPACE}})
