#!/usr/bin/python3
"""Lambda's API for event source mappings as infrastructure tools use it: qualifiers, tags, members without an
effect, and what is refused. Tailrace is started without any mapping or function. Plain HTTP is used for what
Debian's boto3 does not know.

    lambda_api_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

from client_case import ACCOUNT_ID, ClientCase, main
from local_services import Tailrace

ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:"
FUNCTION = "message-groups"
MAPPINGS = "/2015-03-31/event-source-mappings"
NOT_FOUND = {"Type": "User", "Message": "The resource you requested does not exist."}
PATTERN = (
    r"arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:"
    r"(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|"
    r"code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:"
    r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})")


class LambdaApiCase(ClientCase):
    def ask(self, method, path, body=None):
        """Sends a request and returns the status, the error's name and the answer."""
        request = urllib.request.Request(
            self.tailrace.endpoint + path, method=method,
            data=None if body is None else json.dumps(body).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as response:
                return response.status, None, json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, error.headers["x-amzn-ErrorType"], json.load(error)

    def create_stream(self, table="notes"):
        return self.tailrace.create_table(table)

    def map(self, stream, **members):
        body = {"FunctionName": FUNCTION, "EventSourceArn": stream, "StartingPosition": "LATEST", **members}
        status, name, made = self.ask("POST", MAPPINGS + "/", body)
        self.assertEqual((status, name), (202, None), made)
        return made

    def shown(self, uuid):
        return self.ask("GET", f"{MAPPINGS}/{uuid}")[2]

    def restart_with(self, file):
        self.stop_tailrace()
        self.tailrace = Tailrace(self.executable, db_path=file)


class QualifierTest(LambdaApiCase):
    def test_the_readmes_mapping_on_a_server_started_with_nothing(self):
        made = self.tailrace.client(service="lambda").create_event_source_mapping(
            FunctionName=FUNCTION, EventSourceArn=self.create_stream(), StartingPosition="TRIM_HORIZON",
            BatchSize=10)
        self.assertEqual(made["FunctionArn"], f"{ARN}function:{FUNCTION}")
        self.tailrace.client().put_item(TableName="notes", Item={"pk": {"S": "a"}, "sk": {"S": "a"}})
        self.tailrace.drain()
        (mapping,) = self.tailrace.mappings()
        self.assertEqual((mapping["Records"], mapping["Failures"]), (1, 0))

    def test_a_qualifier_is_kept(self):
        stream = self.create_stream()
        whole = f"{ARN}function:{FUNCTION}"
        for name, qualifier in ((f"{FUNCTION}:1", ":1"), (f"{FUNCTION}:$LATEST", ":$LATEST"),
                                (f"{whole}:live", ":live"), (FUNCTION, ""),
                                (f"{ACCOUNT_ID}:function:{FUNCTION}:other", ":other")):
            with self.subTest(name):
                made = self.map(stream, FunctionName=name)
                self.assertEqual(made["FunctionArn"], whole + qualifier)
                self.assertEqual(self.shown(made["UUID"])["FunctionArn"], whole + qualifier)
                for wanted in (name, whole + qualifier):
                    query = urllib.parse.urlencode({"FunctionName": wanted})
                    listed = self.ask("GET", f"{MAPPINGS}/?{query}")[2]["EventSourceMappings"]
                    self.assertEqual([each["UUID"] for each in listed], [made["UUID"]])
                again = self.ask("POST", MAPPINGS, {"FunctionName": name, "EventSourceArn": stream,
                                                    "StartingPosition": "LATEST"})
                self.assertEqual(again[:2], (409, "ResourceConflictException"))

    def test_a_qualifier_outlives_updates_and_restarts(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-clients-") as folder:
            file = os.path.join(folder, "notes.db")
            self.restart_with(file)
            uuid = self.map(self.create_stream(), FunctionName=f"{FUNCTION}:live")["UUID"]
            whole = f"{ARN}function:{FUNCTION}"
            self.assertEqual(self.ask("PUT", f"{MAPPINGS}/{uuid}", {"BatchSize": 7})[2]["FunctionArn"],
                             f"{whole}:live")
            self.restart_with(file)
            self.assertEqual(self.shown(uuid)["FunctionArn"], f"{whole}:live")
            updated = self.ask("PUT", f"{MAPPINGS}/{uuid}", {"FunctionName": f"{whole}:2"})
            self.assertEqual((updated[0], updated[2]["FunctionArn"]), (202, f"{whole}:2"))
            self.restart_with(file)
            self.assertEqual((self.shown(uuid)["FunctionArn"], self.shown(uuid)["State"]),
                             (f"{whole}:2", "Enabled"))


class KeptMembersTest(LambdaApiCase):
    def test_members_without_an_effect_are_kept_and_shown(self):
        kept = {"MetricsConfig": {"Metrics": ["EventCount"]}, "LoggingConfig": {"SystemLogLevel": "WARN"},
                "KMSKeyArn": f"arn:aws:kms:us-east-1:{ACCOUNT_ID}:key/1"}
        with tempfile.TemporaryDirectory(prefix="tailrace-clients-") as folder:
            file = os.path.join(folder, "notes.db")
            self.restart_with(file)
            made = self.map(self.create_stream(), **kept)
            self.restart_with(file)
            for shown in (made, self.shown(made["UUID"])):
                self.assertEqual({name: shown[name] for name in kept}, kept)
            changed = {"MetricsConfig": {"Metrics": []}, "LoggingConfig": {"SystemLogLevel": "DEBUG"}}
            self.ask("PUT", f"{MAPPINGS}/{made['UUID']}", changed)
            self.restart_with(file)
            shown = self.shown(made["UUID"])
            self.assertEqual({name: shown[name] for name in kept}, {**kept, **changed})

    def test_members_of_other_sources_are_refused(self):
        stream = self.create_stream()
        for name, value in (("ProvisionedPollerConfig", {"MinimumPollers": 1}),
                            ("ScalingConfig", {"MaximumConcurrency": 2}), ("Topics", ["t"]),
                            ("Queues", ["q"]), ("SelfManagedEventSource", {"Endpoints": {}}),
                            ("SourceAccessConfigurations", [{}]), ("DocumentDBEventSourceConfig", {})):
            body = {"FunctionName": FUNCTION, "EventSourceArn": stream, "StartingPosition": "LATEST"}
            refused = self.ask("POST", MAPPINGS, {**body, name: value})
            self.assertEqual(refused, (400, "InvalidParameterValueException", {
                "Type": "User",
                "message": f"Unsupported {name} parameter for given event source mapping type."}))

    def test_what_is_looked_at_first(self):
        queue = f"arn:aws:sqs:us-east-1:{ACCOUNT_ID}:queue"
        for body, message in (
                ({"FunctionName": "unknown", "EventSourceArn": queue}, "Function does not exist"),
                ({"FunctionName": "unknown", "EventSourceArn": queue,
                  "DestinationConfig": {"OnSuccess": {"Destination": queue}}},
                 "Unsupported DestinationConfig parameter for given event source mapping type."),
                ({"FunctionName": FUNCTION}, "Unrecognized event source."),
                ({"FunctionName": FUNCTION, "EventSourceArn": queue},
                 f"Only DynamoDB streams can be event sources here: {queue} is not supported.")):
            self.assertEqual(self.ask("POST", MAPPINGS, body), (
                400, "InvalidParameterValueException", {"Type": "User", "message": message}))


class TagsTest(LambdaApiCase):
    def tags(self, arn):
        return self.ask("GET", self.path(arn))

    def path(self, arn):
        return "/2017-03-31/tags/" + urllib.parse.quote(arn, safe="")

    def test_tags_come_and_go(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-clients-") as folder:
            file = os.path.join(folder, "notes.db")
            self.restart_with(file)
            made = self.map(self.create_stream(), Tags={"team": "a", "env": "dev", "empty": ""})
            arn = made["EventSourceMappingArn"]
            self.assertEqual(arn, f"{ARN}event-source-mapping:{made['UUID']}")
            self.assertNotIn("Tags", made)
            self.assertEqual(self.tags(arn), (200, None, {"Tags": {"team": "a", "env": "dev", "empty": ""}}))
            self.assertEqual(self.ask("POST", self.path(arn), {"Tags": {"env": "prod", "new": "b c"}}),
                             (204, None, None))
            self.assertEqual(self.ask("DELETE", self.path(arn) + "?tagKeys=team&tagKeys=empty&tagKeys=none"),
                             (204, None, None))
            self.restart_with(file)
            self.assertEqual(self.tags(arn), (200, None, {"Tags": {"env": "prod", "new": "b c"}}))
            self.ask("PUT", f"{MAPPINGS}/{made['UUID']}", {"BatchSize": 7})
            self.assertEqual(self.tags(arn)[2], {"Tags": {"env": "prod", "new": "b c"}})
            self.ask("DELETE", f"{MAPPINGS}/{made['UUID']}")
            self.assertEqual(self.tags(arn), (404, "ResourceNotFoundException", NOT_FOUND))

    def test_a_mapping_of_the_command_line_has_tags_as_well(self):
        self.stop_tailrace()
        self.tailrace = Tailrace(self.executable, on_stream=[f"notes={FUNCTION}"])
        (mapping,) = self.ask("GET", MAPPINGS)[2]["EventSourceMappings"]
        arn = mapping["EventSourceMappingArn"]
        self.assertEqual(self.tags(arn)[2], {"Tags": {}})
        self.assertEqual(self.ask("POST", self.path(arn), {"Tags": {"a": "b"}})[0], 204)
        self.assertEqual(self.tags(arn)[2], {"Tags": {"a": "b"}})

    def test_tags_have_limits(self):
        stream = self.create_stream()
        arn = self.map(stream)["EventSourceMappingArn"]
        invalid = "InvalidParameterValueException"
        fifty = {f"key {number}": "v" * 256 for number in range(50)}
        for tags, message in (
                ({}, "An error occurred and the request cannot be processed."),
                ({**fifty, "one more": ""}, "Number of tags exceeds resource tag limit."),
                ({"": "v"}, "Tag keys must have 1 to 128 characters: "),
                ({"k" * 129: "v"}, f"Tag keys must have 1 to 128 characters: {'k' * 129}"),
                ({"k": "v" * 257}, "Tag values must have at most 256 characters: k"),
                ({"AWS:k": "v"}, "Tag keys that start with aws: are reserved: AWS:k")):
            refused = (400, invalid, {"Type": "User", "message": message})
            self.assertEqual(self.ask("POST", self.path(arn), {"Tags": tags}), refused)
            if tags:
                made = self.ask("POST", MAPPINGS, {"FunctionName": f"{FUNCTION}:1", "EventSourceArn": stream,
                                                   "StartingPosition": "LATEST", "Tags": tags})
                self.assertEqual(made, refused)
        self.assertEqual(self.ask("POST", self.path(arn), {"Tags": fifty})[0], 204)
        self.assertEqual(self.ask("POST", self.path(arn), {"Tags": {"ä" * 128: "ö" * 256}}), (
            400, invalid, {"Type": "User", "message": "Number of tags exceeds resource tag limit."}))
        self.assertEqual(self.tags(arn)[2], {"Tags": fifty})

    def test_what_has_no_tags(self):
        unknown = f"{ARN}event-source-mapping:11111111-2222-3333-4444-555555555555"
        function = f"{ARN}function:{FUNCTION}"
        for method, suffix, body in (("GET", "", None), ("POST", "", {"Tags": {"a": "b"}}),
                                     ("DELETE", "?tagKeys=a", None)):
            self.assertEqual(self.ask(method, self.path(unknown) + suffix, body),
                             (404, "ResourceNotFoundException", NOT_FOUND))
            self.assertEqual(self.ask(method, self.path("arn:x") + suffix, body), (
                400, "ValidationException", {
                    "message": "1 validation error detected: Value 'arn:x' at 'resource' failed to satisfy "
                               f"constraint: Member must satisfy regular expression pattern: {PATTERN}"}))
            self.assertEqual(self.ask(method, self.path(function + "-not") + suffix, body), (
                404, "ResourceNotFoundException",
                {"Type": "User", "Message": f"Function not found: {function}-not"}))
            self.assertEqual(self.ask(method, self.path(function + ":live") + suffix, body), (
                400, "InvalidParameterValueException",
                {"Type": "User", "message": "Tags on function aliases and versions are not supported. "
                                            "Please specify a function ARN."}))
        self.assertEqual(self.tags(function), (200, None, {"Tags": {}}))
        self.assertEqual(self.ask("POST", self.path(function), {"Tags": {"a": "b"}})[2]["message"],
                         f"The server was started with the function {FUNCTION}. Only functions that "
                         "CreateFunction has created can be changed by requests.")

    def test_members_that_are_required(self):
        arn = self.map(self.create_stream())["EventSourceMappingArn"]
        for method, body, member in (("POST", {}, "tags"), ("DELETE", None, "tagKeys")):
            self.assertEqual(self.ask(method, self.path(arn), body), (400, "ValidationException", {
                "message": f"1 validation error detected: Value null at '{member}' failed to satisfy "
                           "constraint: Member must not be null"}))
        self.assertEqual(self.ask("POST", self.path(arn), {"Tags": {"a": 1}})[:2],
                         (400, "SerializationException"))


class AccountTest(LambdaApiCase):
    def test_account_settings(self):
        settings = self.tailrace.client(service="lambda").get_account_settings()
        self.assertEqual(settings["AccountLimit"], {
            "TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800,
            "ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000})
        self.assertEqual(settings["AccountUsage"], {"TotalCodeSize": 0, "FunctionCount": 0})


class DeletedMeanwhileTest(LambdaApiCase):
    def test_a_mapping_that_is_deleted_meanwhile_is_not_found(self):
        """Every request for a mapping that others delete is answered with 200, 202 or 404, never with a
        server error."""
        stream = self.create_stream()
        rounds, answers, lock = 30, [], threading.Lock()
        uuid = {}
        asked = [("POST", f"/_tailrace/mappings/{{}}/{verb}", None)
                 for verb in ("pause", "resume", "step", "replay", "redrive")]
        asked += [("GET", "/_tailrace/mappings/{}/history", None),
                  ("PUT", MAPPINGS + "/{}", {"BatchSize": 7}),
                  ("DELETE", MAPPINGS + "/{}", None), ("DELETE", MAPPINGS + "/{}", None)]
        barrier = threading.Barrier(len(asked) + 1, timeout=60)

        def keep_asking(method, path, body):
            for _ in range(rounds):
                barrier.wait()
                status, _, answer = self.ask(method, path.format(uuid["now"]), body)
                with lock:
                    answers.append((status, answer if status >= 400 else None))
                barrier.wait()

        threads = [threading.Thread(target=keep_asking, args=each, daemon=True) for each in asked]
        for thread in threads:
            thread.start()
        for _ in range(rounds):
            uuid["now"] = self.map(stream)["UUID"]
            barrier.wait()
            barrier.wait()
            allowed = [NOT_FOUND, {"message": f"There is no mapping '{uuid['now']}'."}]
            with lock:
                wrong = [each for each in answers if each[0] not in (200, 202, 404)
                         or (each[0] == 404 and each[1] not in allowed)]
                answers.clear()
            self.assertEqual(wrong, [])
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
