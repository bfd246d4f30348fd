"""The console's forms for tables, its box for PartiQL and its view of a single table, used as a person does.

    console_views_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium.
"""

import sys

import browser
import console_case
import console_contents
from console_contents import GROUP, ME, OTHER


class TablesTest(console_case.ConsoleCase):
    def test_a_table_is_made_with_every_option(self):
        page = self.open("#/tables?create=1")
        page.write("textbox", "Table name", "orders")
        page.write("textbox", "Partition key", "pk")
        page.write("textbox", "Sort key", "sk")
        page.choose("Type of the sort key", "Number")
        page.choose("Billing mode", "Provisioned")
        page.write("spinbutton", "Read capacity units", "7")
        page.click("button", "Add global index")
        page.write("textbox", "Index name", "by-customer")
        page.write("textbox", "Partition key", "customer", last=True)
        page.choose("Projection", "These attributes")
        page.write("textbox", "Projected attributes", "total, city")
        page.choose("Stream", "New and old images")
        page.write("textbox", "Time-to-live attribute", "expires")
        page.click("checkbox", "Deletion protection")
        page.write("textbox", "Tags", "team=shop")
        page.click("button", "Create table")
        page.wait_for("The table orders is made.")
        page.wait_for("No items.")
        page.click("link", "Settings")
        made = self.dynamodb.describe_table(TableName="orders")["Table"]
        self.assertEqual(made["KeySchema"], [{"AttributeName": "pk", "KeyType": "HASH"},
                                             {"AttributeName": "sk", "KeyType": "RANGE"}])
        self.assertIn({"AttributeName": "sk", "AttributeType": "N"}, made["AttributeDefinitions"])
        self.assertEqual(made["ProvisionedThroughput"]["ReadCapacityUnits"], 7)
        self.assertEqual(made["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES")
        page.wait_for("Deletion protection\nOn\n")
        index = made["GlobalSecondaryIndexes"][0]
        self.assertEqual(index["IndexName"], "by-customer")
        self.assertEqual(sorted(index["Projection"]["NonKeyAttributes"]), ["city", "total"])
        ttl = self.dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
        self.assertEqual(ttl["AttributeName"], "expires")
        tags = self.dynamodb.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"]
        self.assertEqual(tags, [{"Key": "team", "Value": "shop"}])

    def test_the_servers_message_says_why_a_table_is_refused(self):
        page = self.open("#/tables?create=1")
        page.write("textbox", "Table name", "a")
        page.write("textbox", "Partition key", "pk")
        page.click("button", "Create table")
        page.wait_for("ValidationException")
        page.wait_for("Value 'a' at 'tableName' failed to satisfy constraint: Member must have length "
                      "greater than or equal to 3")

    def test_an_index_with_several_attributes_in_its_key_is_made_and_asked(self):
        self.make_table()
        for year, song in (("2013", "Says"), ("2015", "Four")):
            self.dynamodb.put_item(TableName="music", Item={
                "artist": {"S": "Nils"}, "song": {"S": song}, "label": {"S": "ECM"}, "year": {"N": year}})
        page = self.open("#/tables/music")
        page.write("textbox", "Index name", "by-label")
        page.write("textbox", "Partition key", "label, year:N")
        page.click("button", "Add index")
        page.wait_for("Add a global index: the table has been changed.")
        page.click("link", "Items")
        page.choose("Index", "by-label (global index)")
        page.write("textbox", "label (partition key)", "ECM")
        page.write("textbox", "year (partition key)", "2015")
        page.click("button", "Run")
        page.wait_for("1 item. Query: 1 read, 1 request, 0.5 capacity units.")
        self.assertTrue(page.has("button", "Open Nils / Four"))
        page.open(f"{self.server.endpoint}/_tailrace/console#/single-table/music?index=by-label")
        page.click("link", "ECM, 2013")
        page.wait_for("Only the partition ECM, 2013.")
        page.wait_for("1 item in 1 partition.")

    def test_only_what_has_been_changed_of_the_capacity_is_sent(self):
        units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
        self.make_table(BillingMode="PROVISIONED", ProvisionedThroughput=units, GlobalSecondaryIndexes=[{
            "IndexName": "by-song", "KeySchema": [{"AttributeName": "song", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"}, "ProvisionedThroughput": units}])
        page = self.open("#/tables/music")
        page.write("spinbutton", "Read capacity units", "9", inside=("group", "Index by-song"))
        page.click("button", "Save", inside=("form", "Capacity"))
        page.wait_for("Capacity: the table has been changed.")
        page.choose("Billing mode", "On demand")
        page.write("spinbutton", "Maximum write units", "40")
        page.click("button", "Save", inside=("form", "Capacity"))
        page.until(lambda: "On demand\nTable class" in page.text())
        made = self.dynamodb.describe_table(TableName="music")["Table"]
        self.assertEqual(made["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")

    def test_a_table_is_changed_and_deleted(self):
        self.make_table()
        page = self.open("#/tables/music")
        page.choose("Records have", "New image")
        page.click("button", "Save", inside=("form", "Stream"))
        page.wait_for("Stream: the table has been changed.")
        page.write("textbox", "Index name", "by-song")
        page.write("textbox", "Partition key", "song")
        page.click("button", "Add index")
        page.wait_for("Add a global index: the table has been changed.")
        made = self.dynamodb.describe_table(TableName="music")["Table"]
        self.assertEqual(made["StreamSpecification"]["StreamViewType"], "NEW_IMAGE")
        self.assertEqual(made["GlobalSecondaryIndexes"][0]["IndexName"], "by-song")
        page.click("button", "Delete the index by-song")
        page.click("button", "Delete index")
        page.wait_for("Delete an index: the table has been changed.")
        page.click("button", "Delete table")
        page.write("textbox", "Type music to confirm", "music")
        page.click("button", "Delete table", last=True)
        page.wait_for("has no tables")
        self.assertEqual(self.dynamodb.list_tables()["TableNames"], [])


class PartiQLTest(console_case.ConsoleCase):
    def test_statements_are_run_and_remembered(self):
        self.make_table()
        page = self.open("#/partiql")
        page.write("textbox", "Statement", "INSERT INTO \"music\" VALUE {'artist': 'Nils', 'song': 'Says'}")
        page.click("button", "Run")
        page.wait_for("0 items, 1 capacity units.")
        page.write("textbox", "Statement", "SELECT song FROM \"music\" WHERE artist = 'Nils'")
        page.click("button", "Run")
        page.wait_for("1 item, 0.5 capacity units.")
        self.assertEqual(page.text_of("table", "Result").split(), ["song", "Says"])
        page.write("textbox", "Statement", "SELECT everything")
        page.click("button", "Run")
        page.wait_for("ValidationException: Statement wasn't well formed")
        page.call("Page.reload")
        page.choose("Earlier statements", "SELECT song FROM \"music\" WHERE artist = 'Nils'")
        self.assertEqual(page.value_of("textbox", "Statement"),
                         "SELECT song FROM \"music\" WHERE artist = 'Nils'")


class SingleTableTest(console_case.ConsoleCase):
    def setUp(self):
        super().setUp()
        console_contents.make_cruddur(self.dynamodb)

    def test_messages_and_groups_are_shown_as_one_expects(self):
        page = self.open("#/single-table/cruddur-messages")
        page.wait_for("5 items in 3 partitions.")
        self.assertEqual(sorted(page.names("region")),
                         [f"Items of GRP#{ME}", f"Items of GRP#{OTHER}", f"Items of MSG#{GROUP}",
                          f"Partition GRP#{ME}", f"Partition GRP#{OTHER}", f"Partition MSG#{GROUP}"])
        rows = page.text_of("region", f"Items of MSG#{GROUP}").splitlines()
        self.assertEqual(rows[0].split("\t"), ["Kind", "sk", "message", "user_handle", "user_uuid", "Item"])
        self.assertEqual(rows[1].split("\t")[:4],
                         ["MSG", "2023-04-01T12:00:00.123456+00:00", "Part 0", "andrewbrown"])
        page.click("button", "GRP 2")
        page.wait_for("3 items in 1 partition.")

    def test_keys_lead_from_a_group_to_its_index_and_on_to_the_other_side(self):
        page = self.open("#/single-table/cruddur-messages")
        page.click("link", GROUP)
        page.wait_for("2 items in 1 partition.")
        self.assertTrue(page.state("tab", "message-group-sk-index", "selected"))
        page.click("link", f"GRP#{OTHER}")
        page.wait_for(f"Only the partition GRP#{OTHER}.")
        self.assertTrue(page.state("tab", "Table", "selected"))
        page.click("link", "Show all")
        page.wait_for("5 items in 3 partitions.")


if __name__ == "__main__":
    sys.exit(browser.run_tests(console_case.ConsoleCase))
