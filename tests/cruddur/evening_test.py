#!/usr/bin/python3
"""Tests bin/evening: it prints what README.md shows, and it fails when a step goes wrong.

    evening_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import re

from cruddur_case import FOLDER, HANDLER, CruddurCase, main, scan, settle

SIX_O_CLOCK = "2026-01-31T18:00:00Z"
USERS = str(FOLDER / "data" / "users.json")
POOL = "ca-central-1_cruddur01"
WITH_CACHE = ["--cache", "cruddur:600"]
WITH_CLOCK = ["--manual-clock", SIX_O_CLOCK]
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def alike(text):
    """Returns the lines of a text; what differs each time is replaced by the rule that README.md states."""
    numbers = {}
    text = UUID.sub(lambda found: f"UUID {numbers.setdefault(found.group(), len(numbers) + 1)}", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b", "TIME", text)
    text = re.sub(r"http://[\w.]+:\d+", "ADDRESS", text)
    return [line.rstrip() for line in text.splitlines()]


def page():
    """Returns the output that README.md shows."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return shown


class Evening(CruddurCase):
    def serve(self, *options, on_stream=(HANDLER,)):
        return self.start_tailrace(on_stream=on_stream, options=options)

    def refusal(self, tailrace, *arguments, **settings):
        """Runs an evening that must end with status 1, and returns its last line."""
        done = self.try_script(tailrace, "evening", *arguments, settings=settings)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr.splitlines()[-1]

    def test_prints_what_the_page_shows(self):
        self.start_postgresql()
        tailrace = self.serve(*WITH_CACHE, *WITH_CLOCK, "--users", USERS)
        pool = {"AWS_COGNITO_USER_POOL_ID": POOL}
        printed = self.run_script(tailrace, "evening", settings=pool)
        self.assertEqual(alike(printed), alike(page()))

        # Runs the script again, now with what earlier scripts have left in the table, and with a pool that it
        # creates itself.
        self.run_script(tailrace, "ddb/setup")
        self.run_script(tailrace, "cache/list-conversations")
        again = self.run_script(tailrace, "evening")
        self.assertIn("Its clock shows 2026-01-31T18:10:00.000Z.\n", again)
        created = re.search(r"^CreateUserPool: (\S+)\n"
                         "AdminCreateUser: mariel\nAdminCreateUser: okello\nAdminCreateUser: sanna\n", again,
                         re.MULTILINE).group(1)
        self.assertTrue(again.endswith(
            f"DeleteUserPool: {created}\n\nThe evening is over. Every step did what it should.\n"), again)
        pools = tailrace.client(service="cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        self.assertEqual([each["Id"] for each in pools], [POOL])

    def test_a_step_that_goes_wrong_ends_it(self):
        self.start_postgresql()
        tailrace = self.serve(*WITH_CACHE, *WITH_CLOCK)
        cognito = tailrace.client(service="cognito-idp")
        pool = cognito.create_user_pool(PoolName="cruddur")["UserPool"]["Id"]
        for handle in ("mariel", "sanna"):
            cognito.admin_create_user(UserPoolId=pool, Username=handle, UserAttributes=[
                {"Name": "preferred_username", "Value": handle}])
        self.assertEqual(self.refusal(tailrace, AWS_COGNITO_USER_POOL_ID=pool),
                         "evening: step 2: the pool's users must be ['mariel', 'okello', 'sanna']")

    def test_refuses_a_server_that_lacks_something(self):
        self.assertEqual(self.refusal(None, AWS_ENDPOINT_URL="http://127.0.0.1:1"),
                         "evening: no Tailrace answers at http://127.0.0.1:1: "
                         "<urlopen error [Errno 111] Connection refused>")
        self.assertEqual(self.refusal(self.serve(*WITH_CACHE)),
                         "evening: the server's clock cannot be moved; start it with --manual-clock TIME")
        self.assertEqual(self.refusal(self.serve(*WITH_CLOCK)),
                         "evening: the server has no such cache; start it with --cache cruddur:600")
        self.assertEqual(self.refusal(self.serve(*WITH_CACHE, *WITH_CLOCK, on_stream=())),
                         "evening: nothing keeps the conversations' lists current; "
                         "start the server with --on-stream cruddur-messages=message-groups")

    def test_does_not_run_against_aws(self):
        self.assertEqual(self.refusal(None, "prod"),
                         "evening: it deletes a table, so it runs against a local server only")


if __name__ == "__main__":
    main()
