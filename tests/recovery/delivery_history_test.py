#!/usr/bin/python3
"""DeliveryHistory reads a file to which a running server writes.

    delivery_history_test.py [TEST]...
"""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from delivery_history import DeliveryHistory, Expected


def call(is_final):
    """A line that the function of a mapping with windows writes."""
    return json.dumps({"Records": [], "shardId": "shard", "window": {"start": "1"}, "state": {},
                       "isFinalInvokeForWindow": is_final}) + "\n"


class DeliveryHistoryTest(unittest.TestCase):
    """Each test has a file of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-delivery-history-")
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "windowed"
        self.history = DeliveryHistory("windowed", self.path, Expected(batch_size=1))

    def append(self, text):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(text)

    def test_looking_at_a_running_server_loses_nothing_that_it_writes_meanwhile(self):
        last = call(is_final=True)
        self.append(call(is_final=False) + last[:20])
        self.assertEqual(self.history.open_windows(), [("shard", "1")])
        self.append(last[20:])
        self.assertEqual(self.history.open_windows(), [])

    def test_a_line_that_a_kill_left_unfinished_is_dropped(self):
        last = call(is_final=True)
        self.append(call(is_final=False) + last[:20])
        self.history.end_round()
        self.append(last)
        self.assertEqual(self.history.open_windows(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
