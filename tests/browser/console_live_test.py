"""The console's views of running things: streams and functions, time and failures, requests, namespaces.

    console_live_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import browser
import console_case

NOON = "2026-01-31T12:00:00Z"
COPIER = """import boto3, os
tables = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])

def handler(event, context):
    for record in event.get("Records", []):
        item = record["dynamodb"]["NewImage"]
        print("copying", item["pk"]["S"])
        item["length"] = {"N": str(len(LENGTH_OF))}
        tables.put_item(TableName="copies", Item=item)
    return "done"
"""
# Fails for an item that has no text.
BROKEN = COPIER.replace("LENGTH_OF", 'item["text"]["S"]')
MENDED = COPIER.replace("LENGTH_OF", 'item.get("text", {}).get("S", "")')


class LiveCase(console_case.ConsoleCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-console-")
        self.addCleanup(folder.cleanup)
        self.function = Path(folder.name) / "copier.py"

    def serve_copier(self, *options, parameters="", function=BROKEN):
        """Serves the tables notes and copies, and a function that copies from one into the other."""
        self.function.write_text(function, encoding="utf-8")
        self.serve("--function", f"copier=python:{self.function}:handler",
                   "--on-stream", "notes=copier,BatchSize=1" + parameters, *options)
        for table in ("copies", "notes"):
            self.server.create_table(table, "NEW_AND_OLD_IMAGES")

    def put(self, key, **attributes):
        self.dynamodb.put_item(TableName="notes", Item={
            "pk": {"S": key}, **{name: {"S": value} for name, value in attributes.items()}})

    def enter(self, view):
        """Opens the console and goes to a view, as a person does."""
        page = self.open()
        self.addCleanup(lambda: self.assertEqual(page.complaints, []))
        page.click("link", view)
        return page

    def copy_of(self, key):
        return self.dynamodb.get_item(TableName="copies", Key={"pk": {"S": key}}).get("Item")


class StreamsTest(LiveCase):
    # What a newcomer does, with nothing but the console and an editor.
    def test_a_failed_batch_is_found_and_sent_again_after_its_function_is_mended(self):
        self.serve_copier(parameters=",MaximumRetryAttempts=0,BisectBatchOnFunctionError=true")
        self.put("first", text="Hello")
        self.put("second", author="Nils")
        self.put("third", text="Bye")
        self.server.drain()
        page = self.open()
        self.addCleanup(lambda: self.assertEqual(page.complaints, []))
        described = lambda: page.all("link", "Streams and functions")[0].get("description", {}).get("value")
        page.until(lambda: described() == "1 batch given up", lambda: described())
        page.click("link", "Streams and functions")
        failed = "copier failed on a batch of notes"
        card = page.text_of("article", failed)
        for said in ("copier failed on 1 record of notes", "Given up", "KeyError: 'text'", "1 attempt",
                     "Inserted the item pk: second", "author: Nils",
                     "copying second", "[ERROR] KeyError: 'text'",
                     "is split and tried again in halves, which go on counting its attempts."):
            self.assertIn(said, card)
        self.assertTrue(page.evaluate("document.querySelector('.card.failed').offsetWidth"
                                      " > 0.9 * document.querySelector('main').offsetWidth"))
        page.click("link", "pk: second")
        self.assertEqual(page.value_of("textbox", "Value of author"), "Nils")
        page.wait_for("Also calls copier.")
        page.press("Escape")
        page.evaluate("history.back()")

        page.click("button", "Send again")
        page.wait_for("Sent again, and copier failed: KeyError: 'text'")
        self.function.write_text(MENDED, encoding="utf-8")
        page.click("button", "Send again")
        page.wait_for("Sent again: copier handled 1 record.")
        page.wait_for("No function is failing.")
        self.assertIn(described(), (None, ""))
        self.assertFalse(page.has("article", failed))
        self.assertEqual(self.copy_of("second")["length"], {"N": "0"})
        page.click("link", "notes/copier")
        page.wait_for(", sent again: succeeded")

    def test_a_batch_that_is_tried_again_is_given_up_and_then_sent_again(self):
        self.serve_copier("--manual-clock", NOON)
        self.put("second")
        page = self.enter("Streams and functions")
        page.wait_for("Tries again")
        page.click("button", "Send again now")
        page.wait_for("Sent again, and copier failed: KeyError: 'text'")
        page.wait_for("2 attempts")
        page.click("button", "Give up")
        page.wait_for("Given up 1 record. They are kept, so that you can send them again.")
        page.wait_for("given up: Skipped")
        self.function.write_text(MENDED, encoding="utf-8")
        page.click("button", "Send 1 batch again: notes/copier")
        page.click("button", "Send all again")
        page.wait_for("No function is failing.")
        self.assertIsNotNone(self.copy_of("second"))

    def test_a_picture_shows_how_changes_flow(self):
        self.serve_copier(function=MENDED)
        page = self.enter("Streams and functions")
        page.wait_for("None of the last requests is a write of this function.")
        self.put("first")
        page.find("link", "Table copies")
        (flow,) = [each for each in page.all("listitem") if "which writes to" in page.on_node(
            each["backendDOMNodeId"], "function() { return this.textContent; }")]
        words = page.on_node(flow["backendDOMNodeId"], "function() { return this.textContent; }")
        self.assertEqual(words.replace("Waits for changes", ""),
                         "Tablenoteschanges callFunctioncopierwhich writes toTablecopies")

    def test_a_mapping_is_paused_and_stepped_and_replays(self):
        self.serve_copier(function=MENDED)
        page = self.enter("Streams and functions")
        page.click("link", "notes/copier")
        page.wait_for("The function has not been called since the server started.")
        page.click("button", "Pause: notes/copier")
        page.wait_for("copier gets no new batch until you resume it.")
        self.put("first", text="Hello")
        page.wait_for("Records that wait: 1 now, at most 1")
        page.click("button", "Step: notes/copier")
        page.wait_for("Sent: copier handled 1 record.")
        page.wait_for("Records that wait: 0 now, at most 1")
        page.click("button", "Replay")
        page.wait_for("1 record, attempt 1")
        page.wait_for(", replay: succeeded")
        page.click("DisclosureTriangle", re.compile("replay: succeeded"))
        page.wait_for("copying first")
        self.assertIn('"done"', page.text())
        # No line bridges a time without measurements, or connects the values of two namespaces.
        self.assertEqual(page.evaluate("""(async () => {
            const { lineChart } = await import("/_tailrace/console/chart.js");
            const { lagSamples, noteLag } = await import("/_tailrace/console/views/mappings.js");
            const { connection } = await import("/_tailrace/console/api.js");
            const points = [1, 2, 3, 9, 10].map((x) => ({ x, y: 1 }));
            const lines = lineChart({ label: "Lag", points, gap: 5 }).querySelectorAll("polyline").length;
            const mapping = { Id: "a/b", Lag: 1, StreamArn: "arn" };
            noteLag([mapping]);
            const counts = ["blue", "default"].map((namespace) => {
                connection.namespace = namespace;
                return lagSamples(mapping).length;
            });
            return [lines, ...counts];
        })()"""), [2, 0, 1])
        page.click("button", "Resume: notes/copier")
        page.wait_for("Waits for changes")

    def test_a_stream_shows_its_records_as_they_come_and_its_shards(self):
        self.serve_copier(function=MENDED)
        self.put("first", text="Hello")
        page = self.enter("Streams and functions")
        page.wait_for("Called by the streams of")
        page.click("link", "notes")
        page.wait_for("1 record read, the newest first.")
        self.put("second", text="Bye")
        page.wait_for("2 records read, the newest first.")
        rows = page.text_of("table", "Records")
        self.assertLess(rows.index("pk: second"), rows.index("pk: first"))
        self.assertIn("INSERT", rows)
        self.assertEqual(page.names("image"), [
            "1 shard, 1 open. A shard that was split leads to two."])
        page.click("button", "Split an open shard")
        page.find("image", "3 shards, 2 open. A shard that was split leads to two.")
        self.put("third", text="Again")
        page.wait_for("3 records read, the newest first.")

    def test_a_function_is_invoked(self):
        self.serve_copier()
        page = self.enter("Streams and functions")
        page.wait_for("Called by the streams of")
        page.click("link", "copier")
        event = {"Records": [{"dynamodb": {"NewImage": {"pk": {"S": "by hand"}, "text": {"S": "Hello"}}}}]}
        page.write("textbox", "Event", json.dumps(event))
        page.find("link", "notes/copier")
        self.assertIn("Waits for changes\t0\t0\t0\tnone", page.text_of("table", "Mappings"))
        page.click("button", "Invoke")
        page.wait_for("The function answered after")
        self.assertEqual(page.text_of("region", "Answer").strip(), '"done"')
        self.assertEqual(page.text_of("region", "Log of the call").strip(), "copying by hand")
        self.assertEqual(self.copy_of("by hand")["length"], {"N": "5"})
        page.write("textbox", "Event", '{"Records": [{"dynamodb": {"NewImage": {"pk": {"S": "x"}}}}]}')
        page.click("button", "Invoke")
        page.wait_for("The function failed after")
        self.assertIn("KeyError: 'text'", page.text_of("region", "Log of the call"))
        page.write("textbox", "Event", "{")
        page.click("button", "Invoke")
        page.wait_for("The event is not JSON")

    def test_texts_of_functions_and_items_are_only_texts(self):
        hostile = "<script>document.title = 'hacked'</script><img src=x onerror=\"document.title='hacked'\">"
        self.serve_copier(parameters=",MaximumRetryAttempts=0", function=(
            "def handler(event, context):\n"
            f"    print({hostile!r})\n"
            f"    raise ValueError({hostile!r} + '\\u202e' + 'x' * 3000)\n"))
        self.put(hostile, **{hostile: hostile})
        self.server.drain()
        page = self.enter("Streams and functions")
        page.wait_for("ValueError: <script>")
        page.wait_for("⟨U+202E⟩")
        page.click("link", "All calls of this mapping")
        page.wait_for("Last calls")
        page.click("DisclosureTriangle", re.compile("failed: ValueError"))
        page.find("region", "Answer")
        self.assertEqual(page.evaluate("document.title"), "Mapping notes/copier – Tailrace")
        self.assertEqual(page.evaluate("document.querySelectorAll('main script, main img').length"), 0)


class TimeTest(LiveCase):
    def test_the_clock_is_moved_and_what_is_due_is_done(self):
        self.serve("--manual-clock", NOON)
        self.server.create_table("notes")
        self.dynamodb.update_time_to_live(TableName="notes", TimeToLiveSpecification={
            "Enabled": True, "AttributeName": "ends"})
        self.dynamodb.put_item(TableName="notes", Item={"pk": {"S": "a"}, "ends": {"N": "1769860801"}})
        page = self.enter("Time and failures")
        page.wait_for("2026-01-31T12:00:00.000Z")
        page.wait_for("This clock stands still until it is moved.")
        for label, shown in (("+1 second", "12:00:01"), ("+1 minute", "12:01:01"), ("+1 hour", "13:01:01")):
            page.click("button", label)
            page.wait_for(f"The clock moved to 2026-01-31T{shown}.000Z.")
        page.write("textbox", "Set to a later time", "2026-01-31T12:00:00Z")
        page.click("button", "Set")
        page.wait_for("2026-01-31T12:00:00.000Z is in the past: the server's clock is at "
                      "2026-01-31T13:01:01.000Z and cannot be moved back.")
        page.click("button", "Remove expired items")
        page.wait_for("expired items removed.")
        page.click("button", "Settle")
        page.wait_for("Nothing is left to do.")
        page.click("button", "Drain")
        page.wait_for("Every function has handled what had been written.")
        self.assertEqual(self.dynamodb.scan(TableName="notes")["Items"], [])

    def test_a_clock_of_the_machine_is_not_moved(self):
        self.serve()
        page = self.enter("Time and failures")
        page.wait_for("This is the machine’s clock. To have one that you can move, start the server with")
        self.assertFalse(page.has("button", "+1 second"))
        page.click("link", "a namespace with a clock of its own")
        page.find("heading", "Namespaces")

    def test_a_fault_is_scripted_counted_and_removed(self):
        self.serve()
        self.server.create_table("notes")
        page = self.enter("Time and failures")
        page.wait_for("No fault is scripted.")
        page.click("DisclosureTriangle", "Add a fault")
        page.write("combobox", "Operation", "PutItem")
        page.write("textbox", "Table", "notes")
        page.write("spinbutton", "Times", "1")
        page.write("combobox", "Error", "Throttling")
        page.click("button", "Add the fault")
        page.wait_for("Rules[0].Then: unknown Error 'Throttling' (known: AccessDeniedException, ")
        page.write("combobox", "Error", "ThrottlingException")
        page.click("button", "Add the fault")
        page.wait_for("The fault is scripted.")
        with self.assertRaises(self.dynamodb.exceptions.ClientError):
            self.put("a")
        self.put("b")
        self.assertIn('{"TableName":"notes","Times":1}', page.text_of("table", "Scripted faults"))
        page.until(lambda: "\t2\t1\tRemove" in page.text_of("table", "Scripted faults"))
        page.click("button", "Remove PutItem")
        page.wait_for("No fault is scripted.")

    def test_a_table_is_limited_and_reads_lag_behind(self):
        self.serve("--manual-clock", NOON)
        self.server.create_table("notes")
        page = self.enter("Time and failures")
        page.wait_for("No table is limited.")
        page.click("DisclosureTriangle", "Limit a table")
        page.write("textbox", "Table", "notes")
        page.write("spinbutton", "Write units per second", "1")
        page.write("spinbutton", "Burst, in seconds", "1")
        page.click("button", "Limit")
        page.wait_for("notes is limited. All buckets are full again.")
        self.put("a")
        with self.assertRaises(self.dynamodb.exceptions.ClientError):
            self.put("b")
        page.wait_for("0 of 1")
        page.wait_for("WriteThrottleEvents: 1")
        page.click("button", "Remove the limit of notes")
        page.wait_for("notes is not limited any more.")
        page.wait_for("No table is limited.")

        page.click("DisclosureTriangle", "Set a lag")
        page.write("spinbutton", "Reads show what was there, in ms ago", "500")
        page.click("button", "Set the lag")
        page.wait_for("The lag is set. Everything written before is seen.")
        self.put("c")
        self.assertEqual(self.dynamodb.scan(TableName="notes")["Count"], 1)
        page.click("button", "End all lags")
        page.wait_for("Every read shows the newest items.")


class RequestsTest(LiveCase):
    def test_requests_appear_as_they_come_and_are_selected(self):
        self.serve()
        self.server.create_table("notes")
        page = self.open("#/requests")
        page.wait_for("CreateTable")
        self.put("a")
        page.find("button", re.compile("^PutItem, details of request"))
        with self.assertRaises(self.dynamodb.exceptions.ClientError):
            self.dynamodb.get_item(TableName="nots", Key={"pk": {"S": "a"}})
        page.wait_for("ResourceNotFoundException")
        page.wait_for("3 requests: 1 capacity units, 1 failed, 0 throttled.")
        page.choose("Status", "failed")
        page.wait_for("1 request: 0 capacity units, 1 failed, 0 throttled.")
        page.choose("Status", "every status")
        page.choose("Operation", "PutItem")
        page.wait_for("1 request: 1 capacity units, 0 failed, 0 throttled.")
        page.wait_for("Capacity units a second: 1 in total")
        page.click("button", re.compile("^PutItem, details of request"))
        self.assertIn("DurationMicroseconds", page.text_of("dialog", re.compile("^Request 2: PutItem")))
        shown = page.text_of("region", "How to ask for it: curl")
        self.assertEqual(shown, f"curl '{self.server.endpoint}/_tailrace/requests?after=1'")
        for language in ("curl", "Python", "JavaScript"):
            with self.subTest(language=language):
                page.click("tab", language)
                code = page.text_of("region", f"How to ask for it: {language}")
                self.assertIn("PutItem", self.printed(language, code))
        page.press("Escape")
        page.choose("Operation", "every operation")
        page.click("link", "Tables")
        page.find("link", "notes")
        page.click("link", "Requests")
        page.wait_for("3 requests: 1 capacity units, 1 failed, 0 throttled.")
        self.assertNotIn("console", page.text_of("table", "Requests"))
        page.click("checkbox", "Also those of the console")
        page.until(lambda: "console" in page.text_of("table", "Requests"))
        self.assertIn("DescribeTable", page.text_of("table", "Requests"))
        page.click("button", "Forget all")
        page.wait_for("The server has forgotten ")
        page.wait_for("No such requests.")

    def test_throttled_requests_have_a_chart(self):
        self.serve()
        self.server.create_table("notes")
        self.server.ask("PUT", "/_tailrace/throttle", b'{"TableName": "notes", "WriteCapacityUnits": 0}')
        with self.assertRaises(self.dynamodb.exceptions.ClientError):
            self.put("a")
        page = self.enter("Requests")
        page.wait_for("Throttled requests a second: 1 in total")


class NamespacesTest(LiveCase):
    def tables_of(self, namespace):
        return self.server.client(f"{self.server.endpoint}/~{namespace}").list_tables()["TableNames"]

    def test_a_namespace_is_made_forked_kept_restored_emptied_and_removed(self):
        self.serve()
        self.server.create_table("notes")
        self.put("a")
        page = self.enter("Namespaces")
        page.click("button", "Fork default")
        page.write("textbox", "Name of the fork", "blue")
        page.click("button", "Fork")
        page.wait_for("default is forked: blue.")
        self.assertEqual(self.tables_of("blue"), ["notes"])

        page.click("button", "Use blue")
        page.find("button", "Use default")
        self.assertEqual(page.value_of("combobox", "Namespace"), "blue")
        page.click("button", "Snapshot blue")
        page.write("textbox", "Name of the snapshot", "ready")
        page.click("button", "Keep")
        page.wait_for("Kept the snapshot ready of blue.")
        page.find("button", "Restore blue")
        page.click("button", "Reset blue")
        page.write("textbox", re.compile("^Type blue"), "blue")
        page.click("button", "Reset")
        page.wait_for("blue is empty.")
        self.assertEqual(self.tables_of("blue"), [])
        page.click("button", "Restore blue")
        page.click("button", "Restore")
        page.wait_for("blue is again as it was in ready.")
        self.assertEqual(self.tables_of("blue"), ["notes"])
        page.click("button", "Remove items blue")
        page.write("textbox", re.compile("^Type blue"), "blue")
        page.click("button", "Remove the items")
        page.wait_for("blue has no items any more.")
        page.click("button", "Forget the snapshot ready of blue")
        page.wait_for("Forgot the snapshot ready.")

        page.write("textbox", "Name", "green")
        page.write("textbox", "Clock", "never")
        page.click("button", "Create")
        page.wait_for("Clock must be a time such as 2026-01-31T12:00:00Z, or real for the machine's clock.")
        page.write("textbox", "Clock", NOON)
        page.click("button", "Create")
        page.wait_for("Created green.")
        page.click("button", "Delete blue")
        page.write("textbox", re.compile("^Type blue"), "blue")
        page.click("button", "Delete")
        page.until(lambda: not page.has("button", "Fork blue"))
        self.assertEqual(page.value_of("combobox", "Namespace"), "default")


if __name__ == "__main__":
    sys.exit(browser.run_tests(LiveCase))
