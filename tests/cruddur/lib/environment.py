"""How the scripts find DynamoDB and PostgreSQL, and read their last argument `prod`."""

import argparse
import json
import os
import subprocess

import boto3

LOCAL_ENDPOINT = "http://localhost:8000"
LOCAL_CONNECTION_URL = "postgresql://postgres:password@localhost:5432/cruddur"
LOCAL_REGION = "ca-central-1"


def split_target(arguments):
    """Returns the arguments without a final `prod`, and True if it was there."""
    if arguments and arguments[-1] == "prod":
        return arguments[:-1], True
    return arguments, False


def argument_parser(documentation):
    """Returns a parser; the first line of `documentation` is its usage, the rest its description."""
    usage, description = documentation.split("\n\n", 1)
    return argparse.ArgumentParser(usage=usage, description=description)


def dynamodb_client(production):
    """Returns a boto3 client for AWS, or for AWS_ENDPOINT_URL (http://localhost:8000) with any
    credentials."""
    if production:
        os.environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        return boto3.client("dynamodb")
    return boto3.client(
        "dynamodb",
        endpoint_url=os.environ.get("AWS_ENDPOINT_URL", LOCAL_ENDPOINT),
        region_name=os.environ.get("AWS_DEFAULT_REGION", LOCAL_REGION),
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "local"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "local"),
    )


def user_by_handle(handle):
    """Returns the user's uuid, display_name and handle from PostgreSQL; ends the script if there is no such
    user.

    It uses psql, so that the scripts need no other driver than the AWS SDK.
    """
    query = (
        "SELECT json_build_object('uuid', uuid, 'display_name', display_name, 'handle', handle)"
        " FROM users WHERE handle = :'handle';"
    )
    url = os.environ.get("CONNECTION_URL", LOCAL_CONNECTION_URL)
    command = ["/usr/bin/env", "psql", url, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
    command += ["--set=ON_ERROR_STOP=1", f"--set=handle={handle}"]
    answer = subprocess.run(command, input=query, stdout=subprocess.PIPE, text=True, check=False)
    if answer.returncode != 0:
        raise SystemExit("PostgreSQL did not answer; CONNECTION_URL says where it is")
    if not answer.stdout.strip():
        raise SystemExit(f"there is no user with the handle {handle}")
    return json.loads(answer.stdout)
