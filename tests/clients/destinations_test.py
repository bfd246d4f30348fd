#!/usr/bin/python3
"""Mappings that were created through Lambda's API give up batches: the local stand-in for the destination
receives them, and they are kept, even after a restart.

    destinations_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import tempfile

from client_case import ACCOUNT_ID, main
from mappings_test import LAMBDA_REGION, POISON, MappingsCase

QUEUE = f"arn:aws:sqs:{LAMBDA_REGION}:{ACCOUNT_ID}:failed"
OTHER_QUEUE = f"arn:aws:sqs:{LAMBDA_REGION}:{ACCOUNT_ID}:other"
BUCKET = "arn:aws:s3:::failed"
UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class DestinationsTest(MappingsCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="tailrace-destinations-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self):
        options = [text for arn, place in ((BUCKET, "bucket"), (QUEUE, "no-folder/queue"))
                   for text in ("--destination", f"{arn}={self.path(place)}")]
        self.restart(db_path=self.path("notes.db"), options=options)

    def fail(self, table, destination):
        """Creates a mapping that gives up one batch, and returns the mapping's UUID."""
        uuid = self.map(self.create(table), MaximumRetryAttempts=0,
                        DestinationConfig={"OnFailure": {"Destination": destination}})
        self.put(table, POISON)
        self.tailrace.drain()
        return uuid

    def test_what_stands_in_for_a_bucket_gets_lambdas_object(self):
        uuid = self.fail("notes", BUCKET)
        with open(self.path("bucket"), encoding="utf-8") as lines:
            failure = json.loads(lines.read())
        shard = failure["DDBStreamBatchInfo"]["shardId"]
        day = failure["timestamp"][:10]
        self.assertRegex(failure["objectKey"], f"^aws/lambda/{uuid}/{shard}/{day.replace('-', '/')}/"
                                            rf"{day}T\d\d\.\d\d\.\d\d-{UUID_PATTERN}$")
        records = json.loads(failure["payload"])["Records"]
        self.assertEqual([each["dynamodb"]["Keys"] for each in records], [{"pk": {"S": POISON}}])
        mapping = self.mapping(uuid)
        self.assertEqual((mapping["GivenUp"], mapping["DestinationFailures"]), (1, 0))
        self.assertIsNone(mapping["LastDestinationError"])

    def check_redriven_once_more(self, uuid):
        status, answer = self.ask("POST", f"mappings/{uuid}/redrive")
        self.assertEqual((status, len(answer.pop("Failed"))), (200, 1))
        self.assertEqual(answer, {"Batches": 1, "Records": 1, "Failures": 1})

    def test_a_destination_that_fails_is_shown_and_the_batch_kept(self):
        uuid = self.fail("notes", QUEUE)
        redrive = f"POST /_tailrace/mappings/{uuid}/redrive sends them again"
        reason = (f"the OnFailure destination {self.path('no-folder/queue')} cannot be written: "
                  "No such file or directory")
        self.tailrace.wait_for_line(f": {reason}; {redrive}")
        self.put("notes", "fine")
        self.tailrace.drain()
        mapping = self.mapping(uuid)
        self.assertEqual((mapping["GivenUp"], mapping["DestinationFailures"]), (1, 1))
        self.assertEqual(mapping["LastDestinationError"]["Message"], reason)
        self.assertNotEqual(mapping["LastError"]["Message"], reason)
        self.start()
        self.assertEqual(self.mapping(uuid)["GivenUp"], 1)
        self.check_redriven_once_more(uuid)

    def test_a_batch_for_a_destination_without_a_stand_in_is_kept(self):
        uuid = self.fail("notes", OTHER_QUEUE)
        self.tailrace.wait_for_line(f"/_tailrace/mappings/{uuid}/redrive sends them again; there is no "
                                    f"--destination for {OTHER_QUEUE}")
        shown = self.functions.get_event_source_mapping(UUID=uuid)
        self.assertEqual(shown["DestinationConfig"], {"OnFailure": {"Destination": OTHER_QUEUE}})
        self.start()
        self.assertEqual(self.mapping(uuid)["GivenUp"], 1)
        self.check_redriven_once_more(uuid)


if __name__ == "__main__":
    main()
