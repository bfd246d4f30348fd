"""What is measured: the table's items, and for each workload its requests and the check of an answer.

Every server receives the same bytes. A workload's check looks at one answer and, if the workload writes, at
the item that was written. It raises WrongAnswer with what it saw.
"""

import collections
import dataclasses
import json
import typing

ITEMS_PER_PARTITION = 20
# The table that the workloads use. It is small because some servers write to a file very slowly.
ITEMS = 2000
BATCH_ITEMS = 25
SCANNED_ITEMS = 200
# A prime number that does not divide the number of items of any table, so that steps of this size visit every
# item in a scattered order.
STEP = 7919
# An item's bytes besides its note: the names and values of the other attributes.
OTHER_BYTES = 70
API, STREAMS_API = "DynamoDB_20120810", "DynamoDBStreams_20120810"
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=benchmark/20260101/us-east-1/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0")
NEXT_REVISION = {
    "UpdateExpression": "SET #revision = #revision + :one",
    "ConditionExpression": "attribute_exists(pk) AND #revision >= :zero",
    "ExpressionAttributeNames": {"#revision": "revision"},
    "ExpressionAttributeValues": {":one": {"N": "1"}, ":zero": {"N": "0"}},
}


class WrongAnswer(Exception):
    """A server answered, but not as it should."""


def expect(what, seen, expected):
    if seen != expected:
        raise WrongAnswer(f"{what} is {_short(seen)} instead of {_short(expected)}")


def _short(value):
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + "…"


@dataclasses.dataclass(frozen=True)
class Items:
    """The items of one table, numbered from 0 to count - 1, each of about `size_bytes`."""

    table_name: str
    size_bytes: int
    count: int = ITEMS

    def key(self, number):
        return {"pk": {"S": f"partition-{number // ITEMS_PER_PARTITION:04}"},
                "sk": {"S": f"item-{number % ITEMS_PER_PARTITION:04}"}}

    def item(self, number, writer, revision=0):
        return {**self.key(number), "rank": {"N": str(number % ITEMS_PER_PARTITION)},
                "revision": {"N": str(revision)}, "writer": {"S": writer},
                "note": {"S": "x" * max(1, self.size_bytes - OTHER_BYTES)}}

    def table(self):
        """Returns the body of the CreateTable request."""
        attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
        return {"TableName": self.table_name, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": attributes,
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"},
                              {"AttributeName": "sk", "KeyType": "RANGE"}]}

    def fill(self):
        """Yields the bodies of the BatchWriteItem requests that write every item once."""
        for first in range(0, self.count, BATCH_ITEMS):
            yield self.batch(range(first, first + BATCH_ITEMS), "fill")

    def batch(self, numbers, writer, revision=0):
        puts = [{"PutRequest": {"Item": self.item(number, writer, revision)}} for number in numbers]
        return {"RequestItems": {self.table_name: puts}}

    def numbers(self, request, count):
        """Returns the items of a request for `count` of them. Requests close to each other have no items in
        common."""
        return [(request * count + each) * STEP % self.count for each in range(count)]

    def revision(self, request, count):
        """Returns the revision that such a request writes. A workload's requests write every item twice, each
        time with a different revision, so that a server that skips writes without a change has no
        advantage."""
        return request * count // self.count


class Asked(typing.NamedTuple):
    """One request of a sample, with its answer; `get(number)` reads an item from the same server."""

    items: Items
    writer: str
    request: int
    answer: dict
    get: typing.Callable


class Workload(typing.NamedTuple):
    name: str
    requests: int  # The number of different requests.
    body: typing.Callable  # (Items, request) -> the request's body
    check: typing.Callable  # (Asked) -> None


def _addressed(items, request, **more):
    return {"TableName": items.table_name, "Key": items.key(items.numbers(request, 1)[0]), **more}


def _written(asked, count, puts):
    """Checks that the first `puts` items of the request are stored as it wrote them."""
    revision, writer = asked.items.revision(asked.request, count), asked.writer
    for number in asked.items.numbers(asked.request, count)[:puts]:
        expect("the item written", asked.get(number), asked.items.item(number, writer, revision))


def put_item(items, request):
    number, revision = items.numbers(request, 1)[0], items.revision(request, 1)
    return {"TableName": items.table_name, "Item": items.item(number, "PutItem", revision)}


def check_put_item(asked):
    expect("the answer", asked.answer, {})
    _written(asked, 1, puts=1)


def get_item(items, request):
    return _addressed(items, request)


def check_get_item(asked):
    item = asked.answer.get("Item", {})
    expected = asked.items.item(asked.items.numbers(asked.request, 1)[0], "")
    _same_item(item, expected)


def _same_item(item, expected):
    """Ignores who wrote the item last and how often it was updated: that depends on earlier measurements."""
    changing = ("revision", "writer")
    expect("the attributes", sorted(item), sorted(expected))
    for name in sorted(set(expected) - set(changing)):
        expect(name, item[name], expected[name])


def update_item(items, request):
    return _addressed(items, request, ReturnValues="UPDATED_NEW", **NEXT_REVISION)


def check_update_item(asked):
    revision = asked.get(asked.items.numbers(asked.request, 1)[0]).get("revision")
    expect("the answer", asked.answer, {"Attributes": {"revision": revision}})
    expect("'the revision is 1 or more'", int(revision["N"]) >= 1, True)


def query(items, request):
    return {"TableName": items.table_name, "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": items.key(_queried(items, request))["pk"]}}


def _queried(items, request):
    """Returns the first item of the partition that a request queries."""
    return request * STEP * ITEMS_PER_PARTITION % items.count


def check_query(asked):
    expect("Count", asked.answer.get("Count"), ITEMS_PER_PARTITION)
    expect("ScannedCount", asked.answer.get("ScannedCount"), ITEMS_PER_PARTITION)
    for place, item in enumerate(asked.answer["Items"]):
        _same_item(item, asked.items.item(_queried(asked.items, asked.request) + place, ""))


def scan(items, request):
    return {"TableName": items.table_name, "Limit": SCANNED_ITEMS, "FilterExpression": "#rank = :rank",
            "ExpressionAttributeNames": {"#rank": "rank"},
            "ExpressionAttributeValues": {":rank": {"N": str(request % ITEMS_PER_PARTITION)}}}


def check_scan(asked):
    """A table keeps partitions together, so in a page of whole partitions one item in twenty has a given
    rank."""
    count = SCANNED_ITEMS // ITEMS_PER_PARTITION
    expect("Count", asked.answer.get("Count"), count)
    expect("ScannedCount", asked.answer.get("ScannedCount"), SCANNED_ITEMS)
    ranks = [item["rank"] for item in asked.answer["Items"]]
    expect("the items' rank", ranks, [{"N": str(asked.request % ITEMS_PER_PARTITION)}] * count)
    expect("'there is a LastEvaluatedKey'", "LastEvaluatedKey" in asked.answer, True)


def batch_write_item(items, request):
    return items.batch(items.numbers(request, BATCH_ITEMS), "BatchWriteItem",
                       items.revision(request, BATCH_ITEMS))


def check_batch_write_item(asked):
    expect("UnprocessedItems", asked.answer.get("UnprocessedItems"), {})
    _written(asked, BATCH_ITEMS, puts=BATCH_ITEMS)


def transact_write_items(items, request):
    first, second, third, fourth = items.numbers(request, 4)
    table = {"TableName": items.table_name}
    revision = items.revision(request, 4)
    puts = [items.item(number, "TransactWriteItems", revision) for number in (first, second)]
    return {"TransactItems": [
        *({"Put": {**table, "Item": item}} for item in puts),
        {"Update": {**table, "Key": items.key(third), **NEXT_REVISION}},
        {"ConditionCheck": {**table, "Key": items.key(fourth),
                            "ConditionExpression": "attribute_exists(pk)"}},
    ]}


def check_transact_write_items(asked):
    expect("the answer", asked.answer, {})
    _written(asked, 4, puts=2)
    third = asked.items.numbers(asked.request, 4)[2]
    expect("'the third item's revision is 1 or more'", int(asked.get(third)["revision"]["N"]) >= 1, True)


WORKLOADS = collections.OrderedDict((workload.name, workload) for workload in [
    Workload("PutItem", 2 * ITEMS, put_item, check_put_item),
    Workload("GetItem", ITEMS, get_item, check_get_item),
    Workload("UpdateItem", ITEMS, update_item, check_update_item),
    Workload("Query", ITEMS // ITEMS_PER_PARTITION, query, check_query),
    Workload("Scan", ITEMS_PER_PARTITION, scan, check_scan),
    Workload("BatchWriteItem", 2 * ITEMS // BATCH_ITEMS, batch_write_item, check_batch_write_item),
    Workload("TransactWriteItems", 2 * ITEMS // 4, transact_write_items, check_transact_write_items),
])
MAIN_WORKLOADS = ("PutItem", "GetItem", "Query")
# The health check, whose cost is that of HTTP alone.
NOTHING = "GET /"


def headers(operation, api=API):
    return {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{api}.{operation}",
            "X-Amz-Date": "20260101T000000Z", "Authorization": AUTHORIZATION}


def encoded(body):
    return json.dumps(body, separators=(",", ":")).encode()


def wire_request(name, body):
    """Returns a request of an operation as the bytes to send."""
    lines = "".join(f"{field}: {value}\r\n" for field, value in headers(name).items())
    encoded_body = encoded(body)
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\n{lines}Content-Length: {len(encoded_body)}\r\n\r\n"
    return head.encode() + encoded_body


def wire_requests(name, items):
    """Returns the requests of a workload as the bytes to send."""
    if name == NOTHING:
        return [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"]
    workload = WORKLOADS[name]
    return [wire_request(name, workload.body(items, request)) for request in range(workload.requests)]
