import os
import unittest

import boto3
import tailrace
from tailrace.unittest import TestCase


def client(endpoint):
    return boto3.client("dynamodb", endpoint_url=endpoint, region_name="us-east-1",
                        aws_access_key_id="local", aws_secret_access_key="local")


def artists(dynamodb):
    return sorted(item["artist"]["S"] for item in dynamodb.scan(TableName="music")["Items"])


class MusicCase(TestCase):
    dynamodb_options = {"manual_clock": "2026-01-31T12:00:00Z"}

    @classmethod
    def seed_dynamodb(cls, server):
        client(server.endpoint).create_table(
            TableName="music", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])
        server.call("PutItem", {"TableName": "music", "Item": {"artist": {"S": "Nils"}}})

    def setUp(self):
        super().setUp()
        self.client = client(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])

    def add(self, artist):
        self.client.put_item(TableName="music", Item={"artist": {"S": artist}})
        self.assertEqual(artists(self.client), sorted(["Nils", artist]))

    def test_only_this_tests_items_are_added(self):
        self.add("Hania")

    def test_only_that_tests_items_are_added(self):
        self.add("Olafur")

    def test_the_clock_moves_for_this_test_alone(self):
        self.assertEqual(self.dynamodb.clock.now().isoformat(), "2026-01-31T12:00:00+00:00")
        self.dynamodb.clock.advance(3600)

    def test_the_clock_moves_for_that_test_alone(self):
        self.test_the_clock_moves_for_this_test_alone()


class ContextManagers(unittest.TestCase):
    def test_a_server_and_a_namespace_end_with_their_block(self):
        with tailrace.start() as server:
            with server.fork("music") as namespace:
                self.assertEqual(namespace.endpoint, server.endpoint + "/~music")
                self.assertEqual([each["Name"] for each in server.namespaces()], ["default", "music"])
            self.assertEqual([each["Name"] for each in server.namespaces()], ["default"])


if __name__ == "__main__":
    unittest.main()
