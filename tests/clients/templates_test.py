#!/usr/bin/python3
"""A SAM application, started from its template, used with boto3 and the AWS CLI. Each test has its own
Tailrace.

    templates_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from client_case import ClientCase, aws_json, main
from local_services import Tailrace

PROJECTS = Path(__file__).resolve().parents[1] / "template" / "projects"
SAM = PROJECTS / "sam" / "template.yaml"
ARTISTS = "dev-artists"
PLAYS = "dev-plays"
CHANGED = "the templates have changed: now"


def table(name, **properties):
    """Returns a resource of a template in JSON."""
    return {"Type": "AWS::DynamoDB::Table", "Properties": {
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], **properties}}


class TemplateCase(ClientCase):
    """A test whose Tailrace begins with a template."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-templates-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.tailrace = None

    def start(self, template, *options, db_path=None):
        self.tailrace = Tailrace(self.executable, db_path=db_path,
                                 options=["--template", str(template), *options])
        self.addCleanup(self.tailrace.stop)
        self.tables = self.tailrace.client()
        return self.tailrace

    def write_template(self, **resources):
        """Writes a template with these resources, as a new file of the same name."""
        file = self.folder / "template.json"
        (self.folder / "new.json").write_text(json.dumps({"Resources": resources}))
        (self.folder / "new.json").rename(file)
        return file

    def refusal(self, *options):
        """Returns the exit code and the error of a server that does not start."""
        ended = subprocess.run([self.executable, "--port", "0", *options], capture_output=True, text=True,
                               timeout=60)
        return ended.returncode, ended.stderr

    def settle(self):
        self.assertEqual(self.tailrace.ask("POST", "/_tailrace/settle")["Settled"], True)

    def items(self, name, tables=None):
        return (tables or self.tables).scan(TableName=name)["Items"]

    def names(self, tables=None):
        return (tables or self.tables).list_tables()["TableNames"]


class SamTest(TemplateCase):
    """The application in projects/sam: two tables, and functions in Python, Node.js and a bootstrap."""

    def test_a_play_is_counted_and_its_artist_is_welcomed(self):
        self.start(SAM)
        self.tailrace.wait_for_lines(f"2 tables, 3 functions, 2 event source mappings from {SAM}")
        for number in range(3):
            self.tables.put_item(TableName=PLAYS, Item={"id": {"S": str(number)}, "artist": {"S": "Nina"}})
        self.settle()
        stream = self.tables.describe_table(TableName=ARTISTS)["Table"]["LatestStreamArn"]
        self.assertEqual(self.items(ARTISTS), [
            {"artist": {"S": "Nina"}, "plays": {"N": "3"}, "welcomed": {"S": f"dev stream {stream}"}}])

    def test_what_the_template_declares_is_what_aws_would_show(self):
        self.start(SAM)
        described = aws_json(self.tailrace, "dynamodb", "describe-table", "--table-name", ARTISTS)["Table"]
        self.assertEqual(described["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual([each["IndexName"] for each in described["GlobalSecondaryIndexes"]], ["by-genre"])
        self.assertEqual(described["StreamSpecification"],
                         {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        ttl = aws_json(self.tailrace, "dynamodb", "describe-time-to-live", "--table-name", PLAYS)
        self.assertEqual(ttl["TimeToLiveDescription"],
                         {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})
        functions = aws_json(self.tailrace, "lambda", "list-functions")["Functions"]
        self.assertEqual(
            [(each["FunctionName"], each["Runtime"], each["Handler"], each["Timeout"], each["MemorySize"])
             for each in functions],
            [("CountPlays", "python3.12", "app.handler", 20, 128),
             ("Echo", "provided.al2023", "bootstrap", 20, 256),
             ("dev-welcome", "nodejs22.x", "index.handler", 20, 128)])
        mappings = aws_json(self.tailrace, "lambda", "list-event-source-mappings")["EventSourceMappings"]
        by_function = {each["FunctionArn"].rsplit(":", 1)[1]: each for each in mappings}
        self.assertEqual(by_function["CountPlays"]["BatchSize"], 10)
        self.assertEqual(by_function["CountPlays"]["FilterCriteria"],
                         {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]})
        self.assertEqual(by_function["dev-welcome"]["MaximumRetryAttempts"], 2)
        self.assertEqual(by_function["dev-welcome"]["DestinationConfig"]["OnFailure"]["Destination"],
                         "arn:aws:sqs:us-east-1:000000000000:Failed")

    def test_a_bootstrap_is_invoked_by_the_aws_cli(self):
        self.start(SAM)
        answer = self.folder / "answer.json"
        aws_json(self.tailrace, "lambda", "invoke", "--function-name", "Echo", "--cli-binary-format",
                 "raw-in-base64-out", "--payload", '{"song": "Four Women"}', str(answer))
        self.assertEqual(json.loads(answer.read_text()), {"echo": {"song": "Four Women"}})

    def test_gaps_are_named_once_with_their_lines(self):
        self.start(SAM)
        lines = SAM.read_text().splitlines()
        queue = lines.index("  Failed:") + 1
        policies = lines.index("      Policies:") + 1
        for gap in (f"{SAM}:{queue}: AWS::SQS::Queue is not made here: Failed",
                    f"{SAM}:{policies}: Policies of AWS::Serverless::Function has no effect here"):
            self.tailrace.wait_for_lines(gap)

    def test_a_parameter_changes_the_names(self):
        self.start(SAM, "--parameter", "Stage=test")
        self.assertEqual(self.names(), ["test-artists", "test-plays"])


class StartTest(TemplateCase):
    """What the server does with templates when it starts."""

    def test_tables_in_a_file_keep_their_items(self):
        template = self.write_template(Songs=table("songs"))
        database = self.folder / "songs.db"
        self.start(template, db_path=database)
        self.tables.put_item(TableName="songs", Item={"pk": {"S": "one"}})
        self.tailrace.stop()
        self.write_template(Songs=table("songs", TableClass="STANDARD_INFREQUENT_ACCESS"), More=table("more"))
        self.start(template, db_path=database)
        self.assertEqual(self.names(), ["more", "songs"])
        self.assertEqual(self.items("songs"), [{"pk": {"S": "one"}}])
        described = self.tables.describe_table(TableName="songs")["Table"]
        self.assertEqual(described["TableClassSummary"]["TableClass"], "STANDARD_INFREQUENT_ACCESS")

    def test_every_empty_namespace_begins_with_the_tables(self):
        template = self.write_template(Songs=table("songs"))
        self.start(template)
        blue = self.tailrace.client(self.tailrace.endpoint + "/~blue")
        blue.put_item(TableName="songs", Item={"pk": {"S": "blue"}})
        self.assertEqual(self.items("songs", blue), [{"pk": {"S": "blue"}}])
        self.assertEqual(self.items("songs"), [])
        self.tailrace.ask("POST", "/_tailrace/namespaces/blue/reset")
        self.assertEqual(self.names(blue), ["songs"])
        self.assertEqual(self.items("songs", blue), [])
        self.tables.delete_table(TableName="songs")
        self.tailrace.ask("POST", "/_tailrace/namespaces/default/reset")
        self.assertEqual(self.names(), ["songs"])

    def test_a_template_that_cannot_be_read_is_an_error(self):
        file = self.folder / "broken.yaml"
        self.assertEqual(self.refusal("--template", str(file)), (1, f"tailrace: there is no file '{file}'\n"))
        file.write_text("Resources:\n  A:\n    Type: [\n")
        code, error = self.refusal("--template", str(file))
        self.assertEqual(code, 1)
        self.assertRegex(error, rf"^tailrace: {file}:\d+: .+\n$")
        template = self.write_template(Songs=table("songs"), Again=table("songs"))
        self.assertEqual(self.refusal("--template", str(template)),
                         (1, f"tailrace: {template}:1: the table songs is declared at {template}:1, too\n"))
        template = self.write_template(Songs=table("songs"))
        self.assertEqual(
            self.refusal("--template", str(template), "--table-delay-ms", "5"),
            (2, "tailrace: --template and --table-delay-ms cannot be used together: the tables of a template "
                "are there from the start (tailrace --help lists the options)\n"))
        self.assertEqual(
            self.refusal("--template", str(template), "--parameter", "Stage=dev"),
            (1, "tailrace: --parameter Stage: no template has a parameter 'Stage'\n"))

    def test_a_table_that_dynamodb_refuses_is_named(self):
        template = self.write_template(Songs=table("s"), More=table("more"))
        self.start(template)
        self.assertEqual(self.names(), ["more"])
        self.tailrace.wait_for_lines(f"{template}:1: the table s is refused: ")


class WatchTest(TemplateCase):
    """--watch."""

    def test_changes_are_made_and_items_stay(self):
        template = self.write_template(Songs=table("songs"))
        self.start(template, "--watch", "--log-level", "info")
        self.tables.put_item(TableName="songs", Item={"pk": {"S": "one"}, "year": {"N": "1966"}})
        years = table("songs", AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"},
                                                     {"AttributeName": "year", "AttributeType": "N"}],
                      GlobalSecondaryIndexes=[{
                          "IndexName": "by-year", "Projection": {"ProjectionType": "ALL"},
                          "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}]}],
                      Tags=[{"Key": "team", "Value": "music"}])
        self.write_template(Songs=years, More=table("more"))
        self.tailrace.wait_for_lines("the templates have changed: now 2 tables")
        found = self.tables.query(TableName="songs", IndexName="by-year", KeyConditionExpression="#y = :y",
                                  ExpressionAttributeNames={"#y": "year"},
                                  ExpressionAttributeValues={":y": {"N": "1966"}})
        self.assertEqual(found["Items"], [{"pk": {"S": "one"}, "year": {"N": "1966"}}])
        arn = self.tables.describe_table(TableName="songs")["Table"]["TableArn"]
        self.assertEqual(self.tables.list_tags_of_resource(ResourceArn=arn)["Tags"],
                         [{"Key": "team", "Value": "music"}])

        other_key = table("songs", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                          KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        self.write_template(Songs=other_key)
        self.tailrace.wait_for_lines("the table songs stays as it is, because its keys have changed")
        self.tailrace.wait_for_lines("the table more is no longer in a template; it stays")
        self.assertEqual(self.names(), ["more", "songs"])
        self.assertEqual(len(self.items("songs")), 1)

    def test_tables_go_if_that_is_allowed(self):
        template = self.write_template(Songs=table("songs"), More=table("more"))
        self.start(template, "--watch", "--watch-may-drop", "--log-level", "info")
        self.write_template(Songs=table(
            "songs", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}]))
        self.tailrace.wait_for_lines("the templates have changed: now 1 table")
        self.assertEqual(self.names(), ["songs"])
        self.tailrace.wait_for_lines("removed the table more with its items")
        self.tailrace.wait_for_lines("re-created the table songs, without its items: its keys have changed")
        keys = self.tables.describe_table(TableName="songs")["Table"]["KeySchema"]
        self.assertEqual(keys, [{"AttributeName": "id", "KeyType": "HASH"}])

    def test_functions_and_mappings_come_change_and_go(self):
        project = self.folder / "sam"
        shutil.copytree(SAM.parent, project)
        template = project / "template.yaml"
        self.start(template, "--watch", "--log-level", "info")
        text = template.read_text()
        template.write_text(text.replace("STAGE: !Ref Stage", "STAGE: changed"))
        self.tailrace.wait_for_lines(CHANGED)
        self.tables.put_item(TableName=PLAYS, Item={"id": {"S": "1"}, "artist": {"S": "Nina"}})
        self.settle()
        stream = self.tables.describe_table(TableName=ARTISTS)["Table"]["LatestStreamArn"]
        self.assertEqual(self.items(ARTISTS)[0]["welcomed"], {"S": f"changed stream {stream}"})

        template.write_text(text.replace("MaximumRetryAttempts: 2", "MaximumRetryAttempts: 7").replace(
            "BatchSize: 10", "BatchSize: 20"))
        self.tailrace.wait_for_lines(CHANGED, 2)
        self.assertEqual(self.mappings(), [("CountPlays", 20, -1), ("dev-welcome", 100, 7)])
        template.write_text(text[:text.index("  NewArtists:")] + text[text.index("  Echo:"):])
        self.tailrace.wait_for_lines(CHANGED, 3)
        self.assertEqual(self.mappings(), [("CountPlays", 10, -1)])

        template.write_text("Resources: [")
        self.tailrace.wait_for_lines("the templates stay as they were: ")
        self.assertEqual(self.names(), [ARTISTS, PLAYS])

    def test_a_mapping_that_a_request_has_removed_comes_back(self):
        project = self.folder / "sam"
        shutil.copytree(SAM.parent, project)
        template = project / "template.yaml"
        self.start(template, "--watch")
        functions = self.tailrace.client(service="lambda")
        for each in functions.list_event_source_mappings()["EventSourceMappings"]:
            functions.delete_event_source_mapping(UUID=each["UUID"])
        self.assertEqual(self.mappings(), [])
        template.write_text(template.read_text() + "\n")
        self.tailrace.wait_for_lines(CHANGED)
        self.assertEqual(self.mappings(), [("CountPlays", 10, -1), ("dev-welcome", 100, 2)])

    def test_code_in_the_template(self):
        def function(answer):
            return {"Type": "AWS::Lambda::Function", "Properties": {
                "FunctionName": "answer", "Runtime": "python3.12", "Handler": "index.handler",
                "Code": {"ZipFile": f"def handler(event, context):\n    return {answer!r}\n"}}}

        def answer():
            return json.load(self.tailrace.client(service="lambda").invoke(FunctionName="answer")["Payload"])

        self.start(self.write_template(Answer=function("first")), "--watch")
        self.assertEqual(answer(), "first")
        self.write_template(Answer=function("second"), Songs=table("songs"))
        self.tailrace.wait_for_lines(CHANGED)
        self.assertEqual(answer(), "second")

    def test_a_function_of_another_origin_stays(self):
        template = self.write_template(Songs=table("songs"))
        function = self.folder / "echo.py"
        function.write_text("def handler(event, context):\n    return 'of --function'\n")
        self.start(template, "--watch", "--function", f"echo=python:{function}:handler")
        code = {"Type": "AWS::Serverless::Function", "Properties": {
            "FunctionName": "echo", "CodeUri": str(SAM.parent / "echo"), "Handler": "bootstrap",
            "Runtime": "provided.al2023"}}
        self.write_template(Songs=table("songs"), Echo=code)
        self.tailrace.wait_for_lines("another function echo takes the place of this one")
        self.write_template(Songs=table("songs"))
        self.tailrace.wait_for_lines(CHANGED, 2)
        functions = self.tailrace.client(service="lambda")
        answer = functions.invoke(FunctionName="echo")["Payload"].read()
        self.assertEqual(json.loads(answer), "of --function")

    def mappings(self):
        listed = self.tailrace.client(service="lambda").list_event_source_mappings()["EventSourceMappings"]
        return sorted((each["FunctionArn"].rsplit(":", 1)[1], each["BatchSize"], each["MaximumRetryAttempts"])
                      for each in listed)


del TemplateCase

if __name__ == "__main__":
    main()
