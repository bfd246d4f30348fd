"""The console's advice, used as a person does.

    console_advice_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium.
"""

import sys

import browser
import console_case


class AdviceTest(console_case.ConsoleCase):
    def test_a_person_watches_a_run(self):
        self.make_table(keys=("artist",))
        page = self.open("#/advice")
        page.wait_for("Begin a run, then run your program or its tests.")
        page.click("button", "Begin a run")
        page.wait_for("No request has used a table yet.")
        for number in range(20):
            self.dynamodb.put_item(TableName="music", Item={"artist": {"S": f"<b>{number}"}})
        for _ in range(3):
            self.dynamodb.scan(TableName="music")
        page.click("button", "Read again")
        page.wait_for("3 scans read 20 items each on average; the cost grows with the table.")
        page.wait_for("23 requests so far")
        page.click("button", "End the run")
        page.wait_for("23 requests in the run that has ended")
        page.write("textbox", "Requests a month", "2000000")
        page.click("button", "Calculate")
        page.wait_for("a month for 2,000,000 requests in the mix of this run")
        self.assertEqual(page.complaints, [])


if __name__ == "__main__":
    sys.exit(browser.run_tests(console_case.ConsoleCase))
