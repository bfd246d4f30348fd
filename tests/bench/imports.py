"""Measures what an import costs the server: CPU time for each item of 1 KB."""

import http.client
import json
import string

from forks import Figures
from running_server import Failure, StartedServer
from targets import Tailrace

TABLE = "music"
ITEM_BYTES = 1000
ITEMS = 40_000
CHUNK_ITEMS = 4000
TARGET = "< 25"
ANSWER_SECONDS = 60


def lines(first, count):
    """Lines of DynamoDB JSON, as an export has them."""
    attributes = {f"attribute{number}": {"S": (string.ascii_lowercase * 5)[number:number + 90]}
                  for number in range(10)}
    return "".join(json.dumps({"Item": {"id": {"S": f"{number:08}"}, **attributes}}) + "\n"
                   for number in range(first, first + count)).encode()


def create_table(server):
    server.ask("CreateTable", {"TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
                               "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                               "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})


def import_lines(server, body, count):
    """Imports lines with that many items into the table."""
    connection = http.client.HTTPConnection(server.host, timeout=ANSWER_SECONDS)
    connection.request("POST", f"/_tailrace/tables/{TABLE}/import?format=dynamodb-json", body)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    if answer.get("ImportedItemCount") != count:
        raise Failure(f"an import was answered {str(answer)[:300]}")


def microseconds(options, folder):
    """CPU time of the server for one item."""
    server = StartedServer(Tailrace(options.tailrace).command, folder)
    try:
        create_table(server)
        chunks = [lines(first, CHUNK_ITEMS) for first in range(0, ITEMS, CHUNK_ITEMS)]
        before = server.cpu_seconds()
        for each in chunks:
            import_lines(server, each, CHUNK_ITEMS)
        return (server.cpu_seconds() - before) / ITEMS * 1e6
    finally:
        server.stop()


def measure(options, folder):
    found = [(f"import of an item of 1 KB, {storage}, us of CPU", microseconds(options, place))
             for storage, place in (("memory", None), ("file", folder))]
    heading = f"{ITEMS:,} items, {CHUNK_ITEMS:,} in each request, without an index and a stream."
    return Figures(heading, [(what, f"{value:.1f}", TARGET) for what, value in found], None)
