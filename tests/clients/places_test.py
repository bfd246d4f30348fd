#!/usr/bin/python3
"""No HTTP request makes Tailrace open a file, start a process or connect to a host. Every endpoint gets
requests that name a place (a file, a URL or a function) in every member that could hold one, and canaries
notice any access.

    places_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import http.client
import json
import os
import socket
import sqlite3
import tempfile
import urllib.parse

import botocore.session

from canary import CanaryFolder, CanaryListener
from client_case import ACCOUNT_ID, main
from mappings_test import LAMBDA_REGION, POISON, MappingsCase

QUEUE = f"arn:aws:sqs:{LAMBDA_REGION}:{ACCOUNT_ID}:failed"
DEEPEST_SHAPE = 6
AUTHORIZATION = (f"AWS4-HMAC-SHA256 Credential=local/20260131/{LAMBDA_REGION}/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef")
# Values without which the server would refuse a request before it looks at the rest.
GIVEN = {"StartingPosition": "TRIM_HORIZON", "KeyType": "HASH", "AttributeType": "S",
         "InvocationType": "Event", "BillingMode": "PAY_PER_REQUEST", "StreamViewType": "NEW_IMAGE",
         "ProjectionType": "ALL"}
# Members of the bodies for endpoints that have no service model.
OTHER_MEMBERS = ("Path", "File", "Url", "Command", "Handler", "Destination", "FunctionName", "Plugin")


def filled(shape, place, given, depth=0):
    """Returns a value of a shape of the service model, with `place` as every text in it."""
    if shape.type_name == "structure":
        if depth >= DEEPEST_SHAPE:
            return {}
        if shape.name == "AttributeValue":
            return {"S": place}
        return {name: given.get(name) or filled(member, place, given, depth + 1)
                for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [filled(shape.member, place, given, depth + 1)]
    if shape.type_name == "map":
        return {place: filled(shape.value, place, given, depth + 1)}
    if shape.type_name in ("integer", "long", "float", "double", "timestamp"):
        return 1
    return True if shape.type_name == "boolean" else place


def each_text(shape, place):
    """Yields values of a shape that each contain one text, `place`."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from ({name: value} for value in each_text(member, place))
    elif shape.type_name == "list":
        yield from ([value] for value in each_text(shape.member, place))
    elif shape.type_name == "map":
        yield from ({place: value} for value in each_text(shape.value, place))
    elif shape.type_name == "string":
        yield place


class PlacesTest(MappingsCase):
    def setUp(self):
        super().setUp()
        self.folder = CanaryFolder(["f.py", "f.js", "x.so", "file"])
        self.listener = CanaryListener()
        self.addCleanup(self.folder.close)
        self.addCleanup(self.listener.close)
        file = os.path.join(self.folder.path, "file")
        url = f"http://127.0.0.1:{self.listener.port}/"
        self.places = [
            file, f"file:{file}", f"file:{file}2", os.path.relpath(file), f"file://{file}",
            f"python:{self.folder.path}/f.py:handler",
            f"node:{self.folder.path}/f.js:handler", f"plugin:{self.folder.path}/x.so",
            f"runtime:touch {file}3", f"lambda:{url}", url, f"http://localhost:{self.listener.port}/",
        ]
        self.folder.arm()

    def send(self, method, path, body=None, headers=()):
        """Sends a request and returns the status. A body that is not a text is sent as JSON."""
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        connection = http.client.HTTPConnection(self.tailrace.endpoint.removeprefix("http://"), timeout=60)
        try:
            connection.request(method, path, data, dict(headers))
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def check_canaries(self, what):
        self.assertFalse(self.folder.touched(), f"a file was touched by {what}")
        self.assertFalse(self.listener.called(), f"somebody was called by {what}")

    def walk(self, place):
        self.walk_tables_api(place)
        self.walk_functions_api(place)
        self.walk_own_api(place)

    def walk_tables_api(self, place):
        for service, prefix in (("dynamodb", "DynamoDB_20120810"),
                                ("dynamodbstreams", "DynamoDBStreams_20120810")):
            model = botocore.session.get_session().get_service_model(service)
            for operation in model.operation_names:
                shape = model.operation_model(operation).input_shape
                known = {**GIVEN, "TableName": "notes", "StreamArn": self.arn}
                # The table is still needed, so DeleteTable never gets its name.
                for given in (GIVEN,) if operation == "DeleteTable" else (GIVEN, known):
                    self.send("POST", "/", filled(shape, place, given), {
                        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{prefix}.{operation}",
                        "X-Amz-Date": "20260131T120000Z", "Authorization": AUTHORIZATION})
                self.check_canaries(f"{operation} with {place}")

    def walk_functions_api(self, place):
        model = botocore.session.get_session().get_service_model("lambda")
        for operation in model.operation_names:
            asked = model.operation_model(operation)
            path = asked.http["requestUri"].split("?")[0]
            values = {name: place for name in asked.input_shape.members}
            for part in path.split("/"):
                if part.startswith("{"):
                    path = path.replace(part, urllib.parse.quote(place, safe=""))
            known = {**GIVEN, "EventSourceArn": self.arn}
            for given in (GIVEN, known, {**known, "FunctionName": "message-groups"}):
                body = filled(asked.input_shape, place, given)
                query = urllib.parse.urlencode(values)
                self.send(asked.http["method"], f"{path}?{query}", body)
            self.check_canaries(f"{operation} with {place}")
        self.walk_mapping_members(place)

    def walk_mapping_members(self, place):
        """Puts each text alone into an otherwise valid request. If the mapping is accepted, its function is
        run until it fails."""
        model = botocore.session.get_session().get_service_model("lambda")
        texts = list(each_text(model.shape_for("CreateEventSourceMappingRequest"), place))
        collection = "/2015-03-31/event-source-mappings"
        self.put("notes", POISON)
        good = {"EventSourceArn": self.arn, "FunctionName": "message-groups",
                "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 0}
        for text in texts:
            if self.send("POST", collection, {**good, **text}) == 202:
                self.fail_and_delete()
            self.check_canaries(f"a mapping with {text}")
        uuid = self.map(self.arn, MaximumRetryAttempts=0)
        for text in texts:
            self.send("PUT", f"{collection}/{uuid}", text)
        self.put("notes", POISON)
        self.fail_and_delete()
        self.check_canaries(f"an updated mapping with {place}")

    def fail_and_delete(self):
        self.tailrace.drain()
        listed = self.functions.list_event_source_mappings(EventSourceArn=self.arn)
        for mapping in listed["EventSourceMappings"]:
            self.assertGreater(self.mapping(mapping["UUID"])["GivenUp"], 0)
            self.functions.delete_event_source_mapping(UUID=mapping["UUID"])

    def walk_own_api(self, place):
        quoted = urllib.parse.quote(place, safe="")
        members = {name: place for name in OTHER_MEMBERS}
        names = (*OTHER_MEMBERS, "table", "shard", "records")
        query = urllib.parse.urlencode({name.lower(): place for name in names})
        status, listed = self.ask("GET", "")
        self.assertEqual(status, 200)
        for endpoint in listed["endpoints"]:
            parts = endpoint["path"].split("/")
            path = "/".join(quoted if part.startswith("{") else part for part in parts)
            for body in (members, place):
                self.send(endpoint["method"], f"{path}?{query}", body)
            self.check_canaries(f"{endpoint['method']} {endpoint['path']} with {place}")

    def test_nothing_over_http_reaches_a_place(self):
        self.arn = self.create("notes")
        for place in self.places:
            self.walk(place)

    def test_the_canaries_notice(self):
        with open(os.path.join(self.folder.path, "file"), encoding="utf-8"):
            pass
        self.assertTrue(self.folder.touched())
        socket.create_connection(("127.0.0.1", self.listener.port)).close()
        self.assertTrue(self.listener.called())

    def test_a_place_is_refused_in_the_words_of_lambda(self):
        arn = self.create("notes")
        uuid = self.map(arn)
        before = self.functions.get_event_source_mapping(UUID=uuid)
        for place in self.places:
            status, code, message = self.refused(
                self.functions.update_event_source_mapping, UUID=uuid, Enabled=False,
                DestinationConfig={"OnFailure": {"Destination": place}})
            self.assertEqual((status, code), (400, "ValidationException"))
            self.assertTrue(message.startswith(
                f"1 validation error detected: Value '{place}' at 'destinationConfig.onFailure.destination' "
                "failed to satisfy constraint: Member must satisfy regular expression pattern: $|kafka://"),
                message)
        after = self.functions.get_event_source_mapping(UUID=uuid)
        del before["ResponseMetadata"], after["ResponseMetadata"]
        self.assertEqual(after, before)
        self.check_canaries("an update")

    def test_a_mapping_of_an_old_file_with_a_place_is_not_started(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-places-") as folder:
            file = os.path.join(folder, "notes.db")
            self.restart(db_path=file)
            place = os.path.join(self.folder.path, "new")
            arn = QUEUE + "-" * (len(place) - len(QUEUE))
            place += "-" * (len(arn) - len(place))
            uuid = self.map(self.create("notes"), MaximumRetryAttempts=0,
                            DestinationConfig={"OnFailure": {"Destination": arn}})
            self.stop_tailrace()
            self.replace_in_file(file, arn, place)
            self.tailrace = None
            self.restart(db_path=file)
            reason = (f"its destination '{place}' is a path or a URL, which only the command line and the "
                      "file of --config may name; give it an ARN")
            self.tailrace.wait_for_line(
                f"warning the event source mapping {uuid} cannot be started: {reason}")
            shown = self.functions.get_event_source_mapping(UUID=uuid)
            self.assertEqual((shown["State"], shown["StateTransitionReason"]),
                             ("Disabled", f"The mapping cannot be started: {reason}"))
            mapping = self.mapping(uuid)
            self.assertEqual((mapping["State"], mapping["Reason"], mapping["Lag"]),
                             ("NotStarted", f"it cannot be started: {reason}", None))
            self.assertEqual(self.ask("POST", f"mappings/{uuid}/step"),
                             (409, {"message": f"The mapping cannot be started: {reason}."}))
            self.put("notes", POISON)
            self.tailrace.drain()
            self.check_canaries("a failed batch")
            self.functions.update_event_source_mapping(
                UUID=uuid, DestinationConfig={"OnFailure": {"Destination": QUEUE}})
            self.tailrace.drain()
            self.assertEqual((self.mapping(uuid)["State"], self.mapping(uuid)["GivenUp"]), ("Idle", 1))
            self.restart(db_path=file)
            self.assertEqual(self.functions.get_event_source_mapping(UUID=uuid)["State"], "Enabled")
            self.check_canaries("a restart")

    def replace_in_file(self, file, old, new):
        database = sqlite3.connect(file)
        changed = 0
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            changed += database.execute(f"UPDATE {table} SET value = replace(value, ?, ?) WHERE value LIKE ?",
                                        (old, new, f"%{old}%")).rowcount
        database.commit()
        database.close()
        self.assertEqual(changed, 1)


if __name__ == "__main__":
    main()
