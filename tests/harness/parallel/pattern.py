"""The seeded state that each of the parallel tests begins with."""

import datetime

SEEDED = 50
BEGIN = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc)
# The time between the expiry of one song and that of the next.
SECONDS_APART = 10


def genre_of(number):
    return "jazz" if number % 2 else "folk"


def seeded_song(number):
    until = int(BEGIN.timestamp()) + number * SECONDS_APART
    return {"artist": {"S": "seeded"}, "title": {"S": f"song-{number:02}"},
            "genre": {"S": genre_of(number)}, "until": {"N": str(until)}}


def make_pattern(connection):
    """Fills an empty namespace: the table songs with an index and time to live, and the table plays, whose
    changes the function `heard` writes into the table heard."""
    connection.call(
        "CreateTable", TableName="songs", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"}
                              for name in ("artist", "title", "genre")],
        KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"},
                   {"AttributeName": "title", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "by-genre", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"},
                          {"AttributeName": "title", "KeyType": "RANGE"}]}])
    connection.call("UpdateTimeToLive", TableName="songs", TimeToLiveSpecification={
        "Enabled": True, "AttributeName": "until"})
    for number in range(1, SEEDED + 1):
        connection.call("PutItem", TableName="songs", Item=seeded_song(number))
    arns = [connection.call(
        "CreateTable", TableName=table, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]["LatestStreamArn"] for table in ("plays", "heard")]
    status, mapping = connection.ask("POST", "/2015-03-31/event-source-mappings/", {
        "FunctionName": "heard", "EventSourceArn": arns[0], "StartingPosition": "TRIM_HORIZON"})
    if status != 202:
        raise AssertionError(mapping)
