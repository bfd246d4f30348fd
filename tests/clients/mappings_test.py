#!/usr/bin/python3
"""Event source mappings at run time, through Lambda's API (boto3 and `aws lambda`) and through
/_tailrace/mappings. Each test has its own Tailrace.

    mappings_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import tempfile
import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from client_case import ACCOUNT_ID, LAMBDA_REGION, ClientCase, aws_json, main
from local_services import Tailrace

FUNCTION_ARN = f"arn:aws:lambda:{LAMBDA_REGION}:{ACCOUNT_ID}:function:message-groups"
# The function ignores every item except the one with this key. For that it needs an index, and fails if the
# table has none.
POISON = "MSG#1"


class MappingsCase(ClientCase):
    """A test with the built-in function `message-groups`, which exists because another table has a mapping to
    it."""

    def setUp(self):
        self.tailrace = None
        self.addCleanup(self.stop_tailrace)
        self.restart()

    def restart(self, **options):
        if self.tailrace:
            self.stop_tailrace()
        self.tailrace = Tailrace(self.executable, on_stream=["other=message-groups"], **options)
        self.tables = self.tailrace.client()
        self.functions = self.tailrace.client(service="lambda")

    def create(self, table):
        return self.tailrace.create_table(table)

    def put(self, table, *keys):
        for key in keys:
            self.tables.put_item(TableName=table, Item={"pk": {"S": key}, "sk": {"S": key}})

    def map(self, arn, **parameters):
        made = self.functions.create_event_source_mapping(
            EventSourceArn=arn, FunctionName="message-groups", StartingPosition="TRIM_HORIZON", **parameters)
        return made["UUID"]

    def ask(self, method, path, body=None):
        """Sends a request to an endpoint under /_tailrace and returns the status and the answer."""
        request = urllib.request.Request(
            self.tailrace.endpoint + "/_tailrace/" + path, method=method,
            data=None if body is None else json.dumps(body).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def mapping(self, uuid):
        status, mapping = self.ask("GET", f"mappings/{uuid}")
        self.assertEqual(status, 200, mapping)
        return mapping

    def refused(self, call, **parameters):
        with self.assertRaises(ClientError) as refused:
            call(**parameters)
        answer = refused.exception.response
        error = answer["Error"]
        return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


class Boto3Test(MappingsCase):
    def test_a_mapping_lives_through_all_operations(self):
        arn = self.create("notes")
        self.put("notes", "a", "b", "c")
        made = self.functions.create_event_source_mapping(
            EventSourceArn=arn, FunctionName="message-groups", StartingPosition="TRIM_HORIZON", BatchSize=2)
        uuid = made["UUID"]
        self.assertEqual(made.pop("ResponseMetadata")["HTTPStatusCode"], 202)
        modified = made.pop("LastModified")
        expected = {
            "UUID": uuid, "StartingPosition": "TRIM_HORIZON", "BatchSize": 2,
            "MaximumBatchingWindowInSeconds": 0, "ParallelizationFactor": 1, "EventSourceArn": arn,
            "FunctionArn": FUNCTION_ARN, "LastProcessingResult": "No records processed", "State": "Creating",
            "StateTransitionReason": "User action", "DestinationConfig": {"OnFailure": {}},
            "MaximumRecordAgeInSeconds": -1, "BisectBatchOnFunctionError": False, "MaximumRetryAttempts": -1,
            "TumblingWindowInSeconds": 0, "FunctionResponseTypes": [],
        }
        self.assertEqual(made, expected)
        self.tailrace.drain()
        self.assertEqual(self.mapping(uuid)["Records"], 3)

        got = self.functions.get_event_source_mapping(UUID=uuid)
        del got["ResponseMetadata"]
        expected.update(LastModified=modified, State="Enabled", LastProcessingResult="OK")
        self.assertEqual(got, expected)

        updated = self.functions.update_event_source_mapping(UUID=uuid, Enabled=False, BatchSize=10)
        self.assertEqual((updated["State"], updated["BatchSize"]), ("Disabling", 10))
        self.assertEqual(self.functions.get_event_source_mapping(UUID=uuid)["State"], "Disabled")
        self.put("notes", "d")
        self.tailrace.drain()
        self.assertEqual(self.mapping(uuid)["Records"], 3)
        enabled = self.functions.update_event_source_mapping(UUID=uuid, Enabled=True)
        self.assertEqual(enabled["State"], "Enabling")
        self.tailrace.drain()
        self.assertEqual(self.mapping(uuid)["Records"], 4)

        deleted = self.functions.delete_event_source_mapping(UUID=uuid)
        self.assertEqual((deleted["State"], deleted["ResponseMetadata"]["HTTPStatusCode"]), ("Deleting", 202))
        gone = (404, "ResourceNotFoundException", "The resource you requested does not exist.")
        for call in (self.functions.get_event_source_mapping, self.functions.update_event_source_mapping,
                     self.functions.delete_event_source_mapping):
            self.assertEqual(self.refused(call, UUID=uuid), gone)

    def test_mappings_are_listed_in_pages(self):
        arns = [self.create(f"table{number}") for number in range(5)]
        uuids = [self.map(arn) for arn in arns]
        paginator = self.functions.get_paginator("list_event_source_mappings")
        pages = list(paginator.paginate(PaginationConfig={"PageSize": 2}))
        self.assertEqual([len(page["EventSourceMappings"]) for page in pages], [2, 2, 2])
        listed = [each["UUID"] for page in pages for each in page["EventSourceMappings"]]
        self.assertEqual(len(set(listed)), 6)
        self.assertLessEqual(set(uuids), set(listed))
        of_one = self.functions.list_event_source_mappings(EventSourceArn=arns[3])["EventSourceMappings"]
        self.assertEqual([each["UUID"] for each in of_one], [uuids[3]])
        for name, count in (("message-groups", 6), (FUNCTION_ARN, 6), ("another", 0)):
            found = self.functions.list_event_source_mappings(FunctionName=name)
            self.assertEqual(len(found["EventSourceMappings"]), count, name)
        self.assertEqual(self.refused(self.functions.list_event_source_mappings, MaxItems=0), (
            400, "ValidationException", "1 validation error detected: Value '0' at 'maxItems' failed to "
            "satisfy constraint: Member must have value greater than or equal to 1"))

    def test_errors_are_those_of_lambda(self):
        arn = self.create("notes")
        create = self.functions.create_event_source_mapping
        wanted = {"EventSourceArn": arn, "FunctionName": "message-groups", "StartingPosition": "LATEST"}
        uuid = self.map(arn)
        self.assertEqual(self.refused(create, **wanted), (
            409, "ResourceConflictException",
            f'The event source arn (" {arn} ") and function (" message-groups ") provided mapping already '
            f"exists. Please update or delete the existing mapping with UUID {uuid}"))
        invalid = "InvalidParameterValueException"
        self.assertEqual(self.refused(create, **{**wanted, "FunctionName": "another"}),
                         (400, invalid, "Function does not exist"))
        self.assertEqual(self.refused(create, **{**wanted, "EventSourceArn": arn + "0"}),
                         (400, invalid, f"Stream not found: {arn}0"))
        self.assertEqual(
            self.refused(create, **{**wanted, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}),
            (400, invalid, "Invalid filter pattern definition."))
        self.assertEqual(self.refused(create, **{**wanted, "BatchSize": 0}), (
            400, "ValidationException", "1 validation error detected: Value '0' at 'batchSize' failed to "
            "satisfy constraint: Member must have value greater than or equal to 1"))

    def test_a_file_keeps_mappings_and_their_places(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-clients-") as folder:
            file = os.path.join(folder, "notes.db")
            self.restart(db_path=file)
            uuid = self.map(self.create("notes"), BatchSize=7)
            self.put("notes", "a", "b")
            self.tailrace.drain()
            before = self.functions.get_event_source_mapping(UUID=uuid)
            self.restart(db_path=file)
            self.put("notes", "c")
            self.tailrace.drain()
            after = self.functions.get_event_source_mapping(UUID=uuid)
            self.assertEqual((after["BatchSize"], after["LastModified"], after["EventSourceArn"]),
                             (7, before["LastModified"], before["EventSourceArn"]))
            self.assertEqual(self.mapping(uuid)["Records"], 1)
            self.functions.delete_event_source_mapping(UUID=uuid)
            self.restart(db_path=file)
            self.refused(self.functions.get_event_source_mapping, UUID=uuid)


class AwsCliTest(MappingsCase):
    def aws(self, *arguments):
        return aws_json(self.tailrace, "lambda", *arguments)

    def test_the_commands_for_mappings(self):
        arn = self.create("notes")
        pattern = json.dumps({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "keep"}]}}}})
        made = self.aws(
            "create-event-source-mapping", "--function-name", "message-groups", "--event-source-arn", arn,
            "--starting-position", "TRIM_HORIZON", "--batch-size", "5", "--bisect-batch-on-function-error",
            "--maximum-retry-attempts", "2", "--function-response-types", "ReportBatchItemFailures",
            "--filter-criteria", json.dumps({"Filters": [{"Pattern": pattern}]}))
        uuid = made["UUID"]
        self.put("notes", "keep 1", "drop 1", "keep 2")
        self.tailrace.drain()
        self.assertEqual((self.mapping(uuid)["Records"], self.mapping(uuid)["Filtered"]), (2, 1))
        got = self.aws("get-event-source-mapping", "--uuid", uuid)
        self.assertEqual(got["FilterCriteria"], {"Filters": [{"Pattern": pattern}]})
        self.assertEqual((got["BatchSize"], got["MaximumRetryAttempts"], got["BisectBatchOnFunctionError"],
                          got["FunctionResponseTypes"]), (5, 2, True, ["ReportBatchItemFailures"]))
        listed = self.aws("list-event-source-mappings", "--event-source-arn", arn)
        self.assertEqual([each["UUID"] for each in listed["EventSourceMappings"]], [uuid])
        updated = self.aws("update-event-source-mapping", "--uuid", uuid, "--batch-size", "50")
        self.assertEqual((updated["State"], updated["BatchSize"]), ("Updating", 50))
        self.assertEqual(self.aws("delete-event-source-mapping", "--uuid", uuid)["State"], "Deleting")


class CurlTest(MappingsCase):
    """Plain HTTP, as people send it with curl."""

    def test_a_mapping_is_paused_and_stepped(self):
        arn = self.create("notes")
        uuid = self.map(arn, BatchSize=2)
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/pause")[1]["State"], "Paused")
        self.put("notes", "a", "b", "c")
        invocation = self.ask("POST", f"mappings/{uuid}/step")[1]["Invocation"]
        self.assertEqual((invocation["RecordCount"], invocation["Outcome"], invocation["Attempt"]),
                         (2, "Returned", 1))
        self.assertEqual([record["dynamodb"]["Keys"]["pk"]["S"] for record in invocation["Event"]["Records"]],
                         ["a", "b"])
        self.assertEqual(self.mapping(uuid)["Lag"], 1)
        self.ask("POST", f"mappings/{uuid}/resume")
        self.tailrace.drain()
        self.assertEqual((self.mapping(uuid)["Lag"], self.mapping(uuid)["State"]), (0, "Idle"))
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/step"),
                         (200, {"Invocation": None, "Reason": "every record of its stream is handled"}))
        history = self.ask("GET", f"mappings/{uuid}/history")[1]["Invocations"]
        self.assertEqual([(each["Cause"], each["RecordCount"]) for each in history],
                         [("Stream", 2), ("Stream", 1)])
        self.assertEqual(history[0]["LastSequenceNumber"], invocation["LastSequenceNumber"])

    def test_records_are_sent_again(self):
        uuid = self.map(self.create("notes"), MaximumRetryAttempts=0, BatchSize=1)
        self.put("notes", "a", POISON, "b")
        self.tailrace.drain()
        mapping = self.mapping(uuid)
        self.assertEqual((mapping["Records"], mapping["Failures"], mapping["GivenUp"]), (2, 1, 1))
        given_up = [each for each in self.ask("GET", f"mappings/{uuid}/history")[1]["Invocations"]
                    if each["GivenUp"]]
        self.assertEqual([each["GivenUp"] for each in given_up], ["RetryAttemptsExhausted"])
        number = given_up[0]["FirstSequenceNumber"]
        failed = [{"FirstSequenceNumber": number, "LastSequenceNumber": number, "RecordCount": 1,
                   "Error": given_up[0]["Error"]}]
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/redrive"),
                         (200, {"Batches": 1, "Records": 1, "Failures": 1, "Failed": failed}))
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/replay")[1],
                         {"Batches": 3, "Records": 3, "Failures": 1, "Failed": failed})
        only = {"FromSequenceNumber": number, "ToSequenceNumber": number}
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/replay", only)[1],
                         {"Batches": 1, "Records": 1, "Failures": 1, "Failed": failed})
        self.assertEqual(self.ask("POST", f"mappings/{uuid}/replay", {"FromSequenceNumber": 1}), (400, {
            "message": "FromSequenceNumber and ToSequenceNumber are strings, as in the records' "
                       "SequenceNumber; without them everything up to the mapping's checkpoint is sent "
                       "again."}))

    def test_mappings_are_found_by_id_and_by_name(self):
        listed = self.ask("GET", "mappings")[1]["Mappings"]
        self.assertEqual([(each["Name"], each["State"]) for each in listed],
                         [("other/message-groups", "WaitingForStream")])
        self.assertEqual(self.mapping("other%2Fmessage-groups")["Id"], listed[0]["Id"])

    def test_a_batching_window_passes_with_a_clock_that_is_moved(self):
        self.restart(options=["--manual-clock", "2026-01-31T12:00:00Z"])
        uuid = self.map(self.create("notes"), MaximumBatchingWindowInSeconds=300)
        self.put("notes", "a", "b")
        self.assertEqual(self.mapping(uuid)["Lag"], 2)
        moved = self.ask("POST", "clock", {"Seconds": 301})
        self.assertEqual(moved[1]["Now"], "2026-01-31T12:05:01.000Z")
        self.tailrace.drain()
        self.assertEqual((self.mapping(uuid)["Batches"], self.mapping(uuid)["Records"]), (1, 2))


if __name__ == "__main__":
    main()
