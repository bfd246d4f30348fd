"""The console's view of a table's items, used as a person does.

    console_items_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import browser
import console_case

ITEMS = "#/tables/music/items"


class ItemsTest(console_case.ConsoleCase):
    def setUp(self):
        super().setUp()
        self.make_table()

    def put(self, artist, song, **attributes):
        self.dynamodb.put_item(TableName="music", Item={"artist": {"S": artist}, "song": {"S": song},
                                                        **attributes})

    def item(self, artist, song):
        key = {"artist": {"S": artist}, "song": {"S": song}}
        return self.dynamodb.get_item(TableName="music", Key=key).get("Item")

    def update(self, artist, song, expression, number="100"):
        self.dynamodb.update_item(TableName="music", Key={"artist": {"S": artist}, "song": {"S": song}},
                                  UpdateExpression=expression,
                                  ExpressionAttributeValues={":n": {"N": number}})

    def songs(self):
        return [item["song"]["S"] for item in self.dynamodb.scan(TableName="music")["Items"]]

    def begin_item(self):
        """Opens the form of a new item in an empty table, and enters its key."""
        page = self.open(ITEMS)
        page.wait_for("No items.")
        page.click("button", "New item")
        page.write("textbox", "Value of artist", "Nils")
        page.write("textbox", "Value of song", "Says")
        return page

    def test_an_item_is_made_with_nested_values(self):
        page = self.begin_item()
        page.click("button", "Add attribute")
        page.write("textbox", "Name of the new attribute", "label")
        page.choose("Type of label", "Map")
        page.wait_for("0 values")
        page.click("button", "Add to label")
        page.wait_for("1 value")
        page.write("textbox", "Name of the new attribute", "year")
        page.choose("Type of year", "Number")
        page.write("textbox", "Value of year", "12345678901234567890.50")
        page.press("Escape")
        page.wait_for("What you have changed here is lost.")
        page.click("button", "Cancel", last=True)
        page.click("button", "Create item")
        page.wait_for("The item has been created.")
        self.assertEqual(self.item("Nils", "Says")["label"], {"M": {"year": {"N": "12345678901234567890.5"}}})
        self.assertEqual(page.complaints, [])

    def test_a_change_is_saved_and_undone(self):
        self.put("Nils", "Says", year={"N": "2013"})
        page = self.open(ITEMS)
        page.click("button", "Open Nils / Says")
        self.assertTrue(page.state("textbox", "Value of artist", "readonly"))
        page.click("button", "Save")
        page.wait_for("Nothing has been changed, so nothing is written.")
        page.write("textbox", "Value of year", "2014")
        page.click("button", "Save")
        page.wait_for("The item has been changed.")
        self.assertEqual(self.item("Nils", "Says")["year"], {"N": "2014"})
        page.click("button", "Undo")
        page.wait_for("The change has been undone.")
        self.assertEqual(self.item("Nils", "Says")["year"], {"N": "2013"})

    # Somebody else's change must not be lost.
    def test_an_item_that_has_changed_meanwhile_is_not_overwritten(self):
        self.put("Nils", "Says", year={"N": "2013"})
        page = self.open(ITEMS)
        page.click("button", "Open Nils / Says")
        page.find("textbox", "Value of year")
        self.put("Nils", "Says", year={"N": "2020"})
        page.write("textbox", "Value of year", "2014")
        page.click("button", "Save")
        page.wait_for("ConditionalCheckFailedException: The conditional request failed")
        page.wait_for("The item has been changed since it was read: year is now 2020.")
        self.assertEqual(self.item("Nils", "Says")["year"], {"N": "2020"})

    # An attribute that was added after the page has read the item, and one that the person has not touched.
    def test_what_others_write_to_an_item_stays(self):
        self.put("Nils", "Says", year={"N": "2013"}, **{f"z{place}": {"N": "0"} for place in range(160)})
        page = self.open(ITEMS)
        page.click("button", "Open Nils / Says")
        page.find("textbox", "Value of year")
        self.update("Nils", "Says", "SET balance = :n, z99 = :n")
        page.write("textbox", "Value of year", "2014")
        page.click("button", "Save")
        page.wait_for("The item has been changed.")
        item = self.item("Nils", "Says")
        self.assertEqual([item[name]["N"] for name in ("year", "balance", "z99")], ["2014", "100", "100"])
        self.update("Nils", "Says", "SET sold = :n")
        page.click("button", "Undo")
        page.wait_for("The change has been undone.")
        self.assertEqual(self.item("Nils", "Says"), {**item, "year": {"N": "2013"}, "sold": {"N": "100"}})

    def test_an_item_with_what_nobody_has_seen_is_not_deleted(self):
        page = self.begin_item()
        page.click("button", "Create item")
        page.wait_for("The item has been created.")
        page.click("button", "Open Nils / Says")
        page.find("textbox", "Value of song")
        self.update("Nils", "Says", "SET balance = :n")
        page.click("button", "Delete")
        page.click("button", "Delete item")
        refused = "ItemChanged: The item is no longer as it was read. Nothing has been written."
        page.wait_for(f"{refused}\nThe item has been changed since it was read: balance is now 100.")
        page.click("button", "Cancel")
        page.click("button", "Undo")
        page.wait_for(refused)
        self.assertEqual(self.item("Nils", "Says")["balance"], {"N": "100"})

    # An expression has no room for all of them, so the item is written whole.
    def test_a_great_many_changes_are_saved_only_to_what_was_read(self):
        self.put("Nils", "Says", **{f"z{place}": {"N": "0"} for place in range(130)})
        changed = {"artist": {"S": "Nils"}, "song": {"S": "Says"}, "made": {"S": "again"}}
        page = self.open(ITEMS)
        page.click("button", "Open Nils / Says")
        page.click("tab", "JSON")
        page.write("textbox", "The item in DynamoDB JSON", json.dumps(changed))
        self.update("Nils", "Says", "SET z0 = :n")
        page.click("button", "Save")
        page.wait_for("The item has been changed since it was read: z0 is now 100.")
        self.assertEqual(len(self.item("Nils", "Says")), 132)
        self.update("Nils", "Says", "SET z0 = :n", "0")
        page.click("button", "Save")
        page.wait_for("The item has been changed. With more than 120 changes it was written whole.")
        self.assertEqual(self.item("Nils", "Says"), changed)

    # Browsers end all lines of a field with one character.
    def test_line_ends_stay_as_they_are(self):
        self.put("Nils\r\nFrahm", "Says", year={"N": "2013"}, text={"S": "one\r\ntwo\rthree\n"},
                 tags={"SS": ["a\r\nb", "c"]}, **{"two\nlines": {"S": "x"}})
        item = self.item("Nils\r\nFrahm", "Says")
        page = self.open(ITEMS)
        for field, written, kept in (("year", "2014", {"N": "2014"}),
                                     ("text", "one\nzwei\nthree\n", {"S": "one\r\nzwei\rthree\n"})):
            page.click("button", re.compile("^Open Nils"))
            page.write("textbox", f"Value of {field}", written)
            page.click("button", "Save")
            page.wait_until_gone("Add attribute")
            item[field] = kept
            self.assertEqual(self.item("Nils\r\nFrahm", "Says"), item)

    def test_two_fields_with_one_name_are_refused_at_the_field(self):
        self.put("Nils", "Says", year={"N": "2013"})
        page = self.open(ITEMS)
        page.click("button", "Open Nils / Says")
        page.click("button", "Add attribute")
        focused = "[document.activeElement.value, document.activeElement.getAttribute('aria-invalid')]"
        for field, name in (("the new attribute", "year"), ("year", "song")):
            page.write("textbox", f"Name of {field}", name, last=True)
            page.click("button", "Save")
            page.wait_for(f"Two fields have the name {name}.")
            page.wait_for("Another field has this name.")
            self.assertEqual(page.evaluate(focused), [name, "true"])
        page.write("textbox", "Name of song", "label", last=True)
        page.wait_until_gone("Another field has this name.")
        page.click("tab", "JSON")
        twice = '{"artist": {"S": "Nils"}, "song": {"S": "Says"}, "song": {"S": "Four"}}'
        page.write("textbox", "The item in DynamoDB JSON", twice)
        page.click("button", "Save")
        page.wait_for('An object has the name "song" twice.')
        self.assertEqual(self.songs(), ["Says"])

    def test_leaving_the_view_closes_its_dialogs(self):
        self.put("Nils", "Says", year={"N": "2013"})
        page = self.open("#/tables")
        page.click("link", "music")
        page.click("button", "Open Nils / Says")
        page.write("textbox", "Value of year", "2014")
        page.evaluate("history.back()")
        page.wait_for("What you have changed here is lost.")
        page.click("button", "Cancel", last=True)
        page.wait_until_gone("What you have changed here is lost.")
        self.assertEqual(page.value_of("textbox", "Value of year"), "2014")
        page.evaluate("history.back()")
        page.click("button", "Discard changes")
        page.find("link", "Create table")
        self.assertEqual(page.names("dialog"), [])
        page.evaluate("history.back()")
        page.click("button", "Open Nils / Says")
        page.find("textbox", "Value of year")
        page.evaluate("history.back()")
        page.find("link", "Create table")
        self.assertEqual(page.names("dialog"), [])
        self.assertEqual(self.item("Nils", "Says")["year"], {"N": "2013"})

    # The attributes are named like properties that every object in JavaScript inherits.
    def test_attributes_have_any_names(self):
        self.put("Nils", "Says", toString={"S": "text"}, constructor={"N": "1"})
        self.put("Nils", "Ambre")
        page = self.open(ITEMS)
        page.find("button", "Open Nils / Ambre")
        row = "[...document.querySelectorAll('tr')].find((each) => each.innerText.includes('Ambre'))"
        self.assertEqual(page.evaluate(f"{row}.innerText").split(), ["Nils", "Ambre"])

    def test_binary_values_are_bytes_in_the_code_of_a_request(self):
        page = self.open(ITEMS)
        page.wait_for("No items.")
        page.click("button", "New item")
        page.click("tab", "JSON")
        page.write("textbox", "The item in DynamoDB JSON", json.dumps({
            "artist": {"S": "Nils"}, "song": {"S": "Says"}, "set": {"BS": ["aGk="]},
            "list": {"L": [{"M": {"inner": {"B": "aGk="}}}]}}))
        page.click("button", "Create item")
        page.wait_for("The item has been created.")
        page.evaluate("document.querySelector('details.calls').open = true")
        page.choose("Request of this page", page.evaluate(
            "[...document.querySelectorAll('.calls option')].find((each) => "
            "each.label.includes('PutItem')).label"))
        for language, expected in (("boto3", 'base64.b64decode("aGk=")'),
                                   ("JavaScript", 'Buffer.from("aGk=", "base64")')):
            page.click("tab", language)
            page.wait_for(f'"BS": [')
            text = "".join(page.text_of("generic", f"The request for {language}").split())
            expected = "".join(expected.split())
            self.assertIn(f'"BS":[{expected},]', text)
            self.assertIn(f'"inner":{{"B":{expected},}}', text)

    def test_the_server_says_what_is_wrong_with_a_value(self):
        self.put("Nils", "Says", year={"N": "2013"})
        page = self.open(ITEMS)
        page.click("button", "Open Nils / Says")
        page.write("textbox", "Value of year", "many")
        page.click("button", "Save")
        page.wait_for("ValidationException: 1 validation error detected: The parameter cannot be converted "
                      "to a numeric value: many")

    def test_an_item_is_changed_as_json_and_duplicated(self):
        self.put("Nils", "Says")
        page = self.open(ITEMS)
        page.click("button", "Open Nils / Says")
        page.click("tab", "JSON")
        copy = {"artist": {"S": "Nils"}, "song": {"S": "Says"}, "tags": {"SS": ["a", "b"]}}
        page.write("textbox", "The item in DynamoDB JSON", json.dumps(copy))
        page.click("button", "Duplicate")
        page.write("textbox", "Value of song", "Says again")
        page.click("button", "Create item")
        page.wait_for("The item has been created.")
        self.assertEqual(self.item("Nils", "Says again")["tags"], {"SS": ["a", "b"]})
        self.assertNotIn("tags", self.item("Nils", "Says"))

    # A wide screen has room for the whole keys, a narrow one has not.
    def test_columns_take_the_room_that_there_is(self):
        self.put("customer-with-a-long-name-" * 2, "2026-11-04#" * 3, note={"S": "words " * 30})
        cut = ("[...document.querySelectorAll('.rows tbody tr:not(.space) > *')].map((cell) =>"
               " cell.firstElementChild.getBoundingClientRect().right > cell.getBoundingClientRect().right"
               " || cell.scrollWidth > cell.clientWidth"
               " || cell.firstElementChild.scrollWidth > cell.firstElementChild.clientWidth)")
        for width, note in ((1400, True), (2400, False)):
            page = self.open(ITEMS, width=width)
            page.find("button", re.compile("^Open customer"))
            page.until(lambda: page.evaluate(cut) == [False, False, False, note], lambda: page.evaluate(cut))

    def test_selected_items_are_deleted_and_come_back(self):
        for number in range(4):
            self.put("Nils", f"Song {number}")
        page = self.open(ITEMS)
        page.click("checkbox", "Select Nils / Song 1")
        page.click("checkbox", "Select Nils / Song 2")
        page.click("button", "Delete 2 selected")
        page.click("button", "Delete 2 items")
        page.wait_for("2 items have been deleted.")
        self.assertEqual(self.songs(), ["Song 0", "Song 3"])
        page.click("button", "Undo")
        page.wait_for("The change has been undone.")
        self.assertEqual(self.songs(), ["Song 0", "Song 1", "Song 2", "Song 3"])

    # The stream has the old item, whoever changed it.
    def test_the_last_change_of_somebody_else_is_undone_from_the_stream(self):
        self.make_table("books", ("title",), ("S",), StreamSpecification={
            "StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        for year in ("1851", "1951"):
            self.dynamodb.put_item(TableName="books", Item={"title": {"S": "Moby-Dick"}, "year": {"N": year}})
        page = self.open("#/tables/books/items")
        page.click("button", "Undo last change")
        page.wait_for("The item Moby-Dick was changed at")
        page.wait_for("year: 1851 became 1951")
        page.click("button", "Undo")
        page.wait_for("The last change has been undone.")
        item = self.dynamodb.get_item(TableName="books", Key={"title": {"S": "Moby-Dick"}})["Item"]
        self.assertEqual(item["year"], {"N": "1851"})

    def test_a_query_narrows_and_its_cost_is_shown(self):
        for number in range(30):
            self.put("Nils", f"Song {number:02}", year={"N": str(number)})
        self.put("Hania", "Song 40", year={"N": "7"})
        page = self.open(ITEMS)
        page.write("textbox", "artist (partition key)", "Nils")
        page.write("textbox", "song (sort key)", "Song 1")
        page.choose("Operator of the sort key", "begins_with")
        page.click("button", "Add filter")
        page.write("textbox", "Attribute of the filter", "year")
        page.choose("Operator of the filter", "between")
        # As in the items that have been read.
        self.assertEqual(page.value_of("combobox", "Type of the filter's value"), "N")
        page.choose("Type of the filter's value", "String")
        page.write("textbox", "Attribute of the filter", "year")
        page.write("textbox", "Value of the filter", "12")
        page.write("textbox", "Upper value of the filter", "13")
        page.click("button", "Run")
        page.wait_for("0 items. Query: 10 read, 1 request, 0.5 capacity units.")
        self.assertTrue(page.state("button", "Delete all that match", "disabled"))
        page.choose("Type of the filter's value", "Number")
        page.click("button", "Run")
        page.wait_for("2 items. Query: 10 read, 1 request, 0.5 capacity units.")
        self.assertTrue(page.has("button", "Open Nils / Song 13"))
        page.call("Page.reload")
        page.wait_for("2 items. Query: 10 read, 1 request, 0.5 capacity units.")
        page.click("button", "Delete all that match")
        page.write("textbox", "Type music to confirm", "music")
        page.click("button", "Delete all that match")
        page.wait_for("2 items have been deleted.")
        self.assertEqual(len(self.songs()), 29)

    def test_a_table_is_purged_after_its_name_is_typed(self):
        for number in range(130):
            self.put("Nils", f"Song {number}")
        page = self.open(ITEMS)
        page.click("button", "Purge")
        self.assertTrue(page.state("button", "Delete all items", "disabled"))
        page.write("textbox", "Type music to confirm", "music")
        page.click("button", "Delete all items")
        page.wait_for("130 items have been deleted.")
        self.assertEqual(self.songs(), [])

    def test_a_file_is_imported_and_exported(self):
        page = self.open(ITEMS)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "songs.csv"
            file.write_text("artist,song,year\nNils,Says,2013\nHania,,2019\n", "utf-8")
            page.click("button", "Import")
            page.give_file("button", re.compile("^File"), file)
            page.click("button", "Import", last=True)
            page.wait_for("1 item imported, 1 refused.")
            page.wait_for("line 3: ")
            page.click("button", "Close", last=True)
            page.click("button", "Export")
            page.find("textbox", "Name of the file")
            page.allow_downloads(folder)
            page.click("button", "Export", last=True)
            page.wait_for("The file has been saved.")
            saved = page.until(lambda: (Path(folder) / "music.jsonl").exists()
                               and (Path(folder) / "music.jsonl").read_text("utf-8"))
        self.assertEqual(json.loads(saved)["Item"]["song"], {"S": "Says"})


class ManyItemsTest(console_case.ConsoleCase):
    ITEMS = 100000

    def setUp(self):
        super().setUp()
        self.make_table()
        lines = (json.dumps({"artist": f"Artist {number % 100}", "song": f"Song {number:06}",
                             "text": "a line of the song, again and again"}) for number in range(self.ITEMS))
        body = "\n".join(lines).encode()
        self.server.ask("POST", "/_tailrace/tables/music/import?format=json", body)

    def test_few_requests_and_little_memory_are_enough(self):
        page = self.open(ITEMS)
        page.wait_for("First ")
        page.find("button", re.compile("^Open Artist"))
        data = [(url, size) for url, size in page.received if "/console" not in url]
        self.assertLessEqual(len(data), 6, data)
        self.assertLessEqual(sum(size for _, size in data), 64 * 1000, data)

        # To the end of what has been read, again and again.
        scroller = page.find("region", "Items of music")
        for _ in range(30):
            before = page.evaluate("document.querySelector('table').getAttribute('aria-rowcount')")
            page.on_node(scroller, "function() { this.scrollTop = this.scrollHeight; }")
            page.until(lambda: page.evaluate(
                "document.querySelector('table').getAttribute('aria-rowcount')") != before)
        self.assertGreater(int(before), 4000)
        self.assertLessEqual(page.heap_bytes(), 40 * 1000 * 1000)
        # What was forgotten is read again.
        page.on_node(scroller, "function() { this.scrollTop = 0; }")
        page.find("button", re.compile("^Open Artist"))


if __name__ == "__main__":
    sys.exit(browser.run_tests(console_case.ConsoleCase))
