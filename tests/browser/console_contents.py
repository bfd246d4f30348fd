"""What the console shows in its tests and pictures: tables with items, and the addresses of all views."""

import json

# Each view with the text that it shows when it is complete.
VIEWS = {
    "tables": ("#/tables", "The namespace default has"),
    "new table": ("#/tables?create=1", "Create table"),
    "settings": ("#/tables/cruddur-messages", "Add a global index"),
    "items": ("#/tables/music/items", "items. Scan:"),
    "query": ('#/tables/music/items?q={"partition":["Artist 3"],"filters":[{"name":"year","operator":">",'
              '"type":"N","first":"1990"}]}', "Query:"),
    "single table": ("#/single-table/cruddur-messages", "3 partitions."),
    "partiql": ("#/partiql?statement=SELECT * FROM music", "Statement"),
    "streams": ("#/streams", "Called by the streams of"),
    "mapping": ("#/streams/mapping/cruddur-messages%2Fmessage-groups", "Handled up to"),
    "stream": ("#/streams/stream/cruddur-messages", "the newest first."),
    "function": ("#/streams/function/message-groups", "Call it"),
    "time": ("#/time", "Reads that lag behind"),
    "requests": ("#/requests", "Last requests"),
    "namespaces": ("#/namespaces", "Another one"),
    "advice": ("#/advice", "Read units"),
    "about": ("#/about", "Apache License 2.0"),
}
# A server's options for these views.
OPTIONS = ["--on-stream", "cruddur-messages=message-groups,MaximumRetryAttempts=0", "--advise"]

GROUP = "5ae290ed-55d1-47a0-bc6d-fe2bc2700399"
ME, OTHER = "0eb3a1f2-1111-4222-8333-944455556666", "7fb3a1f2-1111-4222-8333-9444aaaabbbb"
HANDLES = {ME: "andrewbrown", OTHER: "bayko"}
SENT = "2023-04-01T12:{:02}:00.123456+00:00"


def make_cruddur(dynamodb, messages=3):
    """Makes the table of a social app's messages: some messages, and their group as both of its members see
    it."""
    keys = (("HASH", "pk"), ("RANGE", "sk"))
    of_index = (("HASH", "message_group_uuid"), ("RANGE", "sk"))
    schema = [[{"AttributeName": name, "KeyType": kind} for kind, name in each] for each in (keys, of_index)]
    dynamodb.create_table(
        TableName="cruddur-messages", BillingMode="PAY_PER_REQUEST", KeySchema=schema[0],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"}
                              for name in ("pk", "sk", "message_group_uuid")],
        GlobalSecondaryIndexes=[{"IndexName": "message-group-sk-index", "KeySchema": schema[1],
                                 "Projection": {"ProjectionType": "ALL"}}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})

    def put(**attributes):
        item = {name: {"S": text} for name, text in attributes.items()}
        dynamodb.put_item(TableName="cruddur-messages", Item=item)

    for number in range(messages):
        sender = ME if number % 2 == 0 else OTHER
        put(pk=f"MSG#{GROUP}", sk=SENT.format(number), message=f"Part {number}", user_uuid=sender,
            user_handle=HANDLES[sender])
    for mine, other in ((ME, OTHER), (OTHER, ME)):
        put(pk=f"GRP#{mine}", sk=SENT.format(messages - 1), message_group_uuid=GROUP,
            message=f"Part {messages - 1}", user_uuid=other, user_handle=HANDLES[other])


def make_failure(server):
    """Lets the function of OPTIONS fail on a message, and limits a table."""
    rule = {"Operation": "FunctionCall", "Times": 1,
            "Then": {"Call": "Failed", "ErrorType": "KeyError", "Message": "'text'"}}
    limit = {"TableName": "cruddur-messages", "WriteCapacityUnits": 100}
    server.drain()
    server.ask("PUT", "/_tailrace/faults", json.dumps([rule]).encode())
    server.ask("PUT", "/_tailrace/throttle", json.dumps(limit).encode())
    server.client().put_item(TableName="cruddur-messages", Item={
        "pk": {"S": f"MSG#{GROUP}"}, "sk": {"S": SENT.format(59)}, "user_uuid": {"S": ME}})
    server.drain()


def make_music(dynamodb, songs=60):
    """Makes a table of songs with values of most types, which is not a single table."""
    dynamodb.create_table(
        TableName="music", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"},
                   {"AttributeName": "song", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("artist", "song")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    for number in range(songs):
        label = {"name": {"S": "ECM"}, "cities": {"L": [{"S": "Munich"}, {"S": "Oslo"}]}}
        dynamodb.put_item(TableName="music", Item={
            "artist": {"S": f"Artist {number % 7}"}, "song": {"S": f"Song {number:02}"},
            "year": {"N": str(1980 + number)}, "live": {"BOOL": number % 3 == 0}, "label": {"M": label},
            "tags": {"SS": ["jazz", "piano"]}, **({"rating": {"N": "4.5"}} if number % 5 == 0 else {})})
