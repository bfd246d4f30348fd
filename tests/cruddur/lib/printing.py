"""The output of the pattern scripts: the raw response, the consumed capacity and a table for people."""

import json
from datetime import datetime

TEXT_WIDTH = 40


def print_response(response):
    """Prints the raw response and the consumed capacity, both as JSON."""
    print("response:")
    print(json.dumps(response, indent=2, sort_keys=True, ensure_ascii=False))
    print("consumed capacity:")
    print(json.dumps(response["ConsumedCapacity"], sort_keys=True))


def table_lines(items):
    """Returns one line per item: handle, time in the reader's time zone, first 40 characters of the
    message."""
    width = max((len(item["user_handle"]["S"]) for item in items), default=0)
    lines = []
    for item in items:
        local_time = datetime.fromisoformat(item["sk"]["S"]).astimezone().strftime("%Y-%m-%d %H:%M")
        text = item["message"]["S"][:TEXT_WIDTH].replace("\n", " ")
        lines.append(f"{item['user_handle']['S']:<{width}}  {local_time}  {text}")
    return lines


def print_query(response, title):
    """Prints a query's response, its consumed capacity, and its items under a title."""
    print_response(response)
    print(f"{title}:")
    for line in table_lines(response["Items"]):
        print(line)


def print_pairs(values):
    """Prints one line per entry of a dict, in the order of the keys."""
    width = max(map(len, values), default=0)
    for name, value in sorted(values.items()):
        print(f"{name:<{width}}  {value}")
