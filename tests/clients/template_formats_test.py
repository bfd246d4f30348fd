#!/usr/bin/python3
"""What people have besides CloudFormation, given to --template: a serverless.yml, a cloud assembly of the
CDK, Terraform's output and a model of NoSQL Workbench, used with boto3. Each test has its own Tailrace.

    template_formats_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import shutil
import tempfile
from pathlib import Path

from client_case import ClientCase, main
from local_services import Tailrace

SAMPLES = Path(__file__).resolve().parents[1] / "template" / "samples"
# A function that appends its table's name and the key of each record to a file beside its code.
LISTENER = """
import json, os
def handler(event, context):
    with open(os.path.join(os.path.dirname(__file__), "calls"), "a") as calls:
        for record in event["Records"]:
            title = record["dynamodb"]["Keys"]["SongTitle"]["S"]
            calls.write(json.dumps([os.environ["TABLE"], title]) + "\\n")
    return {"batchItemFailures": []}
"""


class TemplateFormats(ClientCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-formats-")
        self.addCleanup(folder.cleanup)
        self.samples = Path(folder.name) / "samples"
        shutil.copytree(SAMPLES, self.samples)

    def start(self, template, *options):
        self.tailrace = Tailrace(self.executable, options=["--template", str(template), *options])
        self.addCleanup(self.tailrace.stop)
        self.tables = self.tailrace.client()
        return self.tables

    def mappings(self):
        """Returns the table and the function of each mapping, with its batch size."""
        found = self.tailrace.client(service="lambda").list_event_source_mappings()["EventSourceMappings"]
        return sorted((each["EventSourceArn"].split("/")[1], each["FunctionArn"].rpartition(":")[2],
                       each["BatchSize"]) for each in found)

    def test_a_model_of_nosql_workbench_comes_with_its_items(self):
        tables = self.start(self.samples / "library_model.json")
        self.assertEqual(tables.list_tables()["TableNames"], ["Events", "Library"])
        due = tables.query(TableName="Library", IndexName="Due", KeyConditionExpression="SK = :loan",
                           ExpressionAttributeValues={":loan": {"S": "LOAN#7"}})["Items"]
        self.assertEqual(due, [{"PK": {"S": "BOOK#1"}, "SK": {"S": "LOAN#7"}, "Due": {"N": "1780000000"}}])
        self.assertEqual(tables.scan(TableName="Library", Select="COUNT")["Count"], 3)

    def test_a_state_of_terraform_runs_the_function_that_it_has_deployed(self):
        project = self.samples / "songs"
        (project / "listener" / "app.py").write_text(LISTENER)
        tables = self.start(project / "terraform_state.json")
        self.assertEqual(self.mappings(), [("music-dev", "music-listener", 50)])
        self.assertEqual(tables.describe_time_to_live(TableName="music-dev")["TimeToLiveDescription"],
                         {"TimeToLiveStatus": "ENABLED", "AttributeName": "ExpiresAt"})
        tables.put_item(TableName="music-dev",
                        Item={"Artist": {"S": "Nina"}, "SongTitle": {"S": "Sinnerman"}})
        self.tailrace.drain()
        self.assertEqual((project / "listener" / "calls").read_text(), '["music-dev", "Sinnerman"]\n')

    def test_a_plan_of_terraform_declares_what_it_will_make(self):
        tables = self.start(self.samples / "songs" / "terraform_plan.json")
        self.assertEqual(tables.list_tables()["TableNames"], ["albums", "songs"])
        self.assertEqual(self.mappings(), [("songs", "songs-listener", 10)])

    def test_a_serverless_yml_has_its_variables_functions_and_seeds(self):
        tables = self.start(self.samples / "concerts" / "serverless.yml")
        self.assertEqual(tables.list_tables()["TableNames"], ["concerts-dev"])
        self.assertEqual(self.mappings(), [("concerts-dev", "concerts-audit", 10),
                                           ("concerts-dev", "concerts-dev-song-listener", 25)])
        concert = tables.get_item(TableName="concerts-dev", Key={"id": {"S": "1"}})["Item"]
        self.assertEqual(concert["price"], {"N": "12.5"})
        self.tailrace.wait_for_lines(
            "plugins are not run here: serverless-offline, serverless-dynamodb-local")

    def test_a_cloud_assembly_has_the_tables_of_all_its_stacks(self):
        tables = self.start(self.samples / "cdk.out")
        self.assertEqual(tables.list_tables()["TableNames"], ["beta-songs", "songs"])
        self.assertEqual(self.mappings(), [("songs", "listener", 25)])


if __name__ == "__main__":
    main()
