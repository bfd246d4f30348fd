"""What functions share, in a layer."""


def artist_of(record):
    return record["dynamodb"]["NewImage"]["artist"]["S"]
