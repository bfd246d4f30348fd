"""How the scripts find AWS's services and the cache, and read their last argument `prod`."""

import argparse
import os

import boto3

LOCAL_ENDPOINT = "http://localhost:8000"
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


def local_endpoint():
    """Returns the address of the local server: AWS_ENDPOINT_URL, or http://localhost:8000."""
    return os.environ.get("AWS_ENDPOINT_URL") or LOCAL_ENDPOINT


def aws_client(service, production):
    """Returns a boto3 client for AWS, or for the local server with any credentials."""
    if production:
        os.environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        return boto3.client(service)
    return boto3.client(
        service,
        endpoint_url=local_endpoint(),
        region_name=os.environ.get("AWS_DEFAULT_REGION", LOCAL_REGION),
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "local"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "local"),
    )


def dynamodb_client(production):
    return aws_client("dynamodb", production)
