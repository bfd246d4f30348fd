"""The console's shell and its list of tables, used as a person does.

    console_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium.
"""

import sys

import browser
import console_case


class ShellTest(console_case.ConsoleCase):
    def test_a_person_finds_the_tables(self):
        self.make_table()
        page = self.open()
        page.click("link", "music")
        page.find("heading", "music")
        self.assertEqual(page.complaints, [])

    # There may be thousands of tables, and the server keeps a limited number of requests.
    def test_only_the_tables_in_sight_are_described(self):
        for number in range(120):
            self.make_table(f"table-{number:03}")
        page = self.open()
        page.wait_for("The namespace default has")
        page.wait_for("ACTIVE")
        last = "[...document.querySelectorAll('tr')].at(-1)"
        text = f"{last}.innerText"
        self.assertEqual(page.evaluate(text).split(), ["table-119", "Settings"])
        page.evaluate(f"{last}.scrollIntoView()")
        page.until(lambda: "table-119 ACTIVE artist, song 0" in " ".join(page.evaluate(text).split()))
        calls = [url for url, _ in page.received if url == f"{self.server.endpoint}/"]
        self.assertLess(len(calls), 90)

    def test_a_view_says_why_it_cannot_be_shown(self):
        page = self.open("#/streams/constructor/x")
        page.wait_for("The console has no such page of streams and functions.")
        self.server.stop()
        page.click("link", "About")
        page.wait_for("Unreachable: The server does not answer. Is it still running?")

    def test_a_phone_has_the_views_behind_a_button(self):
        page = self.open(width=390, height=844)
        page.wait_for("has no tables")
        self.assertFalse(page.has("link", "About"))
        page.click("button", "Menu")
        page.click("link", "About")
        page.wait_for("Apache License 2.0")
        self.assertFalse(page.has("link", "About"))

    def test_back_and_reload_show_the_same_view(self):
        page = self.open("#/about")
        page.find("heading", "About")
        page.click("link", "Tables")
        page.find("heading", "Tables")
        page.evaluate("history.back()")
        page.find("heading", "About")
        page.call("Page.reload")
        page.wait_for("Apache License 2.0")
        self.assertEqual(page.evaluate("document.title"), "About – Tailrace")

    def test_the_theme_is_remembered(self):
        page = self.open()
        page.choose("Theme", "Dark theme")
        background = "getComputedStyle(document.body).backgroundColor"
        self.assertEqual(page.evaluate(background), "rgb(14, 19, 21)")
        page.call("Page.reload")
        page.find("combobox", "Theme")
        self.assertEqual(page.evaluate(background), "rgb(14, 19, 21)")

    def test_each_namespace_has_its_own_tables(self):
        self.make_table()
        self.server.ask("POST", "/_tailrace/namespaces", b'{"Name": "blue"}')
        page = self.open()
        page.click("link", "music")
        page.wait_for("No items.")
        page.choose("Namespace", "blue")
        page.wait_for("The namespace blue has no table music.")
        page.wait_for("The namespace blue has no tables.")

    def test_requests_are_shown_as_code(self):
        self.make_table()
        page = self.open()
        page.find("link", "music")
        page.click("DisclosureTriangle")
        page.find("tab", "AWS CLI")
        self.assertIn(f"aws dynamodb list-tables --endpoint-url {self.server.endpoint}", page.text())
        page.click("tab", "boto3")
        page.wait_for("print(client.list_tables())")
        page.click("tab", "curl")
        page.wait_for("-H 'X-Amz-Target: DynamoDB_20120810.ListTables'")

        # What a person has asked for comes before what the page reads for itself.
        page.click("link", "music")
        page.wait_for("No items.")
        for _ in range(2):
            page.click("DisclosureTriangle", last=True)
        page.click("tab", "AWS CLI")
        self.assertEqual(
            page.text_of("generic", "The request for AWS CLI"),
            f"aws dynamodb scan --endpoint-url {self.server.endpoint} \\\n"
            "  --cli-input-json '{\"TableName\":\"music\",\"ReturnConsumedCapacity\":\"INDEXES\"}'")

    def test_the_code_of_a_request_does_the_same_in_every_language(self):
        self.make_table(keys=("artist",), types=("S",))
        self.dynamodb.put_item(TableName="music", Item={"artist": {"S": "Rosie O'Grady"}, "raw": {"B": b"a"}})
        page = self.open("#/tables/music/items")
        page.click("button", "Open Rosie O'Grady")
        page.click("button", "Cancel")
        page.click("DisclosureTriangle", last=True)
        for language in ("AWS CLI", "curl", "boto3", "JavaScript"):
            with self.subTest(language=language):
                page.click("tab", language)
                code = page.text_of("generic", f"The request for {language}")
                self.assertIn("Rosie", self.printed(language, code))

    # With --no-cors, pages of other origins must not use DynamoDB's API, but the server's own page still can.
    def test_the_console_works_without_cors(self):
        self.serve("--no-cors")
        self.make_table()
        page = self.open()
        page.find("link", "music")


class TokenTest(console_case.ConsoleCase):
    OPTIONS = ("--admin-token", "secret-of-the-test")

    def test_the_token_is_asked_for_once(self):
        page = self.open("#/about")
        page.wait_for("The server requires its admin token for this.")
        page.write("textbox", "Admin token", "secret-of-the-test")
        page.click("button", "Use")
        page.wait_for("Apache License 2.0")
        page.call("Page.reload")
        page.wait_for("Apache License 2.0")


class SignatureTest(console_case.ConsoleCase):
    OPTIONS = ("--verify-signatures", "AKIDEXAMPLE=js/Secret+Key=", "--region", "ca-central-1")

    def test_requests_are_signed_with_the_key_that_a_person_gives(self):
        page = self.open()
        page.wait_for("Credential should be scoped to a valid region, not 'us-east-1'.")
        page.click("button", "Connection")
        page.write("textbox", "Access key", "AKIDEXAMPLE")
        page.write("textbox", "Secret key", "js/Secret+Key=")
        page.write("textbox", "Region", "ca-central-1")
        page.click("button", "Use")
        page.wait_for("has no tables")


if __name__ == "__main__":
    sys.exit(browser.run_tests(console_case.ConsoleCase))
