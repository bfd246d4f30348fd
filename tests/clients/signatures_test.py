#!/usr/bin/python3
"""boto3, the AWS CLI, curl and plain HTTP against a Tailrace that verifies signatures, and what they get if
the signature is wrong: AWS's errors to the letter.

    signatures_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import datetime
import json
import os
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from unittest import mock

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from client_case import AWS_CLI, REGION, ClientCase, main
from local_services import DEBIAN_PATH, Tailrace

KEY = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
OTHER_KEY = ("AKIDOTHER", "other/secret+with=signs==")
TEMPORARY_KEY = ("ASIDEXAMPLE", "temporary/secret", "Session/Token+With=Signs==")
MISMATCH = ("The request signature we calculated does not match the signature you provided. Check your AWS "
            "Secret Access Key and signing method. Consult the service documentation for details.")
INVALID_KEY = "The security token included in the request is invalid."
INVALID_TOKEN = "The security token included in the request is invalid"
FUNCTION = """
import os

import boto3


def handle(event, context):
    return boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).list_tables()["TableNames"]
"""


def body_of(name, message):
    return json.dumps({"__type": f"com.amazon.coral.service#{name}", "message": message},
                      separators=(",", ":"), ensure_ascii=False)


class SignaturesCase(ClientCase):
    options = ("--verify-signatures", "=".join(KEY), "--verify-signatures", "=".join(OTHER_KEY),
               "--region", REGION)

    def client(self, key=KEY, service="dynamodb", path="", region=REGION):
        access_key, secret, *token = key
        client = boto3.session.Session().client(
            service, endpoint_url=self.tailrace.endpoint + path, region_name=region,
            aws_access_key_id=access_key, aws_secret_access_key=secret,
            aws_session_token=token[0] if token else None,
            config=Config(retries={"total_max_attempts": 1}, proxies={}))
        self.addCleanup(client.close)
        return client

    def refusal(self, call):
        """Returns the code, the message and the status of the error."""
        with self.assertRaises(ClientError) as caught:
            call()
        answer = caught.exception.response
        return (answer["Error"]["Code"], answer["Error"]["Message"],
                answer["ResponseMetadata"]["HTTPStatusCode"])

    def signed(self, key=KEY, service="dynamodb", region=REGION, at=None, body="{}"):
        """Returns a ListTables request that botocore has signed."""
        request = AWSRequest("POST", self.tailrace.endpoint + "/", data=body.encode(), headers={
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.ListTables"})
        signer = SigV4Auth(Credentials(*key), service, region)
        with mock.patch("botocore.auth.datetime") as clock:
            clock.datetime.utcnow.return_value = at or datetime.datetime.utcnow()
            signer.add_auth(request)
        return request

    def send(self, request, **changed):
        """Sends a request as it was signed, with these headers changed, and returns status and body."""
        headers = dict(request.headers.items())
        for name, value in changed.items():
            headers.pop(name.replace("_", "-"), None)
            if value is not None:
                headers[name.replace("_", "-")] = value
        plain = urllib.request.Request(request.url, request.body, headers, method=request.method)
        return ask(plain)


def ask(request):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


class Boto3Test(SignaturesCase):
    def create(self, client, name):
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])

    def test_each_key_works(self):
        self.create(self.client(), "music")
        self.client(OTHER_KEY).put_item(TableName="music", Item={"pk": {"S": "snow ☃ 𝄞"}})
        found = self.client().get_item(TableName="music", Key={"pk": {"S": "snow ☃ 𝄞"}})
        self.assertEqual(found["Item"], {"pk": {"S": "snow ☃ 𝄞"}})
        streams = self.client(service="dynamodbstreams")
        self.assertEqual(streams.list_streams()["Streams"], [])

    def test_a_wrong_secret(self):
        client = self.client((KEY[0], KEY[1] + "x"))
        self.assertEqual(self.refusal(client.list_tables), ("InvalidSignatureException", MISMATCH, 400))
        self.assertEqual(self.client().list_tables()["TableNames"], [])

    def test_an_unknown_access_key(self):
        self.assertEqual(self.refusal(self.client(("AKIDUNKNOWN", KEY[1])).list_tables),
                         ("UnrecognizedClientException", INVALID_KEY, 400))

    def test_a_session_token_that_the_key_does_not_have(self):
        self.assertEqual(self.refusal(self.client((*KEY, "token")).list_tables),
                         ("UnrecognizedClientException", INVALID_TOKEN, 400))

    def test_another_region(self):
        self.assertEqual(self.refusal(self.client(region="eu-west-1").list_tables), (
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'eu-west-1'. ", 400))

    def test_a_namespace_in_the_path(self):
        self.create(self.client(path="/~blue"), "blue-table")
        self.assertEqual(self.client(path="/~blue/").list_tables()["TableNames"], ["blue-table"])
        self.assertEqual(self.client().list_tables()["TableNames"], [])
        self.assertEqual(self.refusal(self.client((KEY[0], "x"), path="/~blue").list_tables),
                         ("InvalidSignatureException", MISMATCH, 400))

    def test_a_refused_request_makes_no_namespace(self):
        wrong = (KEY[0], "x")
        for service, call in (("dynamodb", lambda client: self.create(client, "red")),
                              ("lambda", lambda client: client.invoke(FunctionName="f")),
                              ("cognito-idp", lambda client: client.create_user_pool(PoolName="p"))):
            with self.subTest(service=service):
                client = self.client(wrong, service, path="/~red")
                self.assertEqual(self.refusal(lambda: call(client))[0], "InvalidSignatureException")
        listed = ask(f"{self.tailrace.endpoint}/_tailrace/namespaces")[1]
        self.assertEqual([each["Name"] for each in json.loads(listed)["Namespaces"]], ["default"])

    def test_lambda_and_cognito(self):
        self.assertEqual(self.client(service="lambda").list_functions()["Functions"], [])
        self.assertEqual(self.client(service="cognito-idp").list_user_pools(MaxResults=1)["UserPools"], [])
        wrong = (KEY[0], "x")
        self.assertEqual(self.refusal(self.client(wrong, "lambda").list_functions),
                         ("InvalidSignatureException", MISMATCH, 403))
        users = self.client(wrong, "cognito-idp")
        self.assertEqual(self.refusal(lambda: users.list_user_pools(MaxResults=1)),
                         ("InvalidSignatureException", MISMATCH, 400))


class PlainHttpTest(SignaturesCase):
    def test_a_signed_request_works(self):
        self.assertEqual(self.send(self.signed()), (200, '{"TableNames":[]}'))

    def test_a_wrong_secret_gets_the_error_of_aws(self):
        self.assertEqual(self.send(self.signed((KEY[0], "x"))),
                         (400, body_of("InvalidSignatureException", MISMATCH)))

    def test_a_changed_request(self):
        refused = (400, body_of("InvalidSignatureException", MISMATCH))
        request = self.signed()
        self.assertEqual(self.send(request, X_Amz_Target="DynamoDB_20120810.DescribeLimits"), refused)
        self.assertEqual(self.send(request, Host="example.com"), refused)
        request.data = b"{} "
        self.assertEqual(self.send(request), refused)

    def test_no_signature(self):
        self.assertEqual(self.send(self.signed(), Authorization=None), (
            400, body_of("MissingAuthenticationTokenException", "Request is missing Authentication Token")))

    def test_missing_parts(self):
        header = f"AWS4-HMAC-SHA256 Credential={KEY[0]}/20260131/{REGION}/dynamodb/aws4_request"
        self.assertEqual(self.send(self.signed(), Authorization=header), (400, body_of(
            "IncompleteSignatureException",
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            f"'SignedHeaders' parameter. Authorization={header}")))

    def test_old_and_early_signatures(self):
        now = datetime.datetime.utcnow().replace(microsecond=0)
        for minutes, words in ((-16, "Signature expired: {} is now earlier than "),
                               (16, "Signature not yet current: {} is still later than ")):
            at = now + datetime.timedelta(minutes=minutes)
            status, body = self.send(self.signed(at=at))
            self.assertEqual(status, 400)
            error = json.loads(body)
            self.assertEqual(error["__type"], "com.amazon.coral.service#InvalidSignatureException")
            self.assertTrue(error["message"].startswith(words.format(at.strftime("%Y%m%dT%H%M%SZ"))), error)
            self.assertTrue(error["message"].endswith(f"Z {'-' if minutes < 0 else '+'} 15 min.)"), error)
        self.assertEqual(self.send(self.signed(at=now - datetime.timedelta(minutes=14)))[0], 200)

    def test_the_scope(self):
        for wrong, words in (({"region": "eu-west-1"}, "to a valid region, not 'eu-west-1'. "),
                             ({"service": "sts"}, "to correct service: 'dynamodb'. ")):
            self.assertEqual(self.send(self.signed(**wrong)), (
                400, body_of("InvalidSignatureException", f"Credential should be scoped {words}")))

    def test_lambda_answers_in_its_own_words(self):
        url = f"{self.tailrace.endpoint}/2015-03-31/functions/"
        self.assertEqual(ask(url), (403, '{"message":"Missing Authentication Token"}'))

    def test_tailrace_s_own_endpoints_need_no_signature(self):
        self.assertEqual(ask(f"{self.tailrace.endpoint}/_tailrace/streams")[0], 200)
        self.assertEqual(ask(f"{self.tailrace.endpoint}/")[0], 200)

    def test_curl(self):
        done = subprocess.run(
            ["/usr/bin/curl", "-sS", "--noproxy", "*", "--aws-sigv4", f"aws:amz:{REGION}:dynamodb", "--user",
             ":".join(KEY), "-H", "Content-Type: application/x-amz-json-1.0", "-H",
             "X-Amz-Target: DynamoDB_20120810.ListTables", "-d", "{}", self.tailrace.endpoint + "/"],
            stdout=subprocess.PIPE, text=True, check=True)
        self.assertEqual(done.stdout, '{"TableNames":[]}')


class ManualClockTest(SignaturesCase):
    options = (*SignaturesCase.options, "--manual-clock", "2030-01-01T00:00:00Z")

    def test_a_moved_clock_does_not_matter(self):
        self.assertEqual(self.client().list_tables()["TableNames"], [])
        self.assertEqual(self.send(self.signed(at=datetime.datetime(2001, 1, 1)))[0], 200)
        self.assertEqual(self.send(self.signed((KEY[0], "x")))[0], 400)


class RealClockTest(SignaturesCase):
    def test_a_namespace_with_a_clock_of_its_own(self):
        made = urllib.request.Request(f"{self.tailrace.endpoint}/_tailrace/namespaces",
                                      b'{"Name":"past","Clock":"2001-01-01T00:00:00Z"}', method="POST")
        self.assertEqual(ask(made)[0], 200)
        self.assertEqual(self.client(path="/~past").list_tables()["TableNames"], [])


class CredentialsFileTest(SignaturesCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-clients-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        path = self.folder / "credentials"
        path.write_text(
            f"[default]\naws_access_key_id = {KEY[0]}\naws_secret_access_key = {KEY[1]}\n"
            f"[temporary]\naws_access_key_id = {TEMPORARY_KEY[0]}\n"
            f"aws_secret_access_key = {TEMPORARY_KEY[1]}\naws_session_token = {TEMPORARY_KEY[2]}\n",
            encoding="utf-8")
        (self.folder / "function.py").write_text(FUNCTION, encoding="utf-8")
        self.options = ("--verify-signatures", str(path), "--region", REGION, "--log-level", "debug",
                        "--function", f"tables=python:{self.folder / 'function.py'}:handle")
        super().setUp()

    def run_aws(self, profile, *arguments):
        """Runs the AWS CLI with a profile of the same file."""
        return subprocess.run(
            [AWS_CLI, "--endpoint-url", self.tailrace.endpoint, "--profile", profile, *arguments],
            env={"PATH": DEBIAN_PATH, "HOME": str(self.folder), "LANG": "C.UTF-8", "AWS_PAGER": "",
                 "PYTHONDONTWRITEBYTECODE": "1", "AWS_DEFAULT_REGION": REGION,
                 "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "credentials")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)

    @unittest.skipUnless(os.path.exists(AWS_CLI), "the AWS CLI is not installed")
    def test_the_aws_cli(self):
        made = self.run_aws("default", "dynamodb", "create-table", "--table-name", "Music", "--billing-mode",
                            "PAY_PER_REQUEST", "--attribute-definitions", "AttributeName=pk,AttributeType=S",
                            "--key-schema", "AttributeName=pk,KeyType=HASH")
        self.assertEqual(made.returncode, 0, made.stderr)
        listed = self.run_aws("temporary", "dynamodb", "list-tables", "--output", "text")
        self.assertEqual((listed.stdout, listed.stderr), ("TABLENAMES\tMusic\n", ""))
        with (self.folder / "credentials").open("a", encoding="utf-8") as file:
            file.write(f"[wrong]\naws_access_key_id = {KEY[0]}\naws_secret_access_key = x\n")
        refused = self.run_aws("wrong", "dynamodb", "list-tables")
        self.assertEqual(refused.returncode, 254)
        self.assertEqual(refused.stderr, "\nAn error occurred (InvalidSignatureException) when calling the "
                                         f"ListTables operation: {MISMATCH}\n")

    def test_a_session_token(self):
        self.assertEqual(self.client(TEMPORARY_KEY).list_tables()["TableNames"], [])
        for wrong in (TEMPORARY_KEY[:2], (*TEMPORARY_KEY[:2], "other")):
            self.assertEqual(self.refusal(self.client(wrong).list_tables),
                             ("UnrecognizedClientException", INVALID_TOKEN, 400))

    def test_functions_sign_with_the_first_key(self):
        answer = self.client(service="lambda").invoke(FunctionName="tables")
        self.assertEqual(json.loads(answer["Payload"].read()), [])

    def test_the_log_shows_no_secret(self):
        body = json.dumps({"TableName": KEY[1]})
        self.send(self.signed(body=body))
        self.tailrace.wait_for_line(" us")
        self.assertNotIn(KEY[1], self.tailrace.describe())


class IsolationTest(SignaturesCase):
    options = (*SignaturesCase.options, "--isolate", "access-key")

    def test_each_known_key_has_a_namespace(self):
        Boto3Test.create(self, self.client(), "first")
        Boto3Test.create(self, self.client(OTHER_KEY), "other")
        self.assertEqual(self.client().list_tables()["TableNames"], ["first"])
        self.assertEqual(self.client(OTHER_KEY).list_tables()["TableNames"], ["other"])
        unknown = self.client(("AKIDUNKNOWN", "x"))
        self.assertEqual(self.refusal(lambda: Boto3Test.create(self, unknown, "unknown"))[0],
                         "UnrecognizedClientException")
        listed = json.loads(ask(f"{self.tailrace.endpoint}/_tailrace/namespaces")[1])
        self.assertEqual([each["Name"] for each in listed["Namespaces"]], ["default", OTHER_KEY[0]])


class RegionsTest(SignaturesCase):
    options = (*SignaturesCase.options, "--isolate", "region")

    def test_every_region_is_valid(self):
        Boto3Test.create(self, self.client(region="eu-west-1"), "european")
        self.assertEqual(self.client(region="eu-west-1").list_tables()["TableNames"], ["european"])
        self.assertEqual(self.client().list_tables()["TableNames"], [])


class StartTest(unittest.TestCase):
    def refused(self, *options):
        done = subprocess.run([ClientCase.executable, "--port", "0", *options], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stderr

    def test_wrong_values(self):
        hint = "(tailrace --help lists the options)\n"
        self.assertEqual(self.refused("--verify-signatures", "AKID="), (
            2, f"tailrace: --verify-signatures: the access key 'AKID' has no secret {hint}"))
        self.assertEqual(self.refused("--verify-signatures", "A/B=secret"), (
            2, "tailrace: --verify-signatures: an access key may have only visible ASCII characters, and no "
               f"commas, slashes or equal signs {hint}"))
        self.assertEqual(self.refused("--verify-signatures", "/none/such"), (
            1, "tailrace: the credentials file of --verify-signatures, '/none/such', cannot be read; a value "
               "of the option is ACCESS_KEY=SECRET or the path of such a file\n"))

    def test_the_environment_names_several(self):
        with mock.patch.dict(os.environ, {
                "TAILRACE_VERIFY_SIGNATURES": ",".join("=".join(each) for each in (KEY, OTHER_KEY))}):
            tailrace = Tailrace(ClientCase.executable)
        self.addCleanup(tailrace.stop)
        for key in (KEY, OTHER_KEY):
            client = boto3.session.Session().client(
                "dynamodb", endpoint_url=tailrace.endpoint, region_name="us-east-1", aws_access_key_id=key[0],
                aws_secret_access_key=key[1], config=Config(proxies={}))
            self.addCleanup(client.close)
            self.assertEqual(client.list_tables()["TableNames"], [])


if __name__ == "__main__":
    main()
