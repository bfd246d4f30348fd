import os
from datetime import datetime, timedelta, timezone

import pytest


def artists(dynamodb):
    return sorted(item["artist"]["S"] for item in dynamodb.scan(TableName="music")["Items"])


@pytest.mark.parametrize("artist", [f"artist {number}" for number in range(12)])
def test_only_the_items_of_the_seed_and_of_this_test_are_there(dynamodb, artist):
    assert artists(dynamodb) == ["Nils"]
    dynamodb.put_item(TableName="music", Item={"artist": {"S": artist}})
    assert artists(dynamodb) == ["Nils", artist]


@pytest.mark.dynamodb_clock("2026-01-31T12:00:00Z")
def test_an_item_expires(dynamodb, dynamodb_namespace, dynamodb_clock):
    noon = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
    assert dynamodb_clock.now() == noon
    until = {"N": str(int(noon.timestamp()) + 60)}
    dynamodb.put_item(TableName="music", Item={"artist": {"S": "Hania"}, "until": until})
    assert artists(dynamodb) == ["Hania", "Nils"]
    dynamodb_clock.advance(61)
    dynamodb_namespace.sweep()
    assert artists(dynamodb) == ["Nils"]


def test_a_clock_without_a_time_begins_now_and_does_not_go_on(dynamodb_clock):
    begin = dynamodb_clock.now()
    assert abs(begin - datetime.now(timezone.utc)) < timedelta(hours=1)
    assert dynamodb_clock.advance(1) == begin + timedelta(seconds=1)
    assert dynamodb_clock.now() == begin + timedelta(seconds=1)


def test_a_throttled_request_is_sent_again(dynamodb, dynamodb_namespace, dynamodb_faults):
    dynamodb_faults.set([{"Operation": "PutItem", "Times": 1, "Then": {"Error": "ThrottlingException"}}])
    dynamodb.put_item(TableName="music", Item={"artist": {"S": "Hania"}})
    assert [each["Status"] for each in dynamodb_namespace.requests("PutItem")] == [400, 200]
    assert artists(dynamodb) == ["Hania", "Nils"]


def test_the_environment_leads_to_the_namespace(dynamodb_namespace):
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB"] == dynamodb_namespace.endpoint
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] == dynamodb_namespace.endpoint
    assert os.environ["AWS_ACCESS_KEY_ID"] == "local"
