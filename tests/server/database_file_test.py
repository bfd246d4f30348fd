"""The database file as a program meets it: refused at the start with a reason, full, deleted or replaced.

Usage: database_file_test.py TAILRACE [unittest arguments]
"""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plain_server import NOTES, PATIENCE_SECONDS, PlainServer, environment

TAILRACE = None
OTHER_USER = 65534


class Server(PlainServer):
    def __init__(self, *arguments):
        super().__init__(TAILRACE, *arguments)

    def has(self, key):
        return "Item" in self.call("GetItem", TableName="notes", Key={"id": {"S": key}})[1]


def refusal(path, **options):
    """Returns the exit code and the message of a start that is refused."""
    done = subprocess.run([TAILRACE, "--port", "0", "--db-path", path], env=environment(), text=True,
                          capture_output=True, timeout=PATIENCE_SECONDS, **options)
    return done.returncode, done.stderr


class DatabaseFileTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tailrace-test.")
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "music.db")

    def make_file(self):
        with Server("--db-path", self.path) as server:
            self.assertEqual(server.call("CreateTable", **NOTES)[0], 200)
            self.assertEqual(server.put("kept", 10), 200)

    def run_sql(self, sql):
        database = sqlite3.connect(self.path)
        database.execute(sql)
        database.commit()
        database.close()

    def assert_refused(self, why, **options):
        with open(self.path, "rb") as file:
            before = file.read()
        self.assertEqual(refusal(self.path, **options), (1, f"tailrace: {why}\n"))
        with open(self.path, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_a_damaged_file_is_named_and_left_as_it_is(self):
        self.make_file()
        self.run_sql("UPDATE space_0 SET value = substr(value, 1, 40) "
                     "WHERE key = CAST('table/notes' AS BLOB)")
        code, message = refusal(self.path)
        self.assertEqual(code, 1)
        self.assertEqual(message.count("\n"), 1)
        self.assertTrue(message.startswith(
            f"tailrace: cannot open the database file '{self.path}': the catalogue is damaged: its row "
            "'table/notes' cannot be read: "), message)
        self.run_sql("PRAGMA user_version = -3")
        self.assert_refused(f"'{self.path}' is damaged: it has layout -3, which does not exist")
        self.run_sql("PRAGMA user_version = 2")
        self.run_sql("DROP TABLE space_0")
        self.assert_refused(f"'{self.path}' is damaged: it has no catalogue (the table space_0)")

    def test_a_file_in_which_rows_or_their_tables_are_missing_is_refused(self):
        begin = f"cannot open the database file '{self.path}': "
        self.make_file()
        self.run_sql("DELETE FROM space_0")
        self.assert_refused(begin + "the catalogue is damaged: it has no table, but the file has the rows of "
                                    "one (space 1)")
        os.unlink(self.path)
        self.make_file()
        self.run_sql("DROP TABLE space_1")
        self.assert_refused(begin + "the database is damaged: the rows of the table 'notes' are missing "
                            "(space 1)")

    def test_a_database_that_is_named_by_a_url_is_refused(self):
        self.assertEqual(refusal("redis://user:secret@127.0.0.1/1"), (
            1, "tailrace: URLs that begin with 'redis://' are not supported; give the path of a database "
               "file, or postgresql://USER@HOST/DATABASE\n"))

    def test_a_file_of_an_older_layout_is_backed_up_with_a_warning(self):
        self.make_file()
        self.run_sql("PRAGMA user_version = 1")
        with Server("--db-path", self.path) as server:
            self.assertTrue(server.has("kept"))
        backup = self.path + ".layout-1.bak"
        self.assertIn(f" warning '{self.path}' is upgraded from layout 1 to 4; '{backup}' is a backup of "
                      "it\n", server.errors)
        shutil.move(backup, self.path)
        with Server("--db-path", self.path) as server:
            self.assertTrue(server.has("kept"))

    @unittest.skipUnless(os.geteuid() == 0, "only root may run as another user")
    def test_a_file_that_cannot_be_written_is_named_with_the_reason(self):
        # The executable may be in a place that the other user cannot reach.
        descriptor = os.open(TAILRACE, os.O_RDONLY)
        self.addCleanup(os.close, descriptor)

        def refused(path):
            def become_other():
                os.setgroups([])
                os.setgid(OTHER_USER)
                os.setuid(OTHER_USER)
            done = subprocess.run([f"/proc/self/fd/{descriptor}", "--port", "0", "--db-path", path],
                                  env=environment(), text=True, capture_output=True,
                                  timeout=PATIENCE_SECONDS, preexec_fn=become_other, pass_fds=[descriptor])
            return done.returncode, done.stderr
        self.make_file()
        os.chmod(self.path, 0o444)
        os.chmod(self.folder.name, 0o777)
        self.assertEqual(refused(self.path), (
            1, f"tailrace: the database file '{self.path}' cannot be written: Permission denied\n"))
        os.chmod(self.path, 0o666)
        os.chmod(self.folder.name, 0o755)
        self.assertEqual(refused(self.path), (
            1, f"tailrace: the folder '{self.folder.name}' of the database file '{self.path}' cannot be "
               "written: Permission denied\n"))
        new = os.path.join(self.folder.name, "new.db")
        self.assertEqual(refused(new), (
            1, f"tailrace: the folder '{self.folder.name}' of the database file '{new}' cannot be written: "
               "Permission denied\n"))

    def test_a_folder_a_pipe_and_a_missing_folder_are_refused(self):
        self.assertEqual(refusal(self.folder.name),
                         (1, f"tailrace: '{self.folder.name}' is a folder, not a file\n"))
        os.mkfifo(self.path)
        self.assertEqual(refusal(self.path), (1, f"tailrace: '{self.path}' is not a regular file\n"))
        missing = os.path.join(self.folder.name, "no-folder", "music.db")
        self.assertEqual(refusal(missing), (
            1, f"tailrace: cannot open the database file '{missing}': No such file or directory\n"))

    # As with a full disk: a write that does not fit fails, the server stays up, and a later write that fits
    # is kept.
    def test_a_write_beyond_the_limit_of_size_fails_alone(self):
        with Server("--db-path", self.path) as server:
            server.call("CreateTable", **NOTES)
            self.assertEqual(server.put("before", 10), 200)
            unlimited = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (600_000, unlimited[1]))
            answers = [server.call("PutItem", TableName="notes", Item={
                "id": {"S": f"large {number}"}, "text": {"S": "x" * 300_000}}) for number in range(4)]
            self.assertEqual(answers[-1], (500, {
                "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError",
                "message": "Internal server error"}))
            self.assertTrue(server.has("before"))
            self.assertFalse(server.has("large 3"))
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
            self.assertEqual(server.put("after", 300_000), 200)
        self.assertRegex(server.errors, r"DynamoDB_20120810.PutItem failed: [a-z ]+: disk I/O error "
                                        r"\(File too large\)\n")
        with Server("--db-path", self.path) as server:
            self.assertTrue(server.has("before"))
            self.assertFalse(server.has("large 3"))
            self.assertTrue(server.has("after"))

    def test_a_file_that_is_gone_from_its_place_is_noticed_once(self):
        other = os.path.join(self.folder.name, "other.db")
        new = os.path.join(self.folder.name, "new.db")
        end = ": what is written from now on is lost when the server ends\n"
        with Server("--db-path", self.path) as deleted, Server("--db-path", other) as replaced:
            os.unlink(self.path)
            with open(new, "w", encoding="utf-8"):
                pass
            os.replace(new, other)
            self.assertIn(f" error   the database file '{self.path}' was deleted{end}",
                          deleted.process.stderr.readline())
            self.assertIn(f" error   the database file '{other}' was replaced by another{end}",
                          replaced.process.stderr.readline())
        self.assertNotIn("lost", deleted.errors + replaced.errors)


if __name__ == "__main__":
    TAILRACE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
