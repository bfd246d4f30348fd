#!/usr/bin/python3
"""What people read about mappings under /_tailrace and in the log: why a mapping is stuck, what failed, what
helps.

    mapping_answers_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import tempfile
import urllib.request
from pathlib import Path

from client_case import main
from mappings_test import POISON, MappingsCase

NOON = "2026-01-31T12:00:00.000Z"


class MappingAnswersTest(MappingsCase):
    def drain(self, query=""):
        status, answer = self.ask("POST", "streams/drain" + query)
        self.assertEqual(answer["Drained"], status == 200, answer)
        return answer

    def result(self, uuid):
        return self.functions.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]

    def change_poison(self):
        """Changes the item that the function fails on, so that there is another record of it."""
        self.tables.put_item(TableName="notes", Item={"pk": {"S": POISON}, "sk": {"S": "changed"}})

    def test_a_drain_is_not_done_while_a_paused_mapping_has_records(self):
        uuid = self.map(self.create("notes"))
        self.ask("POST", f"mappings/{uuid}/pause")
        unread = [{"Name": "other/message-groups", "State": "WaitingForStream",
                   "Reason": "there is no table other"}]
        answer = self.drain()
        self.assertEqual([{key: each[key] for key in unread[0]} for each in answer["Unread"]], unread)
        self.put("notes", "a")
        answer = self.drain()
        reason = f"it is paused; POST /_tailrace/mappings/{uuid}/resume continues it"
        self.assertEqual(answer, {
            "Drained": False, "Stuck": ["notes/message-groups"],
            "Mappings": [{"Name": "notes/message-groups", "Id": uuid, "State": "Paused", "Reason": reason,
                          "Lag": 1, "LastError": None, "Retry": None, "Fault": None}],
            "message": f"Not drained: notes/message-groups: {reason}"})
        self.ask("POST", f"mappings/{uuid}/resume")
        self.drain()

    def test_a_drain_names_a_table_without_a_stream(self):
        self.tables.create_table(
            TableName="other", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])
        answer = self.drain()
        self.assertEqual(answer["Mappings"][0]["State"], "TableHasNoStream")
        self.assertEqual(answer["message"], "Not drained: other/message-groups: the table other has no "
                                            "stream; UpdateTable enables one")
        self.tailrace.wait_for_line(
            "warning the event source mapping other/message-groups is waiting: the table other has no "
            "stream. Enable one with UpdateTable: StreamSpecification with StreamEnabled true and a "
            "StreamViewType")

    def test_a_drain_says_how_often_a_batch_was_tried_and_when_it_is_again(self):
        self.restart(options=["--manual-clock", NOON])
        uuid = self.map(self.create("notes"))
        self.put("notes", POISON)
        answer = self.drain()
        (mapping,) = answer["Mappings"]
        error = mapping["LastError"]["Message"]
        self.assertEqual(mapping["LastError"]["Time"], NOON)
        self.assertEqual((mapping["State"], mapping["Retry"]),
                         ("Retrying", {"Attempts": 1, "NextTry": "2026-01-31T12:00:00.100Z"}))
        self.assertEqual(mapping["Reason"], (
            f"its function failed in attempt 1: {error}; it will be called again when the clock reaches "
            "2026-01-31T12:00:00.100Z (move it with POST /_tailrace/clock); "
            f"POST /_tailrace/mappings/{uuid}/skip gives the batch up"))
        self.assertEqual(self.result(uuid), "PROBLEM: Function call failed")
        skipped = self.ask("POST", f"mappings/{uuid}/skip")[1]["Invocation"]
        self.assertEqual([skipped[key] for key in ("Number", "Outcome", "GivenUp", "Error")],
                         [2, "Skipped", "Skipped", None])
        mapping = self.mapping(uuid)
        self.assertEqual([mapping[key] for key in ("Batches", "Failures", "Skipped", "GivenUp")],
                         [1, 1, 1, 1])
        failed = self.ask("GET", f"mappings/{uuid}/history?failed")[1]["Invocations"]
        self.assertEqual([each["Number"] for each in failed], [1])
        self.drain()
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/skip"),
                         (200, {"Invocation": None, "Reason": "every record of its stream is handled"}))

    def test_what_sends_nothing_says_why(self):
        (other,) = self.ask("GET", "mappings")[1]["Mappings"]
        no_table = {"Invocation": None, "Reason": "there is no table other"}
        for action in ("step", "skip"):
            self.assertEqual(self.ask("POST", f"mappings/{other['Id']}/{action}"), (200, no_table))
        nothing = {"Batches": 0, "Records": 0, "Failures": 0}
        for action, reason in (("replay", "the mapping has not handled any records yet"),
                               ("redrive", "nothing has been given up")):
            self.assertEqual(self.ask("POST", f"mappings/{other['Id']}/{action}"),
                             (200, {**nothing, "Reason": reason}))

    def test_a_step_says_that_the_function_is_being_called(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-answers-") as folder:
            file, gate = Path(folder) / "slow.py", Path(folder) / "gate"
            os.mkfifo(gate)
            file.write_text("def handler(event, context):\n"
                            "    print('waiting')\n"
                            f"    open('{gate}', encoding='utf-8').close()\n", encoding="utf-8")
            self.restart(options=["--on-stream", f"notes=python:{file}:handler"])
            self.create("notes")
            self.put("notes", "a")
            self.tailrace.wait_for_line("waiting")
            for action in ("step", "skip"):
                self.assertEqual(self.ask("POST", f"mappings/notes/{action}"),
                                 (200, {"Invocation": None, "Reason": "its function is being called"}))
            gate.write_text("", encoding="utf-8")
            self.drain()

    def test_a_drain_waits_for_a_function_as_long_as_it_may(self):
        self.map(self.create("notes"))
        self.put("notes", POISON)
        message = self.drain("?timeout_seconds=1")["message"]
        self.assertRegex(message, "^Not drained within 1 seconds: notes/message-groups: its function ")

    def test_the_last_result_and_error_are_those_of_the_last_call(self):
        self.restart(options=["--manual-clock", NOON])
        uuid = self.map(self.create("notes"), MaximumRetryAttempts=0, BatchSize=1)
        self.assertEqual(self.result(uuid), "No records processed")
        self.put("notes", POISON)
        self.drain()
        self.assertEqual(self.result(uuid), "PROBLEM: Function call failed")
        self.assertEqual(self.mapping(uuid)["LastError"]["Time"], NOON)
        self.put("notes", "fine")
        self.drain()
        self.assertEqual(self.result(uuid), "OK")

    def test_a_history_of_failures(self):
        uuid = self.map(self.create("notes"), MaximumRetryAttempts=0, BatchSize=1)
        self.put("notes", "a", POISON, "b")
        self.drain()
        failed = self.ask("GET", f"mappings/{uuid}/history?failed")[1]["Invocations"]
        self.assertEqual([(each["Number"], each["GivenUp"]) for each in failed],
                         [(2, "RetryAttemptsExhausted")])
        shown = self.ask("GET", f"mappings/{uuid}/history?failed&records")[1]["Invocations"]
        self.assertEqual(shown[0]["Event"]["Records"][0]["dynamodb"]["Keys"], {"pk": {"S": POISON}})

    def test_a_part_of_a_history(self):
        uuid = self.map(self.create("notes"), MaximumRetryAttempts=0, BatchSize=1)
        self.put("notes", "a", POISON, "b")
        self.change_poison()
        self.drain()

        def numbers(query):
            answer = self.ask("GET", f"mappings/{uuid}/history?{query}")[1]
            return [each["Number"] for each in answer["Invocations"]]

        self.assertEqual(numbers("after=2"), [3, 4])
        self.assertEqual(numbers("limit=1"), [4])
        self.assertEqual(numbers("failed&limit=1"), [4])
        self.assertEqual(numbers("failed&limit=1&after=1"), [2])
        self.assertEqual(numbers("failed&after=4"), [])
        self.assertEqual(self.ask("GET", f"mappings/{uuid}/history?limit=-1"),
                         (400, {"message": "limit must be a number from 0 on; it is '-1'."}))

    def test_a_history_has_what_the_function_printed(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-answers-") as folder:
            file = Path(folder) / "loud.py"
            file.write_text("import sys\n"
                            "def handler(event, context):\n"
                            "    print('read', len(event['Records']))\n"
                            "    sys.stdout.flush()\n"
                            "    sys.stdout.buffer.write(b'\\xff\\n')\n"
                            "    return 'done'\n", encoding="utf-8")
            self.restart(options=["--on-stream", f"notes=python:{file}:handler"])
            self.create("notes")
            self.put("notes", "a")
            self.drain()
            (call,) = self.ask("GET", "mappings/notes/history")[1]["Invocations"]
        self.assertEqual((call["Payload"], call["Error"], call["Log"]), ("done", None, "read 1\n\ufffd\n"))

    def test_how_old_the_oldest_waiting_record_is(self):
        self.restart(options=["--manual-clock", NOON])
        uuid = self.map(self.create("notes"))
        self.ask("POST", f"mappings/{uuid}/pause")
        self.assertEqual(self.mapping(uuid)["IteratorAgeMs"], 0)
        self.assertIsNone(self.mapping("other")["IteratorAgeMs"])
        self.put("notes", "a")
        self.ask("POST", "clock", {"Seconds": 2.5})
        self.put("notes", "b")
        mapping = self.mapping(uuid)
        self.assertEqual((mapping["Lag"], mapping["IteratorAgeMs"]), (2, 2500))
        self.ask("POST", f"mappings/{uuid}/step")
        self.assertEqual(self.mapping(uuid)["IteratorAgeMs"], 0)

    def test_one_of_the_given_up_batches_is_sent_again(self):
        uuid = self.map(self.create("notes"), MaximumRetryAttempts=0, BatchSize=1)
        self.put("notes", POISON, "a")
        self.change_poison()
        self.drain()
        first, second = self.ask("GET", f"mappings/{uuid}/history")[1]["GivenUp"]
        only = {"FromSequenceNumber": second["FirstSequenceNumber"],
                "ToSequenceNumber": second["LastSequenceNumber"]}
        answer = self.ask("POST", f"mappings/{uuid}/redrive", only)[1]
        self.assertEqual((answer["Batches"], answer["Failed"][0]["FirstSequenceNumber"]),
                         (1, second["FirstSequenceNumber"]))
        between = str(int(first["FirstSequenceNumber"]) + 1)
        between = between.zfill(len(first["FirstSequenceNumber"]))
        only = {"FromSequenceNumber": between, "ToSequenceNumber": between}
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/redrive", only)[1], {
            "Batches": 0, "Records": 0, "Failures": 0,
            "Reason": f"no batch that has been given up has records from {between} to {between}"})
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/redrive", {"FromSequenceNumber": 1}), (400, {
            "message": "FromSequenceNumber and ToSequenceNumber are strings, as in the records' "
                       "SequenceNumber; without them every given-up batch is sent again."}))

    def test_a_mapping_goes_by_several_names(self):
        uuid = self.mapping("other/message-groups")["Id"]
        for name in ("other%2Fmessage-groups", "other", "message-groups", uuid):
            self.assertEqual(self.mapping(name)["Id"], uuid)
        self.assertEqual(self.ask("POST", "mappings/other/message-groups/pause")[1]["State"], "Paused")
        self.assertEqual(self.ask("GET", "mappings/other/message-groups/history"),
                         (200, {"Invocations": [], "GivenUp": []}))
        self.assertEqual(self.ask("GET", "mappings/none"), (404, {
            "message": "There is no mapping 'none'; there is other/message-groups."}))
        self.map(self.create("notes"))
        self.assertEqual(self.ask("GET", "mappings/message-groups"), (404, {
            "message": "'message-groups' may mean other/message-groups and notes/message-groups; name one of "
                       "them."}))

    def test_a_mapping_of_a_file_is_named_after_its_function(self):
        handler = "file:/dev/null"
        self.restart(options=["--on-stream", f"notes={handler}"])
        mapping = self.mapping("notes/null")
        self.assertEqual((mapping["Name"], mapping["Handler"]), ("notes/null", handler))
        self.assertEqual(self.mapping("notes%2Ffile:%2Fdev%2Fnull")["Id"], mapping["Id"])

    def test_unknown_members_and_parameters_are_refused(self):
        for method, path, body, message in (
                ("POST", "mappings/other/replay", {"From": "5"},
                 "POST /_tailrace/mappings/{id}/replay: unknown member 'From' (known: FromSequenceNumber and "
                 "ToSequenceNumber)"),
                ("POST", "mappings/other/message-groups/redrive", {"Force": True},
                 "POST /_tailrace/mappings/{table}/{function}/redrive: unknown member 'Force' (known: "
                 "FromSequenceNumber and ToSequenceNumber)"),
                ("POST", "clock", {"second": 1},
                 "POST /_tailrace/clock: unknown member 'second' (known: Seconds and Now); did you mean "
                 "Seconds?"),
                ("POST", "ttl/sweep", [], "POST /_tailrace/ttl/sweep takes no body."),
                ("POST", "streams/drain?timeout=5", None,
                 "POST /_tailrace/streams/drain: unknown parameter 'timeout' (known: timeout_seconds)"),
                ("POST", "streams/split?tabel=music", None,
                 "POST /_tailrace/streams/split: unknown parameter 'tabel' (known: table and shard); "
                 "did you mean table?"),
                ("GET", "mappings/other/history?fialed", None,
                 "GET /_tailrace/mappings/{id}/history: unknown parameter 'fialed' (known: failed, records, "
                 "after, limit and pretty); did you mean failed?")):
            self.assertEqual(self.ask(method, path, body), (400, {"message": message}))

    def test_answers_for_people(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.tailrace.endpoint + "/_tailrace/mappings/other?pretty") as response:
            text = response.read().decode()
        self.assertEqual(json.loads(text), self.mapping("other"))
        self.assertTrue(text.startswith('{\n  "Id": "'), text)
        self.assertIn('\n  "Shards": [],\n', text)
        self.assertIn('\n  "Parameters": {\n    "StartingPosition": "TRIM_HORIZON",\n', text)


if __name__ == "__main__":
    main()
