#!/usr/bin/python3
"""Cruddur's own function, unchanged, on the stream of its table, and where it loses what the built-in handler
keeps. kill_test.py checks that the built-in handler loses nothing when the server is killed.

    function_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import shutil

from cruddur_case import (
    FOLDER, HANDLER, MARIEL, OKELLO, TABLE_NAME, CruddurCase, groups_of, main, mapping_of, settle,
)
import direct_messages as dm

FUNCTION = f"{TABLE_NAME}=python:{FOLDER}/function/message_stream.py:lambda_handler"

# The function, with a put_item that kills the server: a power cut between its delete and its put.
CUT_OFF = """\
import os
import signal
import sys

sys.path.insert(0, {folder!r})
import message_stream


def power_cut(**_item):
    os.kill(os.getppid(), signal.SIGKILL)


message_stream.table.put_item = power_cut
lambda_handler = message_stream.lambda_handler
"""


class FunctionOnTheStream(CruddurCase):
    """The app's function with different batch sizes in its mapping."""

    def shown(self, tailrace, groups):
        """Returns what the rows of each group show, as (sort key, text), by group."""
        settle(tailrace)
        client = tailrace.client()
        self.assert_index_agrees_with_table(client)
        return {
            group: [(row["sk"]["S"], row["message"]["S"]) for row in groups_of(client, group)]
            for group in groups
        }

    def test_the_loop_with_one_record_at_a_time(self):
        """A message reaches the function through the stream, and then both sides' lists show it."""
        tailrace = self.start_tailrace(on_stream=[f"{FUNCTION},BatchSize=1"])
        self.run_script(tailrace, "ddb/schema-load")
        client = tailrace.client()
        group, _ = dm.start_conversation(client, (MARIEL, OKELLO), "Paddle by paddle, then.")
        for number in range(3):
            time = f"2099-05-01T08:00:0{number}.000000+00:00"
            dm.send_message(client, group, OKELLO, f"Paddle {number} is cut.", time)
        self.assertEqual(self.shown(tailrace, [group]), {group: [(time, "Paddle 2 is cut.")] * 2})
        mapping = mapping_of(tailrace)
        self.assertEqual((mapping["Failures"], mapping["LastError"], mapping["Lag"]), (0, None, 0))

    def test_what_is_lost_with_ten_records_at_a_time(self):
        """Twelve messages in batches of ten: the function handles two of them, the built-in handler all."""
        recorded = self.directory / "recorded.db"
        groups = self.record_without_handler(recorded)
        moved = {group: [message] * 2 for group, (_, message) in groups.items()}
        for name, on_stream, count in (
                ("one", f"{FUNCTION},BatchSize=1", 12), ("ten", f"{FUNCTION},BatchSize=10", 2),
                ("right", f"{HANDLER},BatchSize=10", 12)):
            path = self.directory / f"{name}.db"
            shutil.copy(recorded, path)
            tailrace = self.start_tailrace(path, on_stream=[on_stream])
            shown = self.shown(tailrace, groups)
            left_behind = [group for group in groups if shown[group] != moved[group]]
            self.assertEqual(len(groups) - len(left_behind), count, name)
            self.assertEqual([shown[group] for group in left_behind],
                             [[groups[group][0]] * 2 for group in left_behind])
            self.assertEqual(tailrace.stop(), 0)

    def test_what_is_lost_when_the_power_goes_between_delete_and_put(self):
        """After a restart the batch is repeated, but the deleted row is no longer there to be moved."""
        recorded = self.directory / "recorded.db"
        groups = self.record_without_handler(recorded)
        moved = {group: [message] * 2 for group, (_, message) in groups.items()}
        file = self.directory / "cut_off.py"
        file.write_text(CUT_OFF.format(folder=str(FOLDER / "function")), encoding="utf-8")
        path = self.directory / "cut.db"
        shutil.copy(recorded, path)
        cut_off = f"{TABLE_NAME}=python:{file}:lambda_handler,BatchSize=1"
        tailrace = self.start_tailrace(path, on_stream=[cut_off])
        tailrace.wait_until_ended()
        for name, handler in (("function", FUNCTION), ("built-in", HANDLER)):
            copied = self.directory / f"{name}.db"
            for suffix in ("", "-wal"):
                source = path.with_name(path.name + suffix)
                if source.exists():
                    shutil.copy(source, copied.with_name(copied.name + suffix))
            tailrace = self.start_tailrace(copied, on_stream=[f"{handler},BatchSize=1"])
            shown = self.shown(tailrace, groups)
            first = next(iter(groups))
            # One of the two people no longer has the conversation in their list, whichever handler runs now.
            self.assertEqual(shown, {**moved, first: moved[first][:1]})
            self.assertEqual(tailrace.stop(), 0)


if __name__ == "__main__":
    main()
