"""The users' ids at Amazon Cognito. The token of somebody who has signed in holds the user's `sub`."""

import os


def user_pool_id():
    """Returns AWS_COGNITO_USER_POOL_ID; ends the script if it is not set."""
    pool = os.environ.get("AWS_COGNITO_USER_POOL_ID")
    if not pool:
        raise SystemExit("AWS_COGNITO_USER_POOL_ID must be set to the id of the user pool")
    return pool


def subs_by_handle(client, pool):
    """Returns the `sub` of each user of a pool by handle, which is preferred_username in the pool."""
    pages = client.get_paginator("list_users").paginate(
        UserPoolId=pool, AttributesToGet=["preferred_username", "sub"])
    subs = {}
    for page in pages:
        for user in page["Users"]:
            attributes = {each["Name"]: each["Value"] for each in user["Attributes"]}
            if "preferred_username" in attributes:
                subs[attributes["preferred_username"]] = attributes["sub"]
    return subs
