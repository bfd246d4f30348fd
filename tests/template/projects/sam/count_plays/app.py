"""Counts the plays of each artist."""

import os

import boto3

from plays import artist_of

# Recent versions of boto3 read this variable themselves.
endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
artists = boto3.resource("dynamodb", endpoint_url=endpoint).Table(os.environ["ARTISTS"])


def handler(event, context):
    for record in event["Records"]:
        artists.update_item(
            Key={"artist": artist_of(record)},
            UpdateExpression="ADD plays :one",
            ExpressionAttributeValues={":one": 1},
        )
