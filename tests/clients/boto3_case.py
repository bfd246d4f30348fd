"""What the tests of boto3's retries share."""

import json
import unittest.mock
import urllib.request

import boto3
import botocore.retries.standard
from botocore.config import Config
from botocore.exceptions import ClientError

from client_case import REGION, ClientCase

ATTEMPTS = 3


class Boto3Case(ClientCase):
    def replace_backoff(self, passes):
        """Shortens boto3's wait before each retry to a millisecond, and calls passes() before it."""
        def delay(_backoff, _context):
            passes()
            return 0.001

        backoff = botocore.retries.standard.ExponentialBackoff
        short = unittest.mock.patch.object(backoff, "delay_amount", delay)
        short.start()
        self.addCleanup(short.stop)

    def make_client(self, service="dynamodb", **config):
        client = self._make("client", service, **config)
        self.addCleanup(client.close)
        return client

    def make_table(self, name):
        table = self._make("resource", "dynamodb").Table(name)
        self.addCleanup(table.meta.client.close)
        return table

    def _make(self, kind, service, **config):
        retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
        return getattr(boto3.session.Session(), kind)(
            service, endpoint_url=self.tailrace.endpoint, region_name=REGION,
            aws_access_key_id="local", aws_secret_access_key="local",
            config=Config(proxies={}, **{"retries": retries, **config}))

    def ask_tailrace(self, method, path, body=None):
        """Returns the answer of an endpoint below /_tailrace, which must be a success."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.tailrace.endpoint}/_tailrace/{path}", data, method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.load(answer)

    def refusal(self, call):
        with self.assertRaises(ClientError) as caught:
            call()
        return caught.exception.response
