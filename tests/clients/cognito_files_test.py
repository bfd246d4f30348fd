#!/usr/bin/python3
"""User pools that are kept with the tables or come from the file of --users, and who may ask for them.

    cognito_files_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import subprocess
import tempfile
import urllib.error
import urllib.request
from datetime import datetime, timezone

from client_case import ClientCase, main
from cognito_case import UUID, CognitoCase, as_dict, attributes
from local_services import Tailrace

USERS = {"UserPools": [{"Name": "cruddur", "Users": [
    {"Username": "andrewbrown", "Attributes": {"preferred_username": "andrewbrown",
                                               "email": "andrew@cruddur.example"}},
    {"Username": "bayko", "Attributes": [
        {"Name": "preferred_username", "Value": "bayko"},
        {"Name": "sub", "Value": "8bf1f4a8-3cf4-41e1-9c4b-1f0a6a2f3a11"}]},
]}]}
POOL_MEMBERS = ", ".join(
    name for name in ("Policies", "DeletionProtection", "LambdaConfig", "AutoVerifiedAttributes",
                      "AliasAttributes", "UsernameAttributes", "SmsVerificationMessage",
                      "EmailVerificationMessage", "EmailVerificationSubject", "VerificationMessageTemplate",
                      "SmsAuthenticationMessage", "MfaConfiguration", "UserAttributeUpdateSettings",
                      "DeviceConfiguration", "EmailConfiguration", "SmsConfiguration", "UserPoolTags",
                      "AdminCreateUserConfig", "Schema", "UserPoolAddOns", "UsernameConfiguration",
                      "AccountRecoverySetting", "UserPoolTier"))


class Access(ClientCase):
    """Web pages and callers without the token have access to DynamoDB's API alone, and so not to users."""

    BODY = b'{"MaxResults": 60}'

    def status(self, tailrace, key="local", **headers):
        signed = {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools",
                  "Content-Type": "application/x-amz-json-1.1", "X-Amz-Date": "20260131T120000Z",
                  "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260131/us-east-1/cognito-idp/"
                                   "aws4_request, SignedHeaders=host;x-amz-date, Signature=01", **headers}
        request = urllib.request.Request(tailrace.endpoint, self.BODY, signed)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.headers.get("Access-Control-Allow-Origin")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("Access-Control-Allow-Origin")

    def start(self, *options):
        tailrace = Tailrace(self.executable, options=options)
        self.addCleanup(tailrace.kill)
        return tailrace

    def test_a_page_reads_users_only_where_its_origin_is_named(self):
        page = {"Origin": "http://page.example"}
        self.assertEqual((200, None), self.status(self.tailrace))
        self.assertEqual((403, None), self.status(self.tailrace, **page))
        named = self.start("--allow-origin", "http://page.example")
        self.assertEqual((200, "http://page.example"), self.status(named, **page))

    def test_admin_token_and_no_admin_apply_to_users(self):
        guarded = self.start("--admin-token", "secret")
        self.assertEqual(((401, None), (200, None)),
                         (self.status(guarded), self.status(guarded, key="secret")))
        self.assertEqual((404, None), self.status(self.start("--no-admin")))

    def test_no_password_is_in_the_log(self):
        tailrace = self.start("--log-level", "debug")
        client = tailrace.client(service="cognito-idp")
        pool = client.create_user_pool(PoolName="cruddur")["UserPool"]["Id"]
        client.admin_create_user(UserPoolId=pool, Username="andrew", TemporaryPassword="Secret-Pw-77!")
        tailrace.stop()
        self.assertIn("AdminCreateUser 200", tailrace.describe())
        self.assertNotIn("Secret-Pw-77!", tailrace.describe())


class Files(CognitoCase):
    """Pools that are kept with the tables, and pools from a file."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.users = os.path.join(self.folder.name, "users.json")
        self.database = os.path.join(self.folder.name, "tables.db")

    def write(self, text):
        with open(self.users, "w") as file:
            file.write(text)

    def start(self, **options):
        self.tailrace = Tailrace(self.executable, **options)
        self.addCleanup(self.tailrace.kill)
        return self.client_of(self.tailrace)

    def fault(self, path):
        """Returns what the server prints when it cannot start with this file of users."""
        ended = subprocess.run([self.executable, "--port", "0", "--users", path], capture_output=True,
                               text=True, timeout=20, check=False)
        self.assertEqual(1, ended.returncode)
        return ended.stderr

    def test_users_of_a_file_have_the_same_ids_after_each_start(self):
        self.write(json.dumps(USERS))

        def listed():
            client = self.start(options=["--users", self.users])
            pool, = client.list_user_pools(MaxResults=60)["UserPools"]
            users = client.list_users(UserPoolId=pool["Id"],
                                      AttributesToGet=["preferred_username", "sub"])["Users"]
            return pool["Name"], pool["Id"], [as_dict(user["Attributes"]) for user in users]

        name, pool, users = listed()
        self.assertEqual("cruddur", name)
        self.assertEqual(["andrewbrown", "bayko"], [user["preferred_username"] for user in users])
        self.assertRegex(users[0]["sub"], f"^{UUID}$")
        self.assertEqual("8bf1f4a8-3cf4-41e1-9c4b-1f0a6a2f3a11", users[1]["sub"])
        self.assertEqual((name, pool, users), listed())

    def test_pools_are_kept_with_the_tables_and_a_file_adds_what_is_missing(self):
        client = self.start(db_path=self.database)
        made = client.create_user_pool(PoolName="own", UsernameConfiguration={"CaseSensitive": False})
        pool = made["UserPool"]["Id"]
        user = client.admin_create_user(UserPoolId=pool, Username="Andrew")["User"]
        self.stop_tailrace()

        self.write(json.dumps(USERS))
        client = self.start(db_path=self.database, options=["--users", self.users])
        self.assertEqual(["cruddur", "own"], sorted(
            each["Name"] for each in client.list_user_pools(MaxResults=60)["UserPools"]))
        self.assertEqual(user, client.list_users(UserPoolId=pool)["Users"][0])
        self.assertEqual("andrew", client.admin_get_user(UserPoolId=pool, Username="Andrew")["Username"])

    def test_a_file_may_hold_what_a_list_shows(self):
        self.write(json.dumps({"UserPools": [{
            "Name": "cruddur", "Id": "eu-west-1_Cruddur01",
            "Schema": [{"Name": "team", "AttributeDataType": "String"}],
            "Users": [{"Username": "andrew", "Attributes": attributes(**{"custom:team": "blue"}),
                       "UserCreateDate": "2026-01-31T08:00:00.500000-04:00",
                       "UserLastModifiedDate": 1769860800.25, "Enabled": False,
                       "UserStatus": "EXTERNAL_PROVIDER"}]}]}))
        client = self.start(options=["--users", self.users])
        user, = client.list_users(UserPoolId="eu-west-1_Cruddur01")["Users"]
        self.assertEqual("blue", as_dict(user["Attributes"])["custom:team"])
        noon = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
        self.assertEqual((noon.replace(microsecond=500000), noon, False, "EXTERNAL_PROVIDER"),
                         tuple(user[name] for name in ("UserCreateDate", "UserLastModifiedDate", "Enabled",
                                                       "UserStatus")))

    def test_a_kept_user_who_signs_in_by_email_is_found_by_the_next_start(self):
        self.write(json.dumps({"UserPools": [{"Name": "a", "UsernameAttributes": ["email"],
                                              "Users": [{"Username": "a@cruddur.example"}]}]}))

        def listed():
            client = self.start(db_path=self.database, options=["--users", self.users])
            pool, = client.list_user_pools(MaxResults=60)["UserPools"]
            users = client.list_users(UserPoolId=pool["Id"])["Users"]
            self.stop_tailrace()
            return users

        user, = listed()
        self.assertEqual(as_dict(user["Attributes"])["sub"], user["Username"])
        self.assertEqual([user], listed())

    def test_thousands_of_users_are_there_soon(self):
        self.write(json.dumps({"UserPools": [{"Name": "a", "Users": [
            {"Username": f"user{number}"} for number in range(10000)]}]}))
        client = self.start(options=["--users", self.users])
        pool, = client.list_user_pools(MaxResults=1)["UserPools"]
        described = client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
        self.assertEqual(10000, described["EstimatedNumberOfUsers"])

    def test_an_invalid_file_ends_the_start(self):
        said = f"tailrace: the file of --users, '{self.users}': "
        for text, fault in (
                ("", "is not JSON: incomplete JSON at line 1, column 1"),
                ('{"UserPools": [\n{"Name" "a"}]}', "is not JSON: syntax error at line 2, column 9"),
                ("{}", "the file must have UserPools"),
                ('{"UserPools": [{}]}', "UserPools[0] must have a Name"),
                ('{"UserPools": [{"Name": "a", "Region": "b"}]}',
                 "UserPools[0]: unknown member 'Region' (known: Id, Name, Users, " + POOL_MEMBERS + ")"),
                ('{"UserPools": [{"Name": "a"}, {"Name": "a"}]}',
                 "UserPools[1]: another pool has the same Name, and no Id"),
                ('{"UserPools": [{"Name": "a", "Users": [{"Username": "b"}, {"Username": "b"}]}]}',
                 "UserPools[0].Users[1]: 'b' comes twice"),
                ('{"UserPools": [{"Name": "a", "Users": [{"Username": "b c"}]}]}',
                 "UserPools[0].Users[0]: 1 validation error detected: Value at 'username' failed to satisfy "
                 "constraint: Member must satisfy regular expression pattern: "
                 "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"),
                ('{"UserPools": [{"Name": "a", "Users": [{"Username": "b", "UserCreateDate": "May"}]}]}',
                 "UserPools[0].Users[0].UserCreateDate is not a time such as 2026-01-31T12:00:00Z"),
                ('{"UserPools": [{"Name": "a", "Users": [{"Username": "b", "UserCreateDate": 1e300}]}]}',
                 "UserPools[0].Users[0].UserCreateDate is not a time such as 2026-01-31T12:00:00Z"),
                ('{"UserPools": [{"Name": "a", "Id": "b"}]}',
                 "UserPools[0].Id: 'b' is not a pool's id, such as us-east-1_AbCdEf123"),
                ('{"UserPools": [{"Name": "a", "Users": [{"Username": 1}]}]}',
                 "UserPools[0].Users[0].Username must be a string that is not empty"),
                ('{"UserPools": [{"Name": "a", "Users": [{"Username": "b", "UserStatus": "new"}]}]}',
                 "UserPools[0].Users[0].UserStatus: unknown status 'new'")):
            self.write(text)
            self.assertEqual(said + fault + "\n", self.fault(self.users), text)
        self.write('{"UserPools": [{"Name": "a", "Users": [{"Username": "b", '
                   '"Attributes": {"email": "c"}}]}]}')
        self.assertEqual("tailrace: --users: the user 'b' of the pool 'a': Invalid email address format.\n",
                         self.fault(self.users))
        for path in (os.path.join(self.folder.name, "missing.json"), self.folder.name):
            self.assertEqual(f"tailrace: cannot read the file of --users, '{path}'\n", self.fault(path))


if __name__ == "__main__":
    main()
