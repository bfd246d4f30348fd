#!/usr/bin/python3
"""kill -9 in the middle of everything: eight clients write to a database file while its server is killed
again and again. Every acknowledged write is there afterwards, and index and stream agree with the table.

    kill_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import random
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError

from cruddur_case import HANDLER, TABLE_NAME, CruddurCase, key_of, main, mapping_of, scan, settle
import direct_messages as dm
from local_services import KillAfter, check_database_file

ROUNDS = 6
CLIENTS = 8
CONVERSATIONS_PER_CLIENT = 3
# Each round kills its server after a number of acknowledged requests in this range, which depends on the
# seed.
FEWEST_REQUESTS, MOST_REQUESTS = 150, 450
SEED = 20230501


class Writer:
    """One client with its own rows, and what it knows about them.

    `acknowledged` holds every row that the server has acknowledged, by key; None for a deleted row. `pending`
    holds the rows of the one request that was never answered: each is either as before or as requested.

    The client adds, updates and deletes messages. It never updates or deletes the newest message of a
    conversation, so this message shows what the handler must have written to both groups. The rows
    `GRP#shelf…` belong to no conversation; the client moves them within the index itself.
    """

    def __init__(self, number):
        self.random = random.Random(SEED + number)
        self.conversations = [f"conversation-{number}-{each}" for each in range(CONVERSATIONS_PER_CLIENT)]
        self.people = [
            {"uuid": f"person-{number}-{side}", "display_name": f"Person {side}", "handle": f"{side}{number}"}
            for side in "ab"
        ]
        self.shelf = f"GRP#shelf-{number}"
        self.messages = {conversation: [] for conversation in self.conversations}
        self.acknowledged = {}
        self.pending = {}
        self._clock = 0

    def begin(self, client):
        """Starts the conversations: for each, both groups and a first message."""
        for conversation in self.conversations:
            text, now = "The first one.", self._next_time()
            groups = [
                dm.message_group_item(conversation, people, text, now)
                for people in (self.people, self.people[::-1])
            ]
            message = dm.message_item(conversation, self.people[0], text, now)
            requests = [{"PutRequest": {"Item": item}} for item in [*groups, message]]
            client.batch_write_item(RequestItems={TABLE_NAME: requests})
            self.acknowledged[key_of(message)] = message
            self.messages[conversation].append(message)

    def write_until_killed(self, client, kill_after):
        """Sends one request after the other until one is not answered."""
        steps = (
            self._send_message, self._send_message, self._touch_old_message, self._delete_old_message,
            self._move_shelf_row, self._update_shelf_row, self._batch,
        )
        while True:
            request = self.random.choice(steps)(client)
            if not request:
                continue
            try:
                unprocessed = request().get("UnprocessedItems")
            except BotoCoreError:
                return
            if unprocessed:
                raise AssertionError(f"not processed: {unprocessed}")
            self.acknowledged.update(self.pending)
            self.pending = {}
            kill_after.acknowledged()

    def take_over(self, table):
        """After a restart, takes over the table's state of everything that was pending."""
        for key in self.pending:
            self.acknowledged[key] = table.get(key)
        self.pending = {}
        for conversation in self.conversations:
            rows = [
                item for (pk, _), item in self.acknowledged.items() if pk == f"MSG#{conversation}" and item
            ]
            self.messages[conversation] = sorted(rows, key=key_of)

    def _next_time(self):
        self._clock += 1
        return f"2023-05-01T08:00:00.{self._clock:06}+00:00"

    def _new_message(self):
        conversation = self.random.choice(self.conversations)
        time = self._next_time()
        message = dm.message_item(conversation, self.random.choice(self.people), f"Sent {time[20:26]}.", time)
        self.messages[conversation].append(message)
        return message

    def _old_message(self):
        """Returns a message that is not the newest of its conversation, or None."""
        older = self.messages[self.random.choice(self.conversations)][:-1]
        return self.random.choice(older) if older else None

    def _send_message(self, client):
        message = self._new_message()
        self.pending = {key_of(message): message}
        return lambda: client.put_item(TableName=TABLE_NAME, Item=message)

    def _touch_old_message(self, client):
        """Updates an attribute that no index contains. Every other time, the item becomes so large that a
        store keeps it in another place."""
        message = self._old_message()
        if not message:
            return None
        mark = {"S": f"read {self._next_time()[20:26]}" + self.random.choice(("", " again" * 500))}
        touched = {**message, "receipt": mark}
        rows = self.messages[message["pk"]["S"].removeprefix("MSG#")]
        rows[rows.index(message)] = touched
        self.pending = {key_of(message): touched}
        return lambda: client.update_item(
            TableName=TABLE_NAME, Key={"pk": message["pk"], "sk": message["sk"]},
            UpdateExpression="SET receipt = :mark", ExpressionAttributeValues={":mark": mark},
        )

    def _delete_old_message(self, client):
        message = self._old_message()
        if not message:
            return None
        self.messages[message["pk"]["S"].removeprefix("MSG#")].remove(message)
        self.pending = {key_of(message): None}
        return lambda: client.delete_item(
            TableName=TABLE_NAME, Key={"pk": message["pk"], "sk": message["sk"]}
        )

    def _shelf_rows(self):
        return [item for (pk, _), item in self.acknowledged.items() if pk == self.shelf and item]

    def _new_shelf_row(self):
        return {
            "pk": {"S": self.shelf}, "sk": {"S": self._next_time()},
            "message_group_uuid": {"S": f"{self.shelf}-{self.random.randrange(5)}"},
            "message": {"S": "x" * self.random.randrange(1, 900)},
        }

    def _move_shelf_row(self, client):
        """Moves a row as the app's function moves a group: deletes it and puts one with a newer sort key."""
        new, rows = self._new_shelf_row(), self._shelf_rows()
        requests = [{"PutRequest": {"Item": new}}]
        self.pending = {key_of(new): new}
        if rows:
            old = self.random.choice(rows)
            requests.append({"DeleteRequest": {"Key": {"pk": old["pk"], "sk": old["sk"]}}})
            self.pending[key_of(old)] = None
        return lambda: client.batch_write_item(RequestItems={TABLE_NAME: requests})

    def _update_shelf_row(self, client):
        """Updates the index's own partition key: the row moves within the index or leaves it."""
        rows = self._shelf_rows()
        if not rows:
            return None
        old = self.random.choice(rows)
        key = {"pk": old["pk"], "sk": old["sk"]}
        if "message_group_uuid" in old and self.random.random() < 0.3:
            self.pending = {key_of(old): {n: v for n, v in old.items() if n != "message_group_uuid"}}
            return lambda: client.update_item(
                TableName=TABLE_NAME, Key=key, UpdateExpression="REMOVE message_group_uuid"
            )
        group = {"S": f"{self.shelf}-{self.random.randrange(5)}"}
        self.pending = {key_of(old): {**old, "message_group_uuid": group}}
        return lambda: client.update_item(
            TableName=TABLE_NAME, Key=key, UpdateExpression="SET message_group_uuid = :group",
            ExpressionAttributeValues={":group": group},
        )

    def _batch(self, client):
        """Writes new messages and new rows of the shelf with BatchWriteItem."""
        items = [self._new_message() for _ in range(self.random.randrange(1, 6))]
        items += [self._new_shelf_row() for _ in range(self.random.randrange(1, 4))]
        self.pending = {key_of(item): item for item in items}
        requests = [{"PutRequest": {"Item": item}} for item in items]
        return lambda: client.batch_write_item(RequestItems={TABLE_NAME: requests})


class KillNine(CruddurCase):
    """Rounds of writing, killing, restarting and comparing, all with one database file."""

    def test_no_acknowledged_write_is_lost(self):
        """All answered writes survive in table, index and stream, whenever the server is killed."""
        path = self.directory / "cruddur.db"
        moments = random.Random(SEED)
        writers = [Writer(number) for number in range(CLIENTS)]
        tailrace = self.start_tailrace(path, on_stream=[HANDLER])
        self.run_script(tailrace, "ddb/schema-load")
        for writer in writers:
            writer.begin(tailrace.client())
        for _ in range(ROUNDS):
            self.write_and_kill(tailrace, writers, moments.randint(FEWEST_REQUESTS, MOST_REQUESTS))
            check_database_file(path)
            tailrace = self.start_tailrace(path, on_stream=[HANDLER])
            self.check_acknowledged_writes(tailrace, writers)
            self.check_groups(tailrace, writers)
        self.assertEqual(tailrace.stop(), 0)
        check_database_file(path)

    def write_and_kill(self, tailrace, writers, requests):
        """Runs all writers at the same time; one of them kills the server after this many answered
        requests."""
        kill_after = KillAfter(tailrace, requests)
        with ThreadPoolExecutor(CLIENTS) as executor:
            clients = [tailrace.client() for _ in writers]
            running = [
                executor.submit(writer.write_until_killed, client, kill_after)
                for writer, client in zip(writers, clients)
            ]
            for each in running:
                each.result()
        tailrace.kill()
        self.assertTrue(any(writer.pending for writer in writers), "nothing was in the middle of a request")

    def check_acknowledged_writes(self, tailrace, writers):
        """The table contains every answered write, each unanswered row as before or as requested, and nothing
        else."""
        client = tailrace.client()
        table = {key_of(item): item for item in scan(client, ConsistentRead=True)}
        known = set()
        for writer in writers:
            for key in writer.acknowledged.keys() | writer.pending.keys():
                possible = [writer.acknowledged.get(key)]
                if key in writer.pending:
                    possible.append(writer.pending[key])
                self.assertIn(table.get(key), possible, key)
                known.add(key)
            writer.take_over(table)
        unknown = [key for key in table if key not in known and not key[0].startswith("GRP#person-")]
        self.assertEqual(unknown, [])

    def check_groups(self, tailrace, writers):
        """After a drain each side of each conversation has exactly one row, which names its newest
        message."""
        settle(tailrace)
        client = tailrace.client()
        self.assert_index_agrees_with_table(client)
        groups = sorted(
            (row["message_group_uuid"]["S"], row["pk"]["S"], row["sk"]["S"], row["message"]["S"])
            for row in scan(client) if row["pk"]["S"].startswith("GRP#person-")
        )
        expected = []
        for writer in writers:
            for conversation, messages in writer.messages.items():
                newest = messages[-1]
                expected += [
                    (conversation, f"GRP#{person['uuid']}", newest["sk"]["S"], newest["message"]["S"])
                    for person in writer.people
                ]
        self.assertEqual(groups, sorted(expected))
        mapping = mapping_of(tailrace)
        self.assertEqual((mapping["Lag"], mapping["Failures"], mapping["LastError"]), (0, 0, None))


if __name__ == "__main__":
    main()
