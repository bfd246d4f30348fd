#!/usr/bin/python3
"""POST /_tailrace/settle, and POST /_tailrace/streams/drain for one table.

    settle_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import tempfile
from pathlib import Path

from client_case import main
from mappings_test import POISON, MappingsCase

NOON = "2026-01-31T12:00:00.000Z"
# Functions that copy the items of their records to the table whose name follows "to_" in their own name.
COPY = """
import os

import boto3

dynamodb = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])

def to(table, event):
    for record in event["Records"]:
        dynamodb.put_item(TableName=table, Item=record["dynamodb"]["NewImage"])

def to_second(event, context): to("second", event)
def to_third(event, context): to("third", event)
def to_last(event, context): to("last", event)
"""


class SettleTest(MappingsCase):
    def settle(self, body=None, query=""):
        status, answer = self.ask("POST", "settle" + query, body)
        self.assertEqual(answer.get("Settled"), status == 200, answer)
        return answer

    def test_one_settle_is_enough_for_a_chain(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-settle-")
        self.addCleanup(folder.cleanup)
        file = Path(folder.name) / "chain.py"
        file.write_text(COPY, encoding="utf-8")
        tables = ("first", "second", "third", "last")
        on_stream = [f"{source}=python:{file}:to_{target}" for source, target in zip(tables, tables[1:])]
        self.restart(options=[word for each in on_stream for word in ("--on-stream", each)])
        for table in tables:
            self.create(table)
        self.put("first", "1", "2")
        self.settle()
        self.assertEqual(self.tables.scan(TableName="last")["Count"], 2)

    def test_it_says_what_is_stuck_and_moves_the_clock_from_try_to_try(self):
        self.restart(options=["--manual-clock", NOON])
        uuid = self.map(self.create("notes"))
        self.put("notes", POISON)
        answer = self.settle()
        (mapping,) = answer["Mappings"]
        retry = {"Attempts": 1, "NextTry": "2026-01-31T12:00:00.100Z"}
        self.assertEqual((answer["Stuck"], mapping["State"], mapping["Retry"]),
                         (["notes/message-groups"], "Retrying", retry))
        self.assertEqual(answer["message"], f"Not settled: notes/message-groups: {mapping['Reason']}")
        self.assertIn("it will be called again when the clock reaches 2026-01-31T12:00:00.100Z",
                      mapping["Reason"])
        # 0.1 + 0.2 + 0.4 seconds; another 0.8 would be too far.
        answer = self.settle({"AdvanceClock": True, "AtMostSeconds": 1})
        self.assertEqual((answer["AdvancedSeconds"], answer["Now"]), (0.7, "2026-01-31T12:00:00.700Z"))
        self.assertEqual(answer["Mappings"][0]["Retry"]["Attempts"], 4)
        self.assertTrue(answer["message"].startswith(
            "Not settled, as AtMostSeconds is too short to reach what is due next: notes/message-groups: its "
            "function failed in attempt 4: "), answer["message"])
        self.assertIn("; it will be called again at 2026-01-31T12:00:01.500Z; ", answer["message"])
        answer = self.settle({"AdvanceClock": True, "AtMostSeconds": 0})
        self.assertEqual((answer["AdvancedSeconds"], answer["Now"]), (0, "2026-01-31T12:00:00.700Z"))
        self.ask("POST", f"mappings/{uuid}/skip")
        self.assertEqual(self.settle({"AdvanceClock": True}), {
            "Settled": True, "Removed": 0, "AdvancedSeconds": 0, "Now": "2026-01-31T12:00:00.700Z",
            "Unread": self.settle()["Unread"]})

    def test_it_waits_for_tables_in_transition(self):
        self.restart(options=["--manual-clock", NOON, "--table-delay-ms", "1500"])
        self.create("notes")
        answer = self.settle()
        self.assertEqual((answer["Stuck"], answer["Tables"]), ([], [
            {"TableName": "notes", "Status": "CREATING", "Until": "2026-01-31T12:00:01.500Z"}]))
        self.assertEqual(answer["message"], "Not settled: the table notes is CREATING; it changes when the "
                                            "clock reaches 2026-01-31T12:00:01.500Z (move it with POST "
                                            "/_tailrace/clock)")
        self.assertEqual(self.settle({"AdvanceClock": True})["AdvancedSeconds"], 1.5)
        self.assertEqual(self.tables.describe_table(TableName="notes")["Table"]["TableStatus"], "ACTIVE")
        self.tables.delete_table(TableName="notes")
        self.assertEqual(self.settle({"AdvanceClock": True, "TableName": "notes"})["AdvancedSeconds"], 1.5)
        self.assertEqual(self.tables.list_tables()["TableNames"], [])

    def test_it_waits_for_a_table_on_the_machines_clock(self):
        self.restart(options=["--table-delay-ms", "50"])
        self.create("notes")
        self.settle()
        self.assertEqual(self.tables.describe_table(TableName="notes")["Table"]["TableStatus"], "ACTIVE")

    def test_it_removes_what_has_expired(self):
        self.restart(options=["--manual-clock", NOON, "--ttl-interval", "0"])
        self.create("notes")
        self.tables.update_time_to_live(
            TableName="notes", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
        self.tables.put_item(TableName="notes", Item={"pk": {"S": "a"}, "until": {"N": "1769860800"}})
        self.assertEqual(self.settle()["Removed"], 0)
        self.ask("POST", "clock", {"Seconds": 2})
        self.assertEqual(self.settle()["Removed"], 1)
        self.assertEqual(self.tables.scan(TableName="notes")["Count"], 0)

    def test_a_drain_can_be_for_one_table(self):
        self.restart(options=["--manual-clock", NOON])
        for table in ("notes", "music"):
            uuid = self.map(self.create(table))
            self.put(table, "a")
        self.ask("POST", "streams/drain")
        self.ask("POST", f"mappings/{uuid}/pause")
        self.put("music", "b")
        self.assertEqual(self.ask("POST", "streams/drain")[1]["Stuck"], ["music/message-groups"])
        self.assertEqual(self.ask("POST", "streams/drain", {"TableName": "notes"}), (200, {"Drained": True}))
        self.assertEqual(self.settle({"TableName": "notes"}), {"Settled": True, "Removed": 0})
        self.assertEqual(self.settle({"TableName": "music"})["Stuck"], ["music/message-groups"])
        unread = self.ask("POST", "streams/drain", {"TableName": "other"})[1]["Unread"]
        self.assertEqual([each["Name"] for each in unread], ["other/message-groups"])

    def test_what_it_does_not_know_is_refused(self):
        self.create("notes")
        known = "(known: TableName, AdvanceClock and AtMostSeconds)"
        for path, body, message in (
                ("settle", {"Advance": True}, f"POST /_tailrace/settle: unknown member 'Advance' {known}"),
                ("settle", {"AdvanceClock": 1}, "AdvanceClock must be true or false."),
                ("settle", {"AtMostSeconds": 1},
                 "AtMostSeconds needs AdvanceClock: it says how far the clock may be moved."),
                ("settle", {"AdvanceClock": True, "AtMostSeconds": -1},
                 "AtMostSeconds must be a finite number that is not below 0."),
                ("settle", {"AdvanceClock": True, "AtMostSeconds": 10**400},
                 "AtMostSeconds must be a finite number that is not below 0."),
                ("settle", {"TableName": "note"},
                 "there is no table 'note', and no mapping for it; did you mean notes?"),
                ("settle", {"TableName": 1}, "TableName must be the name of a table."),
                ("settle", [], "The body must be a JSON object, or empty."),
                ("settle?timeout_seconds=3601", {},
                 "The query may contain timeout_seconds, a whole number from 0 to 3600."),
                ("streams/drain", {"TableName": "x"}, "there is no table 'x', and no mapping for it"),
                ("streams/drain", {"AdvanceClock": True},
                 "POST /_tailrace/streams/drain: unknown member 'AdvanceClock' (known: TableName)")):
            with self.subTest(path=path, body=body):
                self.assertEqual(self.ask("POST", path, body), (400, {"message": message}))
        self.assertEqual(self.ask("POST", "settle", {"AdvanceClock": True}), (409, {
            "message": "The server uses the machine's clock. Start it with --manual-clock TIME to have a "
                       "clock that can be moved."}))


if __name__ == "__main__":
    main()
