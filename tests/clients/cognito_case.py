"""What the tests of Amazon Cognito's users share."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from client_case import REGION, ClientCase
from local_services import Tailrace

NOON = "2026-01-31T12:00:00Z"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def attributes(**values):
    return [{"Name": name, "Value": value} for name, value in values.items()]


def as_dict(listed):
    return {each["Name"]: each["Value"] for each in listed}


class CognitoCase(ClientCase):
    def setUp(self):
        self.tailrace = Tailrace(self.executable, options=["--manual-clock", NOON])
        self.addCleanup(self.stop_tailrace)
        self.client = self.client_of(self.tailrace)

    def client_of(self, tailrace):
        """Returns a client that does not check requests, so that the server does."""
        session = boto3.session.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
        client = session.client("cognito-idp", endpoint_url=tailrace.endpoint,
                                config=Config(proxies={}, parameter_validation=False))
        self.addCleanup(client.close)
        return client

    def pool(self, **settings):
        return self.client.create_user_pool(PoolName="cruddur", **settings)["UserPool"]["Id"]

    def add(self, pool, name, **values):
        return self.client.admin_create_user(UserPoolId=pool, Username=name,
                                             UserAttributes=attributes(**values))["User"]

    def names(self, pool, **parameters):
        page = self.client.list_users(UserPoolId=pool, **parameters)
        return [user["Username"] for user in page["Users"]]

    def assert_refused(self, code, message, call, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        error = caught.exception.response
        self.assertEqual({"Code": code, "Message": message}, error["Error"])
        self.assertEqual(400, error["ResponseMetadata"]["HTTPStatusCode"])
