"""Cruddur's direct messages in one DynamoDB table: access patterns A to D.

The partition key of a message is `MSG#<message group uuid>`. A message group has one row for each
participant, with the partition key `GRP#<that participant's user uuid>`. The sort key of both is a time in
ISO 8601, compared as a string. Only groups have the attribute `message_group_uuid`, so the index on it holds
only groups. Users are dicts of uuid, display_name and handle. The functions for access patterns return
boto3's response.
"""

import uuid
from datetime import datetime, timezone

TABLE_NAME = "cruddur-messages"
CONVERSATION_LIMIT = 20


def timestamp(moment=None):
    """Returns a moment (by default now) as a sort key: local time with microseconds and offset."""
    moment = moment or datetime.now(timezone.utc)
    return moment.astimezone().isoformat(timespec="microseconds")


def message_item(message_group_uuid, sender, text, created_at):
    """Returns a message; it names its sender."""
    return {
        "pk": {"S": f"MSG#{message_group_uuid}"},
        "sk": {"S": created_at},
        "message_uuid": {"S": str(uuid.uuid4())},
        "message": {"S": text},
        "user_uuid": {"S": sender["uuid"]},
        "user_display_name": {"S": sender["display_name"]},
        "user_handle": {"S": sender["handle"]},
    }


def message_group_item(message_group_uuid, participants, text, last_message_at):
    """Returns one side of a conversation. `participants` is (the owner of the list, the other person, whom
    the row names)."""
    mine, other = participants
    return {
        "pk": {"S": f"GRP#{mine['uuid']}"},
        "sk": {"S": last_message_at},
        "message_group_uuid": {"S": message_group_uuid},
        "message": {"S": text},
        "user_uuid": {"S": other["uuid"]},
        "user_display_name": {"S": other["display_name"]},
        "user_handle": {"S": other["handle"]},
    }


def query_newest_first(client, partition_key, sort_key_condition=None, **more):
    """Queries one partition. `sort_key_condition` is (the condition on sk, its values)."""
    condition, values = sort_key_condition or ("", {})
    return client.query(
        TableName=TABLE_NAME,
        KeyConditionExpression="pk = :pk" + (f" AND {condition}" if condition else ""),
        ExpressionAttributeValues={":pk": {"S": partition_key}, **values},
        ScanIndexForward=False,
        ReturnConsumedCapacity="TOTAL",
        **more,
    )


def in_year(year):
    """Returns the condition that a time is in a year."""
    return "begins_with(sk, :year)", {":year": {"S": str(year)}}


def between(first, last):
    """Returns the condition that a time is between two dates or times, compared as strings."""
    return "sk BETWEEN :first AND :last", {":first": {"S": first}, ":last": {"S": last}}


def get_conversation(client, message_group_uuid, sort_key_condition=None):
    """Access pattern A: returns the newest messages of a group, newest first."""
    return query_newest_first(
        client, f"MSG#{message_group_uuid}", sort_key_condition, Limit=CONVERSATION_LIMIT
    )


def list_conversations(client, user_uuid, sort_key_condition=None):
    """Access pattern B: returns a user's message groups, the one with the newest message first."""
    return query_newest_first(client, f"GRP#{user_uuid}", sort_key_condition)


def send_message(client, message_group_uuid, sender, text, created_at=None):
    """Access pattern C: adds a message to an existing group. The table's stream then updates the group's
    rows."""
    return client.put_item(
        TableName=TABLE_NAME,
        Item=message_item(message_group_uuid, sender, text, created_at or timestamp()),
        ReturnConsumedCapacity="TOTAL",
    )


def start_conversation(client, participants, text):
    """Access pattern D: writes both sides' groups and the first message in one request.

    `participants` is (the sender, the receiver). Returns the new group's uuid and the response.
    """
    sender, receiver = participants
    message_group_uuid, now = str(uuid.uuid4()), timestamp()
    items = [
        message_group_item(message_group_uuid, (sender, receiver), text, now),
        message_group_item(message_group_uuid, (receiver, sender), text, now),
        message_item(message_group_uuid, sender, text, now),
    ]
    response = client.batch_write_item(
        RequestItems={TABLE_NAME: [{"PutRequest": {"Item": item}} for item in items]},
        ReturnConsumedCapacity="TOTAL",
    )
    return message_group_uuid, response
