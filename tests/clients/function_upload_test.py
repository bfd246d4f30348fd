#!/usr/bin/python3
"""Lambda's API for functions: the calls of Terraform's resources in the order in which its source makes them
(github.com/hashicorp/terraform-provider-aws, internal/service/lambda), and archives that must not be
unpacked.

    function_upload_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import base64
import contextlib
import hashlib
import io
import json
import os
import stat
import struct
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from unittest import mock

from botocore.exceptions import ClientError

from client_case import ACCOUNT_ID, ClientCase, main
from local_services import Tailrace

ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:function:"
ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/function"
UPLOAD = "--allow-function-upload"


def code(answer, more=()):
    """Returns an archive with a function that answers this, and its environment."""
    text = f"import os\ndef handler(event, context):\n    return [{answer!r}, os.environ.get('COLOUR')]\n"
    return archive([("app.py", text), *more])


def archive(entries):
    """Makes an archive. An entry is a name, or a ZipInfo, with the content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return file.getvalue()


def entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


class UploadCase(ClientCase):
    options = (UPLOAD,)

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="tailrace-upload-test-")
        self.addCleanup(self.temporary.cleanup)
        with mock.patch.dict(os.environ, TMPDIR=self.temporary.name):
            super().setUp()
        self.client = self.tailrace.client(service="lambda")

    def ask_admin(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.tailrace.endpoint}/_tailrace/{path}", method=method, data=json.dumps(body or {}).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as response:
            return response.read()

    def folders(self):
        """The folders with code that the server has now."""
        found = Path(self.temporary.name).glob("tailrace-functions-*/*")
        return sorted(each for each in found if each.is_dir())

    def create(self, name="notes", zip_file=None, **members):
        return self.client.create_function(
            FunctionName=name, Runtime="python3.11", Role=ROLE, Handler="app.handler",
            Code={"ZipFile": zip_file or code("one")}, **members)

    def invoke(self, name, **more):
        answer = self.client.invoke(FunctionName=name, **more)
        payload = json.loads(answer["Payload"].read())
        self.assertNotIn("FunctionError", answer, payload)
        return payload

    @contextlib.contextmanager
    def refused(self, name, message):
        with self.assertRaises(ClientError) as raised:
            yield
        error = raised.exception.response["Error"]
        self.assertEqual((error["Code"], error["Message"]), (name, message))


class TerraformTest(UploadCase):
    """Each method makes the calls of one function of Terraform's resources."""

    def read_function(self, name="notes"):
        function = self.client.get_function(FunctionName=name)
        self.assertIn("Code", function)
        versions = self.client.list_versions_by_function(FunctionName=name, MaxItems=10000)["Versions"]
        signing = self.client.get_function_code_signing_config(FunctionName=name)
        self.assertEqual(signing.get("CodeSigningConfigArn"), None)
        return function, versions[-1]

    def create_function(self):
        made = self.create(
            Description="", MemorySize=256, PackageType="Zip", Publish=True, Timeout=5,
            Tags={"team": "notes"}, Environment={"Variables": {"COLOUR": "blue"}},
            Architectures=["x86_64"], EphemeralStorage={"Size": 512}, TracingConfig={"Mode": "PassThrough"})
        self.assertEqual(made["State"], "Active")
        self.assertEqual(self.client.get_function(FunctionName="notes")["Configuration"]["State"], "Active")
        return self.read_function()

    def test_function(self):
        zip_file = code("one")
        function, latest = self.create_function()
        shown = function["Configuration"]
        for changing in ("LastModified", "RevisionId"):
            shown.pop(changing)
        self.assertEqual(shown, {
            "FunctionName": "notes", "FunctionArn": ARN + "notes", "Version": "$LATEST", "Role": ROLE,
            "Runtime": "python3.11", "Handler": "app.handler", "Description": "", "Timeout": 5,
            "MemorySize": 256, "Environment": {"Variables": {"COLOUR": "blue"}}, "PackageType": "Zip",
            "Architectures": ["x86_64"], "EphemeralStorage": {"Size": 512},
            "TracingConfig": {"Mode": "PassThrough"},
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "CodeSize": len(zip_file), "CodeSha256": shown["CodeSha256"], "State": "Active",
            "LastUpdateStatus": "Successful"})
        self.assertEqual(len(base64.b64decode(shown["CodeSha256"])), hashlib.sha256().digest_size)
        self.assertEqual(function["Tags"], {"team": "notes"})
        self.assertEqual((latest["Version"], latest["FunctionArn"]), ("1", ARN + "notes:1"))
        self.assertEqual(self.invoke("notes"), ["one", "blue"])
        self.update_function()
        self.client.tag_resource(Resource=ARN + "notes", Tags={"stage": "test"})
        self.client.untag_resource(Resource=ARN + "notes", TagKeys=["team"])
        self.assertEqual(self.client.list_tags(Resource=ARN + "notes")["Tags"], {"stage": "test"})
        self.client.put_function_concurrency(FunctionName="notes", ReservedConcurrentExecutions=2)
        self.assertEqual(self.read_function()[0]["Concurrency"], {"ReservedConcurrentExecutions": 2})
        self.client.delete_function_concurrency(FunctionName="notes")
        self.assertNotIn("Concurrency", self.read_function()[0])
        self.delete_function()

    def update_function(self):
        changed = self.client.update_function_configuration(
            FunctionName="notes", Environment={"Variables": {"COLOUR": "red"}}, Timeout=6)
        self.assertEqual((changed["Timeout"], changed["MemorySize"]), (6, 256))
        self.assertEqual(self.invoke("notes"), ["one", "red"])
        self.client.update_function_code(FunctionName="notes", ZipFile=code("two"))
        status = self.client.get_function(FunctionName="notes")["Configuration"]["LastUpdateStatus"]
        self.assertEqual(status, "Successful")
        published = self.client.publish_version(FunctionName="notes")
        self.assertEqual(published["Version"], "2")
        waited = self.client.get_function_configuration(
            FunctionName=published["FunctionArn"], Qualifier=published["Version"])
        self.assertEqual(waited["LastUpdateStatus"], "Successful")
        self.assertEqual(self.read_function()[1]["Version"], "2")
        self.assertEqual(self.client.publish_version(FunctionName="notes")["Version"], "2")
        self.assertEqual(self.invoke("notes"), ["two", "red"])
        self.assertEqual(self.invoke("notes:1"), ["one", "blue"])
        self.assertEqual(self.invoke("notes", Qualifier="2"), ["two", "red"])

    def delete_function(self):
        self.client.delete_function(FunctionName="notes")
        with self.refused("ResourceNotFoundException", f"Function not found: {ARN}notes"):
            self.client.get_function(FunctionName="notes")
        self.assertEqual(self.folders(), [])

    def test_alias(self):
        self.create_function()
        self.client.update_function_code(FunctionName="notes", ZipFile=code("two"), Publish=True)
        alias = {"FunctionName": "notes", "Name": "live"}
        made = self.client.create_alias(
            **alias, FunctionVersion="1", Description="", RoutingConfig={"AdditionalVersionWeights": {}})
        self.assertEqual(made["AliasArn"], ARN + "notes:live")
        self.assertEqual(self.client.get_alias(**alias)["FunctionVersion"], "1")
        self.assertEqual(self.invoke("notes:live"), ["one", "blue"])
        answer = self.client.invoke(FunctionName="notes", Qualifier="live")
        self.assertEqual(answer["ExecutedVersion"], "1")
        self.client.update_alias(**alias, FunctionVersion="2", Description="new", RoutingConfig={})
        self.assertEqual(self.client.get_alias(**alias)["Description"], "new")
        self.assertEqual(self.invoke("notes:live"), ["two", "blue"])
        listed = self.client.list_aliases(FunctionName="notes")["Aliases"]
        self.assertEqual([each["Name"] for each in listed], ["live"])
        with self.refused("ResourceConflictException", f"Alias already exists: {ARN}notes:live"):
            self.client.create_alias(**alias, FunctionVersion="1")
        with self.refused("InvalidParameterValueException",
                          "An alias points to one version here, so AdditionalVersionWeights must be empty."):
            self.client.update_alias(**alias, RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}})
        self.client.delete_alias(**alias)
        with self.refused("ResourceNotFoundException", f"Cannot find alias arn: {ARN}notes:live"):
            self.client.get_alias(**alias)
        with self.refused("ResourceNotFoundException", f"Function not found: {ARN}notes:live"):
            self.client.invoke(FunctionName="notes:live")

    def test_permission(self):
        self.create()
        permission = {"FunctionName": "notes", "StatementId": "AllowSns"}
        self.client.add_permission(
            **permission, Action="lambda:InvokeFunction", Principal="sns.amazonaws.com",
            SourceArn="arn:aws:sns:us-east-1:000000000000:topic")
        policy = json.loads(self.client.get_policy(FunctionName="notes")["Policy"])
        self.assertEqual(policy, {"Version": "2012-10-17", "Id": "default", "Statement": [{
            "Sid": "AllowSns", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "lambda:InvokeFunction", "Resource": ARN + "notes",
            "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:000000000000:topic"}}}]})
        with self.refused("ResourceConflictException", "The statement id (AllowSns) provided already exists. "
                          "Please provide a new statement id, or remove the existing statement."):
            self.client.add_permission(**permission, Action="lambda:InvokeFunction", Principal="*")
        self.client.remove_permission(**permission)
        with self.refused("ResourceNotFoundException", "The resource you requested does not exist."):
            self.client.get_policy(FunctionName="notes")
        with self.refused("ResourceNotFoundException", "No policy is associated with the given resource."):
            self.client.remove_permission(**permission)

    def test_event_source_mapping(self):
        """A mapping of an alias follows it, and a mapping of a deleted function waits for the next."""
        text = "def handler(event, context):\n    print(%r, len(event['Records']))\n"
        self.create(zip_file=archive([("app.py", text % "first")]), Publish=True)
        self.client.create_alias(FunctionName="notes", Name="live", FunctionVersion="1")
        stream = self.tailrace.create_table("Notes")
        made = self.client.create_event_source_mapping(
            FunctionName=ARN + "notes:live", EventSourceArn=stream, StartingPosition="TRIM_HORIZON")
        shown = self.client.get_event_source_mapping(UUID=made["UUID"])
        self.assertEqual((shown["State"], shown["FunctionArn"]), ("Enabled", ARN + "notes:live"))
        table = self.tailrace.client()
        table.put_item(TableName="Notes", Item={"pk": {"S": "a"}})
        self.tailrace.wait_for_line("notes: first 1")
        self.client.update_function_code(
            FunctionName="notes", ZipFile=archive([("app.py", text % "second")]), Publish=True)
        self.client.update_alias(FunctionName="notes", Name="live", FunctionVersion="2")
        table.put_item(TableName="Notes", Item={"pk": {"S": "b"}})
        self.tailrace.wait_for_line("notes: second 1")
        self.client.delete_function(FunctionName="notes")
        table.put_item(TableName="Notes", Item={"pk": {"S": "c"}})
        self.assertEqual(self.client.get_event_source_mapping(UUID=made["UUID"])["State"], "Enabled")
        self.create(zip_file=archive([("app.py", text % "third")]), Publish=True)
        self.client.create_alias(FunctionName="notes", Name="live", FunctionVersion="1")
        self.tailrace.wait_for_line("notes: third 1")
        self.client.delete_event_source_mapping(UUID=made["UUID"])


class LimitsTest(UploadCase):
    def test_what_does_not_fit_is_refused_as_by_lambda(self):
        self.create()
        with self.refused("ResourceConflictException", "Function already exist: notes"):
            self.create()
        with self.refused("InvalidParameterValueException",
                          "Lambda was unable to configure your environment variables because the environment "
                          "variables you have provided contains reserved keys that are currently not "
                          "supported for modification. Reserved keys used in this request: AWS_REGION"):
            self.create("other", Environment={"Variables": {"AWS_REGION": "mars", "OK": "1"}})
        name = "K" * 200_000
        with self.refused("InvalidParameterValueException",
                          "Lambda was unable to configure your environment variables because the environment "
                          "variables you have provided exceeded the 4KB limit. String measured: "
                          f'{{"{name}":"1"}}'):
            self.create("other", Environment={"Variables": {name: "1"}})
        with self.refused("InvalidParameterValueException",
                          "The runtime 'java21' is not supported; python3.*, nodejs*.x, provided, "
                          "provided.al2 and provided.al2023 are."):
            self.client.update_function_configuration(FunctionName="notes", Runtime="java21")
        with self.refused("ValidationException",
                          "1 validation error detected: Value '901' at 'timeout' failed to satisfy "
                          "constraint: Member must have value less than or equal to 900"):
            self.create("other", Timeout=901)
        with self.refused("InvalidParameterValueException", "Layers is not supported here."):
            self.create("other", Layers=["arn:aws:lambda:us-east-1:000000000000:layer:some:1"])
        with self.refused("InvalidParameterValueException",
                          "S3Bucket is not supported here. Send the code as ZipFile."):
            self.client.update_function_code(FunctionName="notes", S3Bucket="bucket", S3Key="key")
        with self.refused("PreconditionFailedException",
                          "The Revision Id provided does not match the latest Revision Id. Call the "
                          "GetFunction/GetAlias API to retrieve the latest Revision Id"):
            self.client.publish_version(FunctionName="notes", RevisionId="0")
        self.assertEqual(len(self.folders()), 1)
        self.assertEqual(self.invoke("notes"), ["one", None])

    def test_functions_are_listed_in_pages(self):
        for name in ("a", "b", "c"):
            self.create(name, Publish=True)
        pages = self.client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
        listed = [[each["FunctionName"] for each in page["Functions"]] for page in pages]
        self.assertEqual(listed, [["a", "b"], ["c"]])
        versions = self.client.list_functions(FunctionVersion="ALL")["Functions"]
        self.assertEqual([each["FunctionArn"].removeprefix(ARN) for each in versions],
                         ["a", "a:1", "b", "b:1", "c", "c:1"])

    def test_hostile_archives(self):
        could_not = "Could not unzip uploaded file"
        link = entry("app.py", stat.S_IFLNK | 0o777)
        hostile = {
            f"{could_not}: its entry '../app.py' has '..' in its path": [("../app.py", "")],
            f"{could_not}: its entry 'a/../../b' has '..' in its path": [("a/../../b", "")],
            f"{could_not}: its entry '/app.py' has an absolute path": [(zipfile.ZipInfo("/app.py"), "")],
            f"{could_not}: its entry 'app.py' is a link": [(link, "/etc/passwd")],
            f"{could_not}: its entry 'null' is neither a file nor a folder": [
                (entry("null", stat.S_IFCHR | 0o666), "")],
            f"{could_not}: its entry 'a/b' is inside a file": [("a", ""), ("a/b", "")],
            f"{could_not}: it has more than 20000 files and folders": [
                (f"{number}", "") for number in range(20001)],
            f"{could_not}: its entry '{'a/' * 33}b' is in too many folders": [("a/" * 33 + "b", "")],
            "Unzipped size must be smaller than 262144000 bytes": [
                (f"zeros-{number}", bytes(90_000_000)) for number in range(3)],
        }
        for message, entries in hostile.items():
            with self.subTest(message=message), self.refused("InvalidParameterValueException", message):
                self.create(zip_file=archive(entries))
        whole = code("one")
        for broken in (b"no archive", whole[:-30], whole.replace(b"app.py", b"app.p\0")):
            with self.subTest(size=len(broken)), self.assertRaises(ClientError) as raised:
                self.create(zip_file=broken)
            self.assertTrue(raised.exception.response["Error"]["Message"].startswith(could_not))
        self.assertEqual(self.folders(), [])
        self.assertFalse((Path(self.temporary.name) / "app.py").exists())

    def test_archives_may_be_larger_than_other_requests(self):
        self.create(zip_file=code("one", [("data", os.urandom(20_000_000))]))
        self.assertEqual(self.invoke("notes"), ["one", None])
        with self.refused("RequestEntityTooLargeException",
                          "Zipped size must be smaller than 52428800 bytes"):
            self.client.update_function_code(FunctionName="notes", ZipFile=bytes(52_428_801))

    def test_sizes_are_counted_and_not_believed(self):
        """The archive says that its file has one byte."""
        lying = bytearray(archive([("app.py", bytes(300_000_000))]))
        for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            struct.pack_into("<I", lying, lying.index(signature) + offset, 1)
        with self.assertRaises(ClientError) as raised:
            self.create(zip_file=bytes(lying))
        self.assertEqual(raised.exception.response["Error"]["Code"], "InvalidParameterValueException")
        self.assertEqual(self.folders(), [])

    def test_the_code_is_private_and_goes_with_the_server(self):
        self.create(zip_file=code("one", [(entry("bin/tool", stat.S_IFREG | 0o755), "#!/bin/sh\n")]))
        (folder,) = self.folders()
        self.assertEqual(stat.S_IMODE(folder.parent.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE((folder / "bin/tool").stat().st_mode), 0o755)
        self.assertEqual(stat.S_IMODE((folder / "app.py").stat().st_mode), 0o644)
        self.stop_tailrace()
        self.assertEqual(list(Path(self.temporary.name).glob("tailrace-functions-*")), [])
        self.tailrace = Tailrace(self.executable, options=self.options)

    def test_the_code_of_a_killed_server_is_removed_by_the_next(self):
        self.create()
        (left,) = self.folders()
        self.tailrace.send_kill()
        self.tailrace.wait_until_ended()
        with mock.patch.dict(os.environ, TMPDIR=self.temporary.name):
            self.tailrace = Tailrace(self.executable, options=self.options)
            other = Tailrace(self.executable, options=self.options)
        self.addCleanup(other.stop)
        other.client(service="lambda").create_function(
            FunctionName="notes", Runtime="python3.11", Role=ROLE, Handler="app.handler",
            Code={"ZipFile": code("one")})
        self.assertFalse(left.exists())
        self.client = self.tailrace.client(service="lambda")
        self.create()
        self.assertEqual(len(self.folders()), 2, "the code of a server that runs was removed")

    def test_pages_of_other_origins_upload_nothing(self):
        request = urllib.request.Request(
            f"{self.tailrace.endpoint}/2015-03-31/functions", method="POST", data=b"{}",
            headers={"Origin": "http://page.example", "Content-Type": "text/plain"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with self.assertRaises(urllib.error.HTTPError) as raised:
            opener.open(request, timeout=60)
        self.assertEqual(raised.exception.code, 403)
        raised.exception.close()

    def test_a_reset_removes_uploaded_functions(self):
        self.create()
        self.ask_admin("POST", "namespaces/default/reset")
        self.assertEqual(self.client.list_functions()["Functions"], [])
        self.assertEqual(self.folders(), [])

    def test_a_fork_has_a_copy_and_an_empty_namespace_has_none(self):
        self.create()
        self.ask_admin("POST", "namespaces", {"Name": "empty"})
        self.ask_admin("POST", "namespaces", {"Name": "copy", "From": "default"})
        self.client.delete_function(FunctionName="notes")
        names = {}
        for namespace in ("empty", "copy"):
            endpoint = f"{self.tailrace.endpoint}/~{namespace}"
            client = self.tailrace.client(endpoint, service="lambda")
            names[namespace] = [each["FunctionName"] for each in client.list_functions()["Functions"]]
            if names[namespace]:
                answer = client.invoke(FunctionName="notes")
                self.assertEqual(json.loads(answer["Payload"].read()), ["one", None])
        self.assertEqual(names, {"empty": [], "copy": ["notes"]})


class RefusedUploadTest(ClientCase):
    options = ("--function", "groups=message-groups")

    def test_without_the_option(self):
        client = self.tailrace.client(service="lambda")
        with self.assertRaises(ClientError) as raised:
            client.create_function(FunctionName="notes", Runtime="python3.11", Role=ROLE,
                                   Handler="app.handler", Code={"ZipFile": code("one")})
        error = raised.exception.response["Error"]
        self.assertEqual((error["Code"], error["Message"]), (
            "AccessDeniedException",
            "CreateFunction is refused, because uploaded code would run on this machine. The server allows "
            "it if it is started with --allow-function-upload. Without it, functions are those of "
            "--function, --on-stream and --template."))
        with self.assertRaises(ClientError) as raised:
            client.update_function_code(FunctionName="groups", ZipFile=code("one"))
        self.assertEqual(raised.exception.response["Error"]["Message"],
                         "The server was started with the function groups. Only functions that "
                         "CreateFunction has created can be changed by requests.")


if __name__ == "__main__":
    main()
