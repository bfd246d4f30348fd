"""A Lambda function as users write one: plain Python and boto3, with a fixed AWS endpoint."""

import fcntl
import logging
import os
import socket
import sys
import threading

import boto3
from botocore.config import Config

lock = None
client = boto3.client(
    "dynamodb", region_name="eu-west-1", endpoint_url="http://dynamodb.eu-west-1.amazonaws.com")
logger = logging.getLogger()
logger.setLevel(logging.WARNING)


def copy(event, context):
    """Writes a copy of each new note, but not of copies."""
    for record in event["Records"]:
        note = record["dynamodb"]["NewImage"]
        if not note["pk"]["S"].startswith("copy of "):
            item = {**note, "pk": {"S": "copy of " + note["pk"]["S"]}, "by": {"S": context.function_name}}
            client.put_item(TableName="Notes", Item=item)


def show(event, context):
    """Returns what a function can know about itself and its call."""
    print("first line\nsecond line")
    logger.warning("careful")
    print("to standard error", file=sys.stderr)
    return {
        "event": event,
        "pid": os.getpid(),
        "folder": os.getcwd(),
        "id": context.aws_request_id,
        "name": [context.function_name, context.function_version, context.invoked_function_arn],
        "memory": context.memory_limit_in_mb,
        "log": context.log_group_name,
        "has_time": 0 < context.get_remaining_time_in_millis() <= 5000,
        "variables": {name: os.environ.get(name) for name in (
            "AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "TZ", "_HANDLER",
            "LAMBDA_TASK_ROOT")},
        "traced": os.environ["_X_AMZN_TRACE_ID"].startswith("Root=1-"),
    }


def count(event, _context):
    """Writes `event` lines."""
    for number in range(event):
        print("line", number)


def alone(event, _context):
    """Returns its process's id, or fails while another process that was called with the path runs."""
    global lock
    if lock is None:
        lock = open(event["path"], "w", encoding="utf-8")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return os.getpid()


def call_another(event, _context):
    """Returns the message with which a call of another function is refused."""
    functions = boto3.client("lambda", region_name="eu-west-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"],
                             config=Config(retries={"total_max_attempts": 1}))
    try:
        functions.invoke(FunctionName=event["name"])
        return "called"
    except functions.exceptions.TooManyRequestsException as error:
        return error.response["Error"]["Message"]


def misbehave(event, _context):
    """Fails in the way that the event names."""
    if event["how"] == "raise":
        raise ValueError("a note too many")
    if event["how"] == "exit":
        os._exit(3)
    if event["how"] == "hang":
        threading.Event().wait()
    if event["how"] == "return":
        return {1, 2}
    return os.getpid()


def meet(event, _context):
    """Connects to the event's port and returns when the peer has answered."""
    with socket.create_connection(("127.0.0.1", event["port"])) as connection:
        connection.sendall(b".")
        connection.recv(1)
    return os.getpid()
