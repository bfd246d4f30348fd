#!/usr/bin/python3
"""Cruddur's direct messages from end to end: the scripts in the order in which people run them, and what
depends on the table's stream, against this test's own Tailrace and PostgreSQL.

    end_to_end_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from cruddur_case import (
    FOLDER, HANDLER, INDEX_NAME, MARIEL, NAIVE_HANDLER, OKELLO, SANNA, TABLE_NAME, CruddurCase, PatternOutput,
    groups_of, item_size, key_of, main, mapping_of, messages_of, query_units, scan, settle, write_units,
)
import direct_messages as dm
from conversation_seed import MESSAGE_GROUP_UUID

# Eleven of the forty messages were sent in 2023, the first of them at midnight.
LAST_MESSAGE_AT = "2023-01-01T00:10:00.000000-05:00"
CONVERSATION_OF_2023 = """\
okello  2023-01-01 00:10  See you at the mill. Eight sharp, and br
mariel  2023-01-01 00:09  I'm writing that down as well. See you a
okello  2023-01-01 00:08  Everybody who hauls a paddle gets a plaq
mariel  2023-01-01 00:07  Already went round with cake. Everyone i
okello  2023-01-01 00:06  Put rope on it too. And tell the neighbo
mariel  2023-01-01 00:05  Noted. Dry clothes are on the list, righ
okello  2023-01-01 00:04  She may, as long as nobody sees me fall\x20
mariel  2023-01-01 00:03  Sanna offered hers. She also asked wheth
okello  2023-01-01 00:02  The heron stays, the trolley goes. For t
mariel  2023-01-01 00:01  I walked along it this morning: two fall
okello  2023-01-01 00:00  It is advice for wheels. But you can put""".splitlines()
QUERY_FIELDS = {"ConsumedCapacity", "Count", "Items", "ResponseMetadata", "ScannedCount"}


def seeded_messages():
    """Returns what `seed` should write, oldest first, as (sender's handle, sort key, text), from the text
    file."""
    last = datetime.fromisoformat(LAST_MESSAGE_AT)
    lines = (FOLDER / "data" / "conversation.txt").read_text(encoding="utf-8").splitlines()
    handles = {"A": "mariel", "B": "okello"}
    messages = []
    for minutes_before_last, line in enumerate(reversed(lines)):
        moment = last - timedelta(minutes=minutes_before_last)
        messages.insert(0, (handles[line[0]], f"{moment:%Y-%m-%dT%H:%M}:00.000000-05:00", line[3:]))
    return messages


class ScriptsByHand(CruddurCase):
    """Each script once, in order, and the limits of the table that the app's author noted."""

    def test_scripts_in_the_order_people_run_them(self):
        self.start_postgresql()
        self.run_script(None, "db/setup")
        self.tailrace = self.start_tailrace(on_stream=[HANDLER])
        self.client = self.tailrace.client()
        self.check_schema_load()
        self.check_seed_and_scan()
        self.check_get_conversation()
        self.check_get_conversation_narrowed()
        self.check_list_conversations()
        self.check_limits()
        self.check_new_message()
        self.check_new_conversation()
        self.check_drop_and_setup()

    def test_prod_means_aws(self):
        """With `prod` the scripts use neither the local endpoint nor the local defaults, so the region is
        missing."""
        tailrace = self.start_tailrace()
        self.run_script(tailrace, "ddb/schema-load")
        for script in ("ddb/list-tables", "ddb/scan"):
            done = self.try_script(tailrace, script, "prod")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("You must specify a region.", done.stderr)

    def script(self, name, *arguments, **more):
        return self.run_script(self.tailrace, f"ddb/{name}", *arguments, **more)

    def pattern(self, name, title, *arguments, **more):
        return PatternOutput(self.script(f"patterns/{name}", *arguments, **more), title)

    def check_schema_load(self):
        """The answer, the list and the description show the table as it was requested."""
        created = json.loads(self.script("schema-load"))["TableDescription"]
        self.assertEqual(json.loads(self.script("list-tables")), {"TableNames": [TABLE_NAME]})
        table = json.loads(self.script("describe-table"))["Table"]
        self.assertEqual(created["TableArn"], table["TableArn"])
        self.assertEqual(table["TableStatus"], "ACTIVE")
        self.assertEqual(table["ItemCount"], 0)
        self.assertEqual(table["KeySchema"], [
            {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"},
        ])
        self.assertCountEqual(table["AttributeDefinitions"], [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "message_group_uuid")
        ])
        self.assert_five_units(table)
        (index,) = table["GlobalSecondaryIndexes"]
        self.assertEqual((index["IndexName"], index["IndexStatus"]), (INDEX_NAME, "ACTIVE"))
        self.assertEqual(index["KeySchema"], [
            {"AttributeName": "message_group_uuid", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ])
        self.assertEqual(index["Projection"], {"ProjectionType": "ALL"})
        self.assert_five_units(index)
        self.assertEqual(
            table["StreamSpecification"], {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
        )
        self.assertEqual(
            table["LatestStreamArn"], f"{table['TableArn']}/stream/{table['LatestStreamLabel']}"
        )

    def assert_five_units(self, described):
        throughput = described["ProvisionedThroughput"]
        self.assertEqual((throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]), (5, 5))

    def check_seed_and_scan(self):
        """Forty messages and two groups are stored completely, and the index holds only the groups."""
        printed = self.script("seed", "mariel", "okello", "--last-message-at", LAST_MESSAGE_AT)
        self.assertEqual(
            printed, f"wrote 2 message groups and 40 messages, message group {MESSAGE_GROUP_UUID}\n"
        )
        settle(self.tailrace)
        expected = seeded_messages()
        items = [json.loads(line) for line in self.script("scan").splitlines()]
        items.sort(key=lambda item: (item["pk"], item["sk"]))
        groups, messages = items[:2], items[2:]
        people = {"mariel": MARIEL, "okello": OKELLO}
        for item, (handle, sort_key, text) in zip(messages, expected, strict=True):
            uuid.UUID(item.pop("message_uuid"))
            self.assertEqual(item, {
                "pk": f"MSG#{MESSAGE_GROUP_UUID}", "sk": sort_key, "message": text,
                "user_uuid": people[handle]["uuid"], "user_handle": handle,
                "user_display_name": people[handle]["display_name"],
            })
        self.assertEqual(groups, [self.group(MARIEL, OKELLO), self.group(OKELLO, MARIEL)])
        self.assertEqual(len(scan(self.client, IndexName=INDEX_NAME)), 2)
        self.assert_index_agrees_with_table(self.client)

    def group(self, mine, other):
        """Returns one side's group as `seed` writes it; it names the other person."""
        _, last_message_at, last_text = seeded_messages()[-1]
        return {
            "pk": f"GRP#{mine['uuid']}", "sk": last_message_at, "message_group_uuid": MESSAGE_GROUP_UUID,
            "message": last_text, "user_uuid": other["uuid"], "user_handle": other["handle"],
            "user_display_name": other["display_name"],
        }

    def check_get_conversation(self):
        """Access pattern A: the newest twenty of forty messages, newest first, with a key to continue
        from."""
        printed = self.pattern("get-conversation", "messages")
        response = printed.response
        self.assertEqual(set(response), QUERY_FIELDS | {"LastEvaluatedKey"})
        self.assertEqual((response["Count"], response["ScannedCount"]), (20, 20))
        newest = seeded_messages()[:-21:-1]
        self.assertEqual(
            [(item["user_handle"]["S"], item["sk"]["S"], item["message"]["S"]) for item in response["Items"]],
            newest,
        )
        self.assertEqual(response["LastEvaluatedKey"], {
            "pk": {"S": f"MSG#{MESSAGE_GROUP_UUID}"}, "sk": {"S": newest[-1][1]},
        })
        self.assert_metadata(response)
        # The twenty messages have 6,185 bytes: two units of 4 KB, at half a unit each.
        self.assertEqual(sum(map(item_size, response["Items"])), 6185)
        self.assert_query_capacity(printed, 1.0)
        self.assertEqual(printed.lines, [
            f"{handle}  {sort_key[:10]} {sort_key[11:16]}  {text[:40]}" for handle, sort_key, text in newest
        ])

    def assert_metadata(self, response):
        """The answer has DynamoDB's content type, a request id and a checksum that the SDK has verified."""
        metadata = response["ResponseMetadata"]
        self.assertEqual((metadata["HTTPStatusCode"], metadata["RetryAttempts"]), (200, 0))
        headers = metadata["HTTPHeaders"]
        self.assertEqual(headers["content-type"], "application/x-amz-json-1.0")
        self.assertEqual(headers["x-amzn-requestid"], metadata["RequestId"])
        self.assertTrue(headers["x-amz-crc32"].isdigit())

    def assert_query_capacity(self, printed, units):
        """The query cost `units` both by AWS's rules and in the answer, and TOTAL adds no other member."""
        self.assertEqual(query_units(printed.response["Items"]), units)
        self.assertEqual(printed.capacity, {"TableName": TABLE_NAME, "CapacityUnits": units})
        self.assertEqual(printed.response["ConsumedCapacity"], printed.capacity)

    def check_get_conversation_narrowed(self):
        """begins_with for a year and BETWEEN for two times narrow the range; times appear in the reader's
        time zone."""
        year = self.pattern("get-conversation", "messages", MESSAGE_GROUP_UUID, "--year", "2023")
        self.assertEqual(set(year.response), QUERY_FIELDS)
        self.assertEqual((year.response["Count"], year.response["ScannedCount"]), (11, 11))
        self.assertEqual(year.lines, CONVERSATION_OF_2023)
        self.assert_query_capacity(year, 0.5)

        bounds = ("2022-12-31T23:58", "2023-01-01T00:01:00.000000-05:00")
        between = self.pattern("get-conversation", "messages", "--between", *bounds, time_zone="UTC0")
        self.assertEqual((between.response["Count"], between.response["ScannedCount"]), (4, 4))
        self.assertEqual(between.lines, [
            "mariel  2023-01-01 05:01  I walked along it this morning: two fall",
            "okello  2023-01-01 05:00  It is advice for wheels. But you can put",
            "mariel  2023-01-01 04:59  So we begin at the end. I like that, it ",
            "okello  2023-01-01 04:58  That channel has to be clear first of al",
        ])
        self.assert_query_capacity(between, 0.5)

        nothing = self.pattern("get-conversation", "messages", "--year", "2021")
        self.assertEqual((nothing.response["Items"], nothing.lines), ([], []))
        # A Query without results costs the minimum for its kind of read (AWS, API_Query).
        self.assertEqual(nothing.capacity, {"TableName": TABLE_NAME, "CapacityUnits": 0.5})

    def check_list_conversations(self):
        """Access pattern B: each side sees the other person and the last message."""
        for user, other in ((MARIEL, OKELLO), (OKELLO, MARIEL)):
            for narrowing in ((), ("--year", "2023")):
                printed = self.pattern("list-conversations", "conversations", user["handle"], *narrowing)
                self.assertEqual(set(printed.response), QUERY_FIELDS)
                expected = {name: {"S": value} for name, value in self.group(user, other).items()}
                self.assertEqual(printed.response["Items"], [expected])
                self.assert_metadata(printed.response)
                self.assert_query_capacity(printed, 0.5)
                self.assertEqual(printed.lines, [
                    f"{other['handle']}  2023-01-01 00:10  See you at the mill. Eight sharp, and br"
                ])
        empty = self.pattern("list-conversations", "conversations", "mariel", "--year", "2022")
        self.assertEqual((empty.response["Items"], empty.lines), ([], []))

    def check_limits(self):
        """Requests that the table does not allow are refused and change nothing."""
        before = sorted(scan(self.client), key=key_of)
        group, year = {"S": f"MSG#{MESSAGE_GROUP_UUID}"}, {"S": "2023"}
        refused = [
            ("pk > :pk", {":pk": group}, "Query key condition not supported"),
            ("begins_with(pk, :pk)", {":pk": group}, "Query key condition not supported"),
            ("pk BETWEEN :pk AND :to", {":pk": group, ":to": {"S": "N"}},
             "Query key condition not supported"),
            ("pk = :pk AND message > :m", {":pk": group, ":m": {"S": "a"}},
             "Query condition missed key schema element: sk"),
            ("begins_with(sk, :year)", {":year": year}, "Query condition missed key schema element: pk"),
            ("user_handle = :h", {":h": {"S": "mariel"}}, "Query condition missed key schema element: pk"),
        ]
        for condition, values, message in refused:
            with self.subTest(condition):
                self.assert_api_error(
                    lambda: self.client.query(
                        TableName=TABLE_NAME, KeyConditionExpression=condition,
                        ExpressionAttributeValues=values,
                    ),
                    "ValidationException", message,
                )
        key = {"pk": before[0]["pk"], "sk": before[0]["sk"]}
        for name in ("pk", "sk"):
            with self.subTest(f"updating {name}"):
                self.assert_api_error(
                    lambda: self.client.update_item(
                        TableName=TABLE_NAME, Key=key, UpdateExpression=f"SET {name} = :new",
                        ExpressionAttributeValues={":new": {"S": "new"}},
                    ),
                    "ValidationException",
                    "One or more parameter values were invalid: "
                    f"Cannot update attribute {name}. This attribute is part of the key",
                )
        self.assertEqual(sorted(scan(self.client), key=key_of), before)

    def check_new_message(self):
        """Access pattern C, and E, which follows through the stream: both groups move to the new message."""
        text = "The napkin says: coffee first, then the winch."
        sent = self.pattern("send-message", None, "okello", MESSAGE_GROUP_UUID, text)
        self.assertEqual(set(sent.response), {"ConsumedCapacity", "ResponseMetadata"})
        message = messages_of(self.client, MESSAGE_GROUP_UUID)[-1]
        self.assertEqual((message["message"]["S"], message["user_handle"]["S"]), (text, "okello"))
        self.assertEqual(write_units(message), 1.0)
        self.assertEqual(sent.capacity, {"TableName": TABLE_NAME, "CapacityUnits": 1.0})

        settle(self.tailrace)
        shown = datetime.fromisoformat(message["sk"]["S"]).strftime("%Y-%m-%d %H:%M")
        for user, other in ((MARIEL, OKELLO), (OKELLO, MARIEL)):
            printed = self.pattern("list-conversations", "conversations", user["handle"])
            moved = {name: {"S": value} for name, value in self.group(user, other).items()}
            moved.update(sk=message["sk"], message=message["message"])
            self.assertEqual(printed.response["Items"], [moved])
            self.assertEqual(printed.lines, [f"{other['handle']}  {shown}  {text[:40]}"])
        self.assertEqual(len(messages_of(self.client, MESSAGE_GROUP_UUID)), 41)

    def check_new_conversation(self):
        """Access pattern D, then an answer from the other person: the conversation comes first in both
        lists."""
        first_text = "Do you still have the napkin?"
        printed = self.script("patterns/start-conversation", "mariel", "sanna", first_text)
        output, message_group_uuid = printed.split("message group:\n")
        message_group_uuid = message_group_uuid.strip()
        started = PatternOutput(output, None)
        self.assertEqual(set(started.response), {"ConsumedCapacity", "ResponseMetadata", "UnprocessedItems"})
        self.assertEqual(started.response["UnprocessedItems"], {})
        written = messages_of(self.client, message_group_uuid) + groups_of(self.client, message_group_uuid)
        self.assertEqual(len(written), 3)
        self.assertEqual(len({item["sk"]["S"] for item in written}), 1)
        # A message costs one unit; a group costs one, and one more in the index.
        self.assertEqual(sum(map(write_units, written)), 5.0)
        self.assertEqual(started.capacity, [{"TableName": TABLE_NAME, "CapacityUnits": 5.0}])

        text = "Framed, above the stove. You may visit it."
        self.pattern("send-message", None, "sanna", message_group_uuid, text)
        settle(self.tailrace)
        answer = messages_of(self.client, message_group_uuid)[-1]
        shown = datetime.fromisoformat(answer["sk"]["S"]).strftime("%Y-%m-%d %H:%M")
        of_mariel = self.pattern("list-conversations", "conversations", "mariel")
        self.assertEqual(of_mariel.lines[0], f"sanna   {shown}  {text[:40]}")
        self.assertTrue(of_mariel.lines[1].startswith("okello  "))
        self.assertEqual(len(of_mariel.lines), 2)
        of_sanna = self.pattern("list-conversations", "conversations", "sanna")
        self.assertEqual(of_sanna.lines, [f"mariel  {shown}  {text[:40]}"])
        self.assertEqual(
            sorted(map(key_of, groups_of(self.client, message_group_uuid))),
            sorted((f"GRP#{user['uuid']}", answer["sk"]["S"]) for user in (MARIEL, SANNA)),
        )
        self.assert_index_agrees_with_table(self.client)
        self.assertEqual(len(scan(self.client, IndexName=INDEX_NAME)), 4)

    def check_drop_and_setup(self):
        """drop deletes everything, and setup creates it all again, whether or not the table exists."""
        self.script("drop", TABLE_NAME)
        self.assertEqual(json.loads(self.script("list-tables")), {"TableNames": []})
        self.assert_api_error(
            lambda: self.client.scan(TableName=TABLE_NAME),
            "ResourceNotFoundException", "Requested resource not found",
        )
        for options in ((), ("--with-users",)):
            self.script("setup", *options)
            settle(self.tailrace)
            self.assertEqual(len(scan(self.client)), 42)
            self.assertEqual(len(groups_of(self.client, MESSAGE_GROUP_UUID)), 2)


class HandlerOnTheStream(CruddurCase):
    """The built-in handler `message-groups` under load, compared with its naive form, and across a
    restart."""

    def test_two_hundred_messages_from_eight_clients(self):
        """No update is lost and no group appears twice, in whatever order the messages arrive."""
        tailrace = self.start_tailrace(on_stream=[HANDLER])
        self.run_script(tailrace, "ddb/schema-load")
        client = tailrace.client()
        group, _ = dm.start_conversation(client, (MARIEL, OKELLO), "Paddle by paddle, then.")
        sent = paddle_messages(200)
        shares = [sent[first::8] for first in range(8)]
        for number, share in enumerate(shares):
            random.Random(number).shuffle(share)

        def send(share):
            own_client = tailrace.client()
            for sender, text, created_at in share:
                dm.send_message(own_client, group, sender, text, created_at)

        in_threads(send, shares)
        settle(tailrace)

        messages = messages_of(client, group)[1:]
        self.assertEqual(
            [(item["user_handle"]["S"], item["message"]["S"], item["sk"]["S"]) for item in messages],
            [(sender["handle"], text, created_at) for sender, text, created_at in sent],
        )
        _, last_text, last_message_at = sent[-1]
        expected = [
            dm.message_group_item(group, participants, last_text, last_message_at)
            for participants in ((MARIEL, OKELLO), (OKELLO, MARIEL))
        ]
        self.assertEqual(groups_of(client, group), expected)
        for user, row in zip((MARIEL, OKELLO), expected):
            self.assertEqual(dm.list_conversations(client, user["uuid"])["Items"], [row])
        self.assert_index_agrees_with_table(client)
        mapping = mapping_of(tailrace)
        self.assertEqual((mapping["TableName"], mapping["Handler"]), (TABLE_NAME, "message-groups"))
        self.assertEqual((mapping["Lag"], mapping["Failures"], mapping["LastError"]), (0, 0, None))
        self.assertRegex(mapping["Checkpoint"], r"^\d{21,40}$")

    def test_naive_handler_loses_what_the_right_one_keeps(self):
        """Twelve groups get one message each before any handler runs, so the first batch contains them all.

        Like the app's function, the naive handler looks only at the first record of a batch, so only one
        group moves. The right handler, with a copy of the same file, moves all twelve.
        """
        recorded = self.directory / "recorded.db"
        groups = self.record_without_handler(recorded)
        last_messages = {}
        for name, on_stream in (("right", HANDLER), ("naive", NAIVE_HANDLER)):
            path = self.directory / f"{name}.db"
            self.copy_tables(recorded, path)
            tailrace = self.start_tailrace(path, on_stream=[on_stream])
            settle(tailrace)
            client = tailrace.client()
            last_messages[name] = {
                group: [(row["sk"]["S"], row["message"]["S"]) for row in groups_of(client, group)]
                for group in groups
            }
            self.assertEqual(mapping_of(tailrace)["Lag"], 0)
            self.assert_index_agrees_with_table(client)
            tailrace.stop()
        moved = {group: [message] * 2 for group, (_, message) in groups.items()}
        left_behind = {group: [old] * 2 for group, (old, _) in groups.items()}
        self.assertEqual(last_messages["right"], moved)
        naive = last_messages["naive"]
        self.assertEqual(sum(naive[group] == moved[group] for group in groups), 1)
        self.assertEqual(sum(naive[group] == left_behind[group] for group in groups), 11)

    def test_a_function_written_for_aws_runs_through_the_proxy(self):
        """The app's function has AWS's endpoint in its code. With Tailrace as its HTTP proxy its requests
        arrive here."""
        tailrace = self.start_tailrace(on_stream=[HANDLER])
        self.run_script(tailrace, "ddb/schema-load")
        function = tailrace.client(
            endpoint_url="http://dynamodb.ca-central-1.amazonaws.com", proxies={"http": tailrace.endpoint}
        )
        group, _ = dm.start_conversation(function, (OKELLO, SANNA), "Written for AWS.")
        rows = groups_of(function, group)
        self.assertEqual([row["message"]["S"] for row in rows], ["Written for AWS."] * 2)
        self.assertEqual(messages_of(tailrace.client(), group), messages_of(function, group))

    def test_everything_is_there_after_a_restart(self):
        """Items, index, table and checkpoint survive SIGTERM, and old records are not handled again."""
        path = self.directory / "cruddur.db"
        tailrace = self.start_tailrace(path, on_stream=[HANDLER])
        self.run_script(tailrace, "ddb/schema-load")
        client = tailrace.client()
        group, _ = dm.start_conversation(client, (MARIEL, SANNA), "Is the napkin still there?")
        *early, late = paddle_messages(31)
        for sender, text, created_at in early:
            dm.send_message(client, group, sender, text, created_at)
        settle(tailrace)
        before = self.everything(client, group)
        checkpoint = mapping_of(tailrace)["Checkpoint"]
        self.assertEqual(tailrace.stop(), 0)

        tailrace = self.start_tailrace(path, on_stream=[HANDLER])
        settle(tailrace)
        client = tailrace.client()
        self.assertEqual(self.everything(client, group), before)
        self.assert_index_agrees_with_table(client)
        mapping = mapping_of(tailrace)
        self.assertEqual((mapping["Batches"], mapping["Records"], mapping["Lag"]), (0, 0, 0))
        # In PostgreSQL, waiting for the mapping draws a sequence number that no record has.
        draws_numbers = os.environ.get("CRUDDUR_TABLES") == "postgresql"
        compare = self.assertGreaterEqual if draws_numbers else self.assertEqual
        compare(mapping["Checkpoint"], checkpoint)

        # One record for the message, and a deletion and a put for each of the two groups.
        sender, text, created_at = late
        dm.send_message(client, group, sender, text, created_at)
        settle(tailrace)
        self.assertEqual(mapping_of(tailrace)["Records"], 5)
        self.assertEqual({row["message"]["S"] for row in groups_of(client, group)}, {text})

    def everything(self, client, group):
        """Returns all that a restart could change: the table's description, every item, the groups by the
        index."""
        table = client.describe_table(TableName=TABLE_NAME)["Table"]
        return table, sorted(scan(client), key=key_of), groups_of(client, group)


def paddle_messages(count):
    """Returns future messages in time order, a millisecond apart, as (sender, text, sort key)."""
    start = datetime.now(timezone.utc)
    return [
        ((MARIEL, OKELLO)[number % 2], f"Paddle {number} of {count}.",
         dm.timestamp(start + timedelta(milliseconds=number + 1)))
        for number in range(count)
    ]


def in_threads(work, shares):
    """Runs work(share) for all shares at the same time, and raises the first failure."""
    with ThreadPoolExecutor(len(shares)) as executor:
        for done in [executor.submit(work, share) for share in shares]:
            done.result()


if __name__ == "__main__":
    main()
