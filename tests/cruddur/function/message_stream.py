"""The function on the stream of cruddur-messages, as it is deployed to AWS Lambda. For a new message it moves
the rows of the message group to the message's time and text.

It handles only the first record of a batch, so its event source mapping needs a batch size of one.
"""

import boto3
from boto3.dynamodb.conditions import Key

REGION = "ca-central-1"
dynamodb = boto3.resource(
    "dynamodb", region_name=REGION, endpoint_url=f"http://dynamodb.{REGION}.amazonaws.com")
table = dynamodb.Table("cruddur-messages")


def lambda_handler(event, _context):
    record = event["Records"][0]
    if record["eventName"] == "REMOVE":
        return
    pk = record["dynamodb"]["Keys"]["pk"]["S"]
    if not pk.startswith("MSG#"):
        return
    created_at = record["dynamodb"]["Keys"]["sk"]["S"]
    text = record["dynamodb"]["NewImage"]["message"]["S"]
    rows = table.query(
        IndexName="message-group-sk-index",
        KeyConditionExpression=Key("message_group_uuid").eq(pk.removeprefix("MSG#")))
    for row in rows["Items"]:
        table.delete_item(Key={"pk": row["pk"], "sk": row["sk"]})
        table.put_item(Item={**row, "sk": created_at, "message": text})
