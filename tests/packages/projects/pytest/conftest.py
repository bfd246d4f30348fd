import boto3
import pytest


def client(endpoint):
    return boto3.client("dynamodb", endpoint_url=endpoint, region_name="us-east-1",
                        aws_access_key_id="local", aws_secret_access_key="local")


@pytest.fixture(scope="session")
def dynamodb_seed(dynamodb_server):
    dynamodb = client(dynamodb_server.endpoint)
    dynamodb.create_table(
        TableName="music", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])
    dynamodb.update_time_to_live(
        TableName="music", TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})
    dynamodb.put_item(TableName="music", Item={"artist": {"S": "Nils"}})


@pytest.fixture
def dynamodb(dynamodb_endpoint):
    return client(dynamodb_endpoint)
