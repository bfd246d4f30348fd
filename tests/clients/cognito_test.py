#!/usr/bin/python3
"""Amazon Cognito's users through boto3's "cognito-idp" client, each test against its own Tailrace.

    cognito_test.py TAILRACE_EXECUTABLE [TEST]...
"""

from datetime import datetime, timezone

from client_case import REGION, main
from cognito_case import UUID, CognitoCase, as_dict, attributes

NOT_KNOWN = "us-east-1_AbCdEf123"


class Users(CognitoCase):
    def test_a_user_is_made_read_and_removed(self):
        pool = self.pool()
        made = self.add(pool, "andrewbrown", preferred_username="andrewbrown", email="a@cruddur.example")
        moment = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
        sub = as_dict(made["Attributes"])["sub"]
        self.assertRegex(sub, f"^{UUID}$")
        self.assertEqual({
            "Username": "andrewbrown",
            "Attributes": attributes(sub=sub, email="a@cruddur.example", preferred_username="andrewbrown"),
            "UserCreateDate": moment, "UserLastModifiedDate": moment,
            "Enabled": True, "UserStatus": "FORCE_CHANGE_PASSWORD"}, made)

        read = self.client.admin_get_user(UserPoolId=pool, Username="andrewbrown")
        del read["ResponseMetadata"]
        self.assertEqual({**{name: value for name, value in made.items() if name != "Attributes"},
                          "UserAttributes": made["Attributes"]}, read)
        self.assertEqual("andrewbrown",
                         self.client.admin_get_user(UserPoolId=pool, Username=sub)["Username"])

        self.client.admin_delete_user(UserPoolId=pool, Username="andrewbrown")
        gone = {"UserPoolId": pool, "Username": "andrewbrown"}
        self.assert_refused("UserNotFoundException", "User does not exist.",
                            self.client.admin_get_user, **gone)
        self.assert_refused("UserNotFoundException", "User does not exist.",
                            self.client.admin_delete_user, **gone)

    def test_a_username_is_unique(self):
        pool = self.pool()
        self.add(pool, "andrew")
        self.assert_refused("UsernameExistsException", "User account already exists",
                            self.client.admin_create_user, UserPoolId=pool, Username="andrew")
        self.add(pool, "Andrew")
        self.assertEqual(["Andrew", "andrew"], self.names(pool))

    def test_a_pool_may_ignore_case(self):
        pool = self.pool(UsernameConfiguration={"CaseSensitive": False})
        self.add(pool, "Andrew")
        self.assert_refused("UsernameExistsException", "User account already exists",
                            self.client.admin_create_user, UserPoolId=pool, Username="ANDREW")
        self.assertEqual("andrew", self.client.admin_get_user(UserPoolId=pool, Username="ANDREW")["Username"])

    def test_users_who_sign_in_by_email_are_named_by_their_sub(self):
        pool = self.pool(UsernameAttributes=["email"])
        made = self.add(pool, "andrew@cruddur.example")
        sub = as_dict(made["Attributes"])["sub"]
        self.assertEqual(sub, made["Username"])
        self.assertEqual("andrew@cruddur.example", as_dict(made["Attributes"])["email"])
        self.assertEqual(sub, self.client.admin_get_user(
            UserPoolId=pool, Username="andrew@cruddur.example")["Username"])
        create = self.client.admin_create_user
        self.assert_refused("UsernameExistsException", "An account with the given email already exists.",
                            create, UserPoolId=pool, Username="andrew@cruddur.example")
        self.assert_refused("InvalidParameterException", "Username should be an email.",
                            create, UserPoolId=pool, Username="andrew")

    def test_an_alias_belongs_to_one_user_and_may_be_taken_over(self):
        pool = self.pool(AliasAttributes=["email"])
        verified = {"email": "a@cruddur.example", "email_verified": "true"}
        self.add(pool, "andrew", **verified)
        self.assertEqual("andrew", self.client.admin_get_user(
            UserPoolId=pool, Username="a@cruddur.example")["Username"])
        second = {"UserPoolId": pool, "Username": "bayko", "UserAttributes": attributes(**verified)}
        self.assert_refused("AliasExistsException", "An account with the email already exists.",
                            self.client.admin_create_user, **second)
        self.client.admin_create_user(**second, ForceAliasCreation=True)
        self.assertEqual("bayko", self.client.admin_get_user(
            UserPoolId=pool, Username="a@cruddur.example")["Username"])
        andrew = self.client.admin_get_user(UserPoolId=pool, Username="andrew")["UserAttributes"]
        self.assertEqual("false", as_dict(andrew)["email_verified"])
        self.assert_refused(
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.",
            self.client.admin_create_user, UserPoolId=pool, Username="c@cruddur.example")

    def test_attributes_keep_to_the_schema(self):
        pool = self.pool(Schema=[
            {"Name": "email", "AttributeDataType": "String", "Required": True},
            {"Name": "team", "AttributeDataType": "String",
             "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"}}])
        user = self.add(pool, "andrew", email="a@cruddur.example", email_verified="True",
                        **{"custom:team": "blue"})
        self.assertEqual(("blue", "true"), (as_dict(user["Attributes"])["custom:team"],
                                            as_dict(user["Attributes"])["email_verified"]))

        def refuse(message, **values):
            self.assert_refused("InvalidParameterException", message, self.client.admin_create_user,
                                UserPoolId=pool, Username="bayko", UserAttributes=attributes(**values))

        schema = "Attributes did not conform to the schema: "
        refuse(schema + "email: The attribute is required\n")
        refuse(schema + "custom:shoe: Attribute does not exist in the schema.\n",
               email="b@cruddur.example", **{"custom:shoe": "41"})
        refuse(schema + "custom:team: String must be no longer than 4 characters\n",
               email="b@cruddur.example", **{"custom:team": "green"})
        refuse(schema + "sub: Attribute cannot be set; every user is given one.\n",
               email="b@cruddur.example", sub="1")
        refuse("Invalid email address format.", email="bayko")
        refuse("Invalid phone number format.", email="b@cruddur.example", phone_number="555")
        self.assertEqual(["andrew"], self.names(pool))

    def test_a_temporary_password_keeps_to_the_policy(self):
        pool = self.pool()

        def create(password, **more):
            return self.client.admin_create_user(UserPoolId=pool, Username="andrew",
                                                 TemporaryPassword=password, **more)

        said = "Password did not conform with password policy: "
        for password, fault in (("Ab1!", "Password not long enough"),
                                ("abcdefg1!", "Password must have uppercase characters"),
                                ("ABCDEFG1!", "Password must have lowercase characters"),
                                ("Abcdefgh!", "Password must have numeric characters"),
                                ("Abcdefgh1", "Password must have symbol characters")):
            self.assert_refused("InvalidPasswordException", said + fault, create, password=password)
        self.assertEqual("andrew", create("Abcdefg1!", MessageAction="SUPPRESS")["User"]["Username"])
        self.assertEqual("andrew", self.client.admin_create_user(
            UserPoolId=pool, Username="andrew", MessageAction="RESEND")["User"]["Username"])


class Lists(CognitoCase):
    def setUp(self):
        super().setUp()
        self.id = self.pool()
        self.add(self.id, "andrew", given_name="Andrew", family_name='the "Brown"', email="a@cruddur.example")
        self.add(self.id, "bayko", given_name="Andrej")
        self.add(self.id, "worf", given_name="Worf")

    def test_a_filter_finds_users(self):
        for text, found in (
                ('given_name = "Worf"', ["worf"]),
                ('given_name="worf"', []),
                ('given_name ^= "And"', ["andrew", "bayko"]),
                ('"given_name" ^= "Andre"', ["andrew", "bayko"]),
                ('family_name = "the \\"Brown\\""', ["andrew"]),
                ('username = "bayko"', ["bayko"]),
                ('cognito:user_status = "force_change_password"', ["andrew", "bayko", "worf"]),
                ('status = "Enabled"', ["andrew", "bayko", "worf"]),
                ('status = "Disabled"', []),
                ("", ["andrew", "bayko", "worf"])):
            self.assertEqual(found, self.names(self.id, Filter=text), text)
        worf = self.client.admin_get_user(UserPoolId=self.id, Username="worf")
        sub = as_dict(worf["UserAttributes"])["sub"]
        self.assertEqual(["worf"], self.names(self.id, Filter=f'sub = "{sub}"'))

    def test_an_invalid_filter_is_refused(self):
        for text in ("foo", "username = foo", "username=", 'username "x"', 'username = "x" y',
                     'username = "x', '= "x"', 'username == "x"', 'username = "x\\'):
            self.assert_refused("InvalidParameterException", "Error while parsing filter.",
                                self.client.list_users, UserPoolId=self.id, Filter=text)
        self.assert_refused("InvalidParameterException", "Invalid search attribute: custom:team",
                            self.client.list_users, UserPoolId=self.id, Filter='custom:team = "blue"')

    def test_pages_of_the_users_that_match(self):
        first = self.client.list_users(UserPoolId=self.id, Limit=1, Filter='given_name ^= "And"')
        second = self.client.list_users(UserPoolId=self.id, Limit=1, Filter='given_name ^= "And"',
                                        PaginationToken=first["PaginationToken"])
        self.assertEqual(["andrew", "bayko"], [page["Users"][0]["Username"] for page in (first, second)])
        self.assertNotIn("PaginationToken", second)
        pages = self.client.get_paginator("list_users").paginate(
            UserPoolId=self.id, PaginationConfig={"PageSize": 2})
        self.assertEqual([2, 1], [len(page["Users"]) for page in pages])
        other = self.pool()
        token = first["PaginationToken"]
        for parameters in ({"UserPoolId": self.id, "PaginationToken": "?"},
                           {"UserPoolId": self.id, "PaginationToken": "eHh4"},
                           {"UserPoolId": self.id, "PaginationToken": token},
                           {"UserPoolId": other, "Filter": 'given_name ^= "And"', "PaginationToken": token}):
            self.assert_refused("InvalidParameterException", "Invalid pagination token",
                                self.client.list_users, **parameters)

    def test_only_the_attributes_that_are_asked_for(self):
        users = self.client.list_users(UserPoolId=self.id, AttributesToGet=["sub", "given_name"])["Users"]
        self.assertEqual(["Andrew", "Andrej", "Worf"],
                         [as_dict(user["Attributes"])["given_name"] for user in users])
        self.assertEqual([["sub", "given_name"]] * 3,
                         [[each["Name"] for each in user["Attributes"]] for user in users])
        # A request is refused unless every user in its answer has the attribute.
        andrew = self.client.list_users(UserPoolId=self.id, AttributesToGet=["email"],
                                        Filter='username = "andrew"')["Users"]
        self.assertEqual([attributes(email="a@cruddur.example")], [user["Attributes"] for user in andrew])
        for name in ("email", "custom:team"):
            self.assert_refused("InvalidParameterException",
                                "One or more requested attributes do not exist.",
                                self.client.list_users, UserPoolId=self.id, AttributesToGet=[name])


class Pools(CognitoCase):
    def test_a_pool_is_described_as_it_was_made(self):
        made = self.client.create_user_pool(
            PoolName="cruddur", AutoVerifiedAttributes=["email"], UserPoolTags={"stage": "dev"},
            Policies={"PasswordPolicy": {"MinimumLength": 12}},
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})["UserPool"]
        self.assertRegex(made["Id"], f"^{REGION}_[0-9A-Za-z]{{9}}$")
        self.assertEqual(f"arn:aws:cognito-idp:{REGION}:000000000000:userpool/{made['Id']}", made["Arn"])
        self.assertEqual({"PasswordPolicy": {"MinimumLength": 12}}, made["Policies"])
        self.assertEqual((["email"], {"stage": "dev"}, "OFF", "INACTIVE"),
                         tuple(made[name] for name in ("AutoVerifiedAttributes", "UserPoolTags",
                                                       "MfaConfiguration", "DeletionProtection")))
        self.assertEqual({"AllowAdminCreateUserOnly": True, "UnusedAccountValidityDays": 7},
                         made["AdminCreateUserConfig"])
        self.assertIn({"Name": "sub", "AttributeDataType": "String", "DeveloperOnlyAttribute": False,
                       "Mutable": False, "Required": True,
                       "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"}},
                      made["SchemaAttributes"])
        self.add(made["Id"], "andrew")
        self.assertEqual({**made, "EstimatedNumberOfUsers": 1},
                         self.client.describe_user_pool(UserPoolId=made["Id"])["UserPool"])

    def test_pools_are_listed_in_pages_and_removed_with_their_users(self):
        made = sorted(self.pool() for _ in range(3))
        first = self.client.list_user_pools(MaxResults=2)
        second = self.client.list_user_pools(MaxResults=2, NextToken=first["NextToken"])
        self.assertEqual(made, [pool["Id"] for page in (first, second) for pool in page["UserPools"]])
        self.assertNotIn("NextToken", second)
        self.assertEqual("cruddur", first["UserPools"][0]["Name"])

        self.add(made[0], "andrew")
        self.client.delete_user_pool(UserPoolId=made[0])
        self.assert_refused("ResourceNotFoundException", f"User pool {made[0]} does not exist.",
                            self.client.list_users, UserPoolId=made[0])

    def test_what_a_pool_cannot_have_is_refused(self):
        create = self.client.create_user_pool
        self.assert_refused("InvalidParameterException",
                            "Tailrace calls no functions for user pools; leave LambdaConfig out.",
                            create, PoolName="cruddur", LambdaConfig={
                                "PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:check"})
        self.assert_refused("InvalidParameterException",
                            "Only one of the aliasAttributes or usernameAttributes can be set in a user "
                            "pool.",
                            create, PoolName="cruddur", AliasAttributes=["email"],
                            UsernameAttributes=["email"])
        self.assert_refused("InvalidParameterException",
                            "Tailrace has no UpdateUserPool, so a protected pool could never be deleted; "
                            "leave DeletionProtection out.", create, PoolName="cruddur",
                            DeletionProtection="ACTIVE")
        self.assert_refused("InvalidParameterException",
                            "No value can be within the bounds of the attribute custom:team", create,
                            PoolName="cruddur", Schema=[{
                                "Name": "team", "AttributeDataType": "String",
                                "StringAttributeConstraints": {"MinLength": "3", "MaxLength": "2"}}])
        self.assert_refused("InvalidParameterException",
                            "Required custom attributes are not supported currently.", create,
                            PoolName="cruddur",
                            Schema=[{"Name": "team", "AttributeDataType": "String", "Required": True}])
        self.assertEqual([], self.client.list_user_pools(MaxResults=60)["UserPools"])

    def test_no_call_finds_a_pool_that_is_not_there(self):
        message = f"User pool {NOT_KNOWN} does not exist."
        for call, more in ((self.client.list_users, {}), (self.client.describe_user_pool, {}),
                           (self.client.delete_user_pool, {}),
                           (self.client.admin_get_user, {"Username": "a"}),
                           (self.client.admin_delete_user, {"Username": "a"}),
                           (self.client.admin_create_user, {"Username": "a"}),
                           (self.client.admin_create_user, {"Username": "a", "TemporaryPassword": "a"})):
            self.assert_refused("ResourceNotFoundException", message, call, UserPoolId=NOT_KNOWN, **more)


class Shapes(CognitoCase):
    def test_faults_of_the_shape_are_reported_in_one_answer(self):
        self.assert_refused(
            "InvalidParameterException",
            "1 validation error detected: Value '100' at 'limit' failed to satisfy constraint: Member must "
            "have value less than or equal to 60", self.client.list_users, UserPoolId=NOT_KNOWN, Limit=100)
        self.assert_refused(
            "InvalidParameterException",
            "3 validation errors detected: Value 'cruddur' at 'userPoolId' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; Value '' at "
            "'paginationToken' failed to satisfy constraint: Member must satisfy regular expression pattern: "
            "[\\S]+; Value '' at 'paginationToken' failed to satisfy constraint: Member must have length "
            "greater than or equal to 1",
            self.client.list_users, UserPoolId="cruddur", PaginationToken="")
        self.assert_refused(
            "InvalidParameterException",
            "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member "
            "must not be null", self.client.admin_get_user, Username="andrew")

    def test_an_invalid_username_is_not_repeated_in_the_message(self):
        self.assert_refused(
            "InvalidParameterException",
            "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must "
            "satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
            self.client.admin_get_user, UserPoolId=NOT_KNOWN, Username="andrew brown")

    def test_a_value_of_the_wrong_type(self):
        self.assert_refused("SerializationException", "NUMBER_VALUE cannot be converted to String",
                            self.client.list_users, UserPoolId=1)

    def test_an_operation_that_is_not_served(self):
        self.assert_refused("UnknownOperationException",
                            "AdminInitiateAuth of Amazon Cognito is not supported.",
                            self.client.admin_initiate_auth, UserPoolId=NOT_KNOWN, ClientId="a",
                            AuthFlow="ADMIN_NO_SRP_AUTH")


if __name__ == "__main__":
    main()
