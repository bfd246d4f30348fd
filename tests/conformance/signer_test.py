"""signer_test.py PROBE: compares the runner's Signature Version 4 with botocore's, byte for byte."""

import datetime
import json
import random
import subprocess
import sys
import unittest
from unittest import mock

try:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError:
    print("skipped: python3-botocore is not installed")
    sys.exit(77)

PROBE = sys.argv.pop()
HOST = "dynamodb.eu-central-1.amazonaws.com"

PLAIN = {
    "method": "POST",
    "path": "/",
    "headers": [["Host", HOST], ["Content-Type", "application/x-amz-json-1.0"],
                ["X-Amz-Target", "DynamoDB_20120810.GetItem"]],
    "body": '{"TableName":"t"}',
    "key": "AKIDEXAMPLE",
    "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "token": "",
    "region": "eu-central-1",
    "service": "dynamodb",
    "time": "20260829T123600Z",
}


def with_header(*headers):
    return {**PLAIN, "headers": PLAIN["headers"] + [list(each) for each in headers]}


def sign_as_botocore(request):
    """Returns botocore's canonical request and its headers, with lower-case names."""
    moment = datetime.datetime.strptime(request["time"], "%Y%m%dT%H%M%SZ")
    made = AWSRequest(request["method"], f"https://{HOST}{request['path']}", data=request["body"].encode())
    for name, value in request["headers"]:
        made.headers.add_header(name, value)
    signer = SigV4Auth(Credentials(request["key"], request["secret"], request["token"] or None),
                       request["service"], request["region"])
    with mock.patch("botocore.auth.datetime") as clock:
        clock.datetime.utcnow.return_value = moment
        signer.add_auth(made)
    headers = {name.lower(): value for name, value in made.headers.items()}
    # botocore's canonical request is the one from before the signature was added.
    del made.headers["Authorization"]
    return signer.canonical_request(made), headers


def sign_as_runner(requests):
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    run = subprocess.run([PROBE], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


class SignerTest(unittest.TestCase):
    def check(self, *requests):
        answers = sign_as_runner(requests)
        self.assertEqual(len(requests), len(answers))
        for request, answer in zip(requests, answers):
            canonical, headers = sign_as_botocore(request)
            ours = {name.lower(): value for name, value in answer["headers"]}
            with self.subTest(request=request):
                self.assertEqual(canonical, answer["canonical"])
                for name in ("authorization", "x-amz-date", "x-amz-security-token"):
                    self.assertEqual(headers.get(name), ours.get(name))

    def test_a_plain_request(self):
        self.check(PLAIN)

    def test_a_session_token(self):
        self.check({**PLAIN, "token": "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZQ=="})

    def test_an_empty_body(self):
        self.check({**PLAIN, "body": ""}, {**PLAIN, "method": "GET", "body": ""})

    def test_a_body_that_is_not_ascii(self):
        self.check({**PLAIN, "body": '{"a":"snow ☃ 𝄞"}'})

    def test_blanks_within_and_around_a_value(self):
        self.check(with_header(["X-Odd", "  a   b\tc  "]), with_header(["X-Odd", ""]))

    def test_names_in_any_case_and_order(self):
        self.check(with_header(["zEBRA", "1"], ["X-AMZ-Meta", "2"], ["aardvark", "3"]))

    def test_a_header_that_comes_twice(self):
        self.check(with_header(["X-Twice", "b"], ["x-twice", "a"]))

    def test_headers_that_proxies_change_are_not_signed(self):
        self.check(with_header(["User-Agent", "x/1"], ["Expect", "100-continue"],
                               ["X-Amzn-Trace-Id", "Root=1"]))

    def test_a_path_with_odd_characters(self):
        self.check(*({**PLAIN, "path": path} for path in
                     ["/a b", "/a//b/./c/../d/", "/ä", "/a~b-c_d.e", "/%41", "//", "/a?"]))

    def test_a_query(self):
        self.check(*({**PLAIN, "path": path} for path in
                     ["/?b=2&a=1", "/?a=2&a=1", "/?a", "/?a=&b", "/x?a=%20b&A=1"]))

    def test_any_region_service_and_secret(self):
        self.check({**PLAIN, "region": "cn-north-1", "service": "sts", "secret": "s" * 200})

    def test_random_requests(self):
        chance = random.Random(20261121)
        requests = []
        for _ in range(300):
            extra = [(f"X-{chance.choice('abcAB')}{number}", "".join(chance.choices(" aB;,=:", k=12)))
                     for number in range(chance.randrange(5))]
            requests.append({**with_header(*extra), "body": "x" * chance.randrange(200),
                             "token": chance.choice(["", "token/+="])})
        self.check(*requests)


if __name__ == "__main__":
    unittest.main()
