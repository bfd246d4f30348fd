"""What the console makes of hostile items, and whether everybody can use it.

    console_safety_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium. The check with axe-core is skipped if that is not installed.
"""

import json
import sys
import unittest

import browser
import console_case
import console_contents

SCRIPT = "<script>window.hostile = 1</script>"
IMAGE = '"><img src=x onerror="window.hostile = 1">'
REVERSED = "user\u202etxt.exe"
ADDRESS = "javascript:window.hostile=1"


class HostileItemsTest(console_case.ConsoleCase):
    def setUp(self):
        super().setUp()
        self.make_table()
        nested = {"S": SCRIPT}
        for _ in range(31):
            nested = {"L": [nested]}
        self.dynamodb.put_item(TableName="music", Item={
            "artist": {"S": f"GRP#{SCRIPT}"}, "song": {"S": IMAGE}, SCRIPT: {"S": IMAGE},
            IMAGE: {"M": {SCRIPT: {"S": IMAGE}}},
            REVERSED: {"S": REVERSED}, "nested": nested, "type": {"S": IMAGE}, "address": {"S": ADDRESS},
            "long": {"S": "x" * 100000}, "__proto__": {"S": "proto"}, "constructor": {"S": "made"},
            **{f"zz attribute {number}": {"N": str(number)} for number in range(290)}})

    def check(self, page):
        self.assertEqual(page.evaluate("typeof window.hostile"), "undefined")
        self.assertEqual(page.evaluate("document.querySelectorAll('img, body script, iframe').length"), 0)
        self.assertEqual(page.evaluate("document.querySelectorAll('a[href^=javascript]').length"), 0)
        self.assertEqual(page.complaints, [])

    def test_the_list_shows_texts_as_texts(self):
        page = self.open("#/tables/music/items")
        page.wait_for(SCRIPT)
        page.wait_for(IMAGE)
        page.wait_for("user⟨U+202E⟩txt.exe")
        self.assertNotIn("\u202e", page.text())
        self.check(page)

    def test_the_editor_shows_and_keeps_every_value(self):
        before = self.dynamodb.scan(TableName="music")["Items"]
        page = self.open("#/tables/music/items")
        page.click("button", f"Open GRP#{SCRIPT} / {IMAGE}")
        page.write("textbox", "Value of address", f"{ADDRESS}?")
        self.check(page)
        page.click("button", "Save")
        page.wait_for("The item has been changed.")
        self.check(page)
        before[0]["address"] = {"S": f"{ADDRESS}?"}
        self.assertEqual(self.dynamodb.scan(TableName="music")["Items"], before)

    def test_the_other_views_show_texts_as_texts(self):
        page = self.open("#/single-table/music")
        page.wait_for("1 item in 1 partition.")
        page.wait_for(IMAGE)
        self.check(page)
        statement = "INSERT INTO \"music\" VALUE {'artist': '%s', 'song': '%s'}" % (SCRIPT, SCRIPT)
        page.open(f"{self.server.endpoint}/_tailrace/console#/partiql")
        page.write("textbox", "Statement", f"{statement} {IMAGE}")
        page.click("button", "Run")
        page.wait_for("ValidationException")
        self.check(page)

    def test_an_error_quotes_a_hostile_name_as_a_text(self):
        page = self.open(f"#/tables/{SCRIPT}/items".replace("/script", "%2Fscript"))
        page.wait_for("ValidationException")
        page.wait_for(SCRIPT)
        self.check(page)


class AccessibilityTest(console_case.ConsoleCase):
    OPTIONS = console_contents.OPTIONS

    def test_axe_finds_nothing_serious_in_any_view(self):
        axe = self.packages / "node_modules" / "axe-core" / "axe.min.js"
        if not axe.exists():
            raise unittest.SkipTest("the packages of tests/clients/package-lock.json are not installed")
        script = axe.read_text("utf-8")
        console_contents.make_cruddur(self.dynamodb)
        console_contents.make_music(self.dynamodb)
        console_contents.make_failure(self.server)
        wide, narrow = {"width": 1280, "theme": "light"}, {"width": 390, "theme": "dark"}
        for size in (wide, narrow):
            page = self.open(**size)
            for name, (address, text) in console_contents.VIEWS.items():
                with self.subTest(view=name, **size):
                    page.open(f"{self.server.endpoint}/_tailrace/console{address}")
                    page.wait_for(text)
                    self.assertEqual(self.serious(page, script), [])
            page.open(f"{self.server.endpoint}/_tailrace/console#/tables/music/items")
            page.click("button", "Open Artist 3 / Song 03")
            page.find("textbox", "Value of year")
            self.assertEqual(self.serious(page, script), [], "the editor")

    @staticmethod
    def serious(page, script):
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(f"(() => {{ {script} }})()")
        found = page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations"
                              ".filter((each) => ['serious', 'critical'].includes(each.impact))"
                              ".map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 200))]))")
        return [f"{rule}: {json.dumps(nodes)}" for rule, nodes in found]

    # At twice the size, a page of 1280 pixels has room for 640.
    def test_nothing_is_cut_off_at_200_percent(self):
        console_contents.make_cruddur(self.dynamodb)
        console_contents.make_music(self.dynamodb)
        console_contents.make_failure(self.server)
        page = self.open(width=640, height=400)
        for name, (address, text) in console_contents.VIEWS.items():
            with self.subTest(view=name):
                page.open(f"{self.server.endpoint}/_tailrace/console{address}")
                page.wait_for(text)
                self.assertEqual(page.evaluate("document.documentElement.scrollWidth"), 640)

    def test_a_table_is_reached_and_opened_with_the_keyboard(self):
        self.make_table()
        page = self.open()
        page.find("link", "music")
        page.evaluate("document.querySelector('main h1').focus()")
        focused = "document.activeElement.innerText"
        for _ in range(10):
            page.press("Tab")
            if page.evaluate(focused) == "music":
                break
        page.press("Enter")
        page.wait_for("No items.")


if __name__ == "__main__":
    sys.exit(browser.run_tests(console_case.ConsoleCase))
