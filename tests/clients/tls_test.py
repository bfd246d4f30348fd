#!/usr/bin/python3
"""Clients that speak TLS, as people set them up: curl, the AWS CLI, boto3 and functions, each test against
its own Tailrace.

    tls_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import concurrent.futures
import json
import os
import re
import socket
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import SSLError

from client_case import AWS_CLI, REGION, ClientCase, main
from local_services import DEBIAN_PATH, Tailrace

COMMAND_SECONDS = 60
CURL, OPENSSL = "/usr/bin/curl", "/usr/bin/openssl"
# curl's exit code for a certificate that it does not trust.
UNTRUSTED = 60
HEALTHY = "healthy: dynamodb."
SONG = {"artist": {"S": "Nils"}, "plays": {"N": "1"}}
FUNCTION = """
import os
import urllib.request


def handler(event, context):
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    with urllib.request.urlopen(endpoint) as answer:
        return [endpoint, answer.read().decode()]
"""


def run(*command, **environment):
    return subprocess.run(command, env={"PATH": DEBIAN_PATH, "LANG": "C.UTF-8", **environment}, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=COMMAND_SECONDS)


def curl(*arguments):
    return run(CURL, "--silent", "--show-error", "--noproxy", "*", *arguments)


class TlsCase(ClientCase):
    """A test with a folder, and with a Tailrace whose certificates are in `tls` there."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-clients-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.authority = self.folder / "tls" / "tailrace-ca.pem"
        self.function = self.folder / "look.py"
        self.function.write_text(FUNCTION, encoding="utf-8")
        self.options = ("--tls", "self-signed", "--tls-folder", str(self.folder / "tls"),
                        "--function", f"look=python:{self.function}:handler")
        super().setUp()
        self.port = self.tailrace.endpoint.rpartition(":")[2]

    def client(self, authority=None, **config):
        client = boto3.session.Session().client(
            "dynamodb", endpoint_url=self.tailrace.endpoint, region_name=REGION, aws_access_key_id="local",
            aws_secret_access_key="local", verify=str(authority or self.authority),
            config=Config(proxies={}, **{"retries": {"mode": "standard", "total_max_attempts": 3}, **config}))
        self.addCleanup(client.close)
        return client

    def make_table(self, client):
        client.create_table(
            TableName="music", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])

    def script(self, **rule):
        asked = curl("--cacert", str(self.authority), "-X", "PUT", "--data", json.dumps([rule]),
                     f"{self.tailrace.endpoint}/_tailrace/faults")
        self.assertIn('"Rules"', asked.stdout, asked)


class CurlTest(TlsCase):
    def test_it_finds_a_server_that_it_trusts_under_each_name(self):
        for name in ("localhost", "127.0.0.1", "[::1]"):
            if name == "[::1]" and not socket.has_ipv6:
                continue
            for version in (["--tlsv1.3"], ["--tls-max", "1.2"]):
                with self.subTest(name, version=version):
                    asked = curl("--cacert", str(self.authority), *version, f"https://{name}:{self.port}/")
                    self.assertRegex(asked.stdout, HEALTHY, asked)

    def test_it_does_not_trust_the_server_by_itself(self):
        self.assertEqual(curl(self.tailrace.endpoint).returncode, UNTRUSTED)

    def test_plain_http_is_answered_on_the_same_port(self):
        self.assertRegex(curl(f"http://127.0.0.1:{self.port}/").stdout, HEALTHY)

    def test_the_port_is_shown_as_that_of_https_after_the_path_of_the_certificate(self):
        lines = [line for line in self.tailrace.last_lines if " listens on " in line or "CA" in line]
        self.assertEqual(lines[0], f"CA certificate: {self.authority} "
                                   "(for AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS and curl --cacert)")
        self.assertRegex(lines[1], rf"^Tailrace \S+ listens on https://127\.0\.0\.1:{self.port}\b")

    def test_pages_of_the_server_may_ask_it_through_tls(self):
        """The origin of a page that came through TLS is not that of one that came without."""
        for scheme, allowed in (("https", 200), ("http", 403)):
            asked = curl("--cacert", str(self.authority), "-o", "/dev/null", "-w", "%{http_code}",
                         "-H", f"Origin: {scheme}://127.0.0.1:{self.port}",
                         f"{self.tailrace.endpoint}/_tailrace/tables/streams")
            with self.subTest(scheme):
                self.assertEqual(asked.stdout == "403", allowed == 403, asked)


class AwsCliTest(TlsCase):
    def aws(self, *arguments, **environment):
        return run(AWS_CLI, "--endpoint-url", self.tailrace.endpoint, "dynamodb", *arguments,
                   HOME=str(self.folder), AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local",
                   AWS_DEFAULT_REGION=REGION, AWS_MAX_ATTEMPTS="1", **environment)

    def test_it_trusts_the_bundle_in_its_environment(self):
        made = self.aws("create-table", "--table-name", "music", "--billing-mode", "PAY_PER_REQUEST",
                        "--attribute-definitions", "AttributeName=artist,AttributeType=S",
                        "--key-schema", "AttributeName=artist,KeyType=HASH",
                        AWS_CA_BUNDLE=str(self.authority))
        self.assertEqual(made.returncode, 0, made)
        listed = self.aws("list-tables", AWS_CA_BUNDLE=str(self.authority))
        self.assertEqual(json.loads(listed.stdout), {"TableNames": ["music"]})

    def test_without_it_the_validation_fails(self):
        self.assertIn("SSL validation failed", self.aws("list-tables").stderr)


class Boto3Test(TlsCase):
    def test_items_are_written_and_read(self):
        client = self.client()
        self.make_table(client)
        client.put_item(TableName="music", Item=SONG)
        self.assertEqual(client.get_item(TableName="music", Key={"artist": SONG["artist"]})["Item"], SONG)

    def test_another_servers_certificate_is_refused(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-clients-") as other:
            options = ("--tls", "self-signed", "--tls-folder", other)
            self.assertEqual(Tailrace(self.executable, options=options).stop(), 0)
            with self.assertRaisesRegex(SSLError, "certificate verify failed"):
                self.client(f"{other}/tailrace-ca.pem").list_tables()

    def test_sixteen_megabytes_are_read_at_once(self):
        """A BatchGetItem returns up to 16 MB."""
        client = self.client()
        self.make_table(client)
        keys = [{"artist": {"S": str(number)}} for number in range(50)]
        for key in keys:
            client.put_item(TableName="music", Item={**key, "text": {"S": "x" * 390_000}})
        answer = client.batch_get_item(RequestItems={"music": {"Keys": keys}})
        items = answer["Responses"]["music"]
        unread = answer["UnprocessedKeys"]["music"]["Keys"]
        self.assertEqual(len(items) + len(unread), len(keys))
        self.assertGreater(len(json.dumps(items)), 15_000_000)
        self.assertEqual({len(item["text"]["S"]) for item in items}, {390_000})

    def test_a_hundred_connections_are_served_at_the_same_time(self):
        client = self.client(max_pool_connections=100)
        self.make_table(client)
        with concurrent.futures.ThreadPoolExecutor(100) as threads:
            list(threads.map(lambda number: client.put_item(
                TableName="music", Item={"artist": {"S": str(number)}}), range(300)))
        self.assertEqual(client.scan(TableName="music", Select="COUNT")["Count"], 300)

    def test_lost_and_cut_answers_are_asked_for_again(self):
        client = self.client()
        self.make_table(client)
        for fault in ("ClosedBeforeWork", "ClosedAfterWork", "ClosedInAnswer"):
            with self.subTest(fault):
                self.script(Operation="PutItem", Times=1, Then={"Connection": fault})
                put = client.put_item(TableName="music", Item=SONG, ReturnConsumedCapacity="TOTAL")
                self.assertEqual(put["ResponseMetadata"]["RetryAttempts"], 1)

    def test_a_slow_answer_arrives(self):
        client = self.client()
        self.make_table(client)
        client.put_item(TableName="music", Item=SONG)
        self.script(Operation="GetItem", Then={"AnswerMs": 100})
        self.assertEqual(client.get_item(TableName="music", Key={"artist": SONG["artist"]})["Item"], SONG)


class FunctionTest(TlsCase):
    def test_functions_reach_the_server_without_tls(self):
        answer = curl("--cacert", str(self.authority), "-X", "POST",
                      f"{self.tailrace.endpoint}/2015-03-31/functions/look/invocations")
        endpoint, health = json.loads(answer.stdout)
        self.assertEqual(endpoint, f"http://127.0.0.1:{self.port}")
        self.assertRegex(health, HEALTHY)


class CommandTest(TlsCase):
    def test_commands_reach_the_server(self):
        self.assertEqual(run(self.executable, "healthcheck", "--port", self.port).returncode, 0)
        self.assertEqual(run(self.executable, "mappings", "--port", self.port).stdout,
                         "There are no event source mappings.\n")


class FolderTest(unittest.TestCase):
    """Where self-signed certificates are."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-clients-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, *options, **environment):
        """Starts a server and stops it. Returns the path of its CA's certificate, or what it says instead."""
        process = subprocess.Popen(
            [ClientCase.executable, "--port", "0", "--tls", "self-signed", *options], text=True,
            env={"PATH": DEBIAN_PATH, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if " listens on " in line:
                break
        process.terminate()
        error = process.communicate(timeout=COMMAND_SECONDS)[1]
        found = re.search(r"^CA certificate: (.*) \(for ", "".join(lines), re.MULTILINE)
        return found.group(1) if found else error

    def test_they_are_beside_the_database_file(self):
        file = self.folder / "music.db"
        self.assertEqual(self.start("--db-path", str(file)), f"{file}.tls/tailrace-ca.pem")
        self.assertEqual(stat.S_IMODE(os.stat(f"{file}.tls/tailrace-ca-key.pem").st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(f"{file}.tls/tailrace-localhost-key.pem").st_mode), 0o600)

    def test_without_such_a_file_they_are_in_the_users_folder(self):
        home, data = str(self.folder / "home"), str(self.folder / "data")
        self.assertEqual(self.start(HOME=home), f"{home}/.local/share/tailrace/tls/tailrace-ca.pem")
        self.assertEqual(self.start(HOME=home, XDG_DATA_HOME=data), f"{data}/tailrace/tls/tailrace-ca.pem")

    def test_the_next_start_uses_the_same_certificates(self):
        first = Path(self.start(HOME=str(self.folder)))
        text = first.read_text(encoding="utf-8")
        self.assertEqual(self.start(HOME=str(self.folder)), str(first))
        self.assertEqual(first.read_text(encoding="utf-8"), text)

    def test_two_first_starts_at_the_same_time_agree(self):
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            paths = set(threads.map(lambda _: self.start(HOME=str(self.folder)), range(4)))
        self.assertEqual(len(paths), 1, paths)
        folder = Path(paths.pop()).parent
        checked = run(OPENSSL, "verify", "-x509_strict", "-CAfile", str(folder / "tailrace-ca.pem"),
                      str(folder / "tailrace-localhost.pem"))
        self.assertEqual(checked.stdout, f"{folder}/tailrace-localhost.pem: OK\n", checked.stderr)

    def test_a_key_that_others_can_read_is_named(self):
        path = Path(self.start(HOME=str(self.folder))).parent / "tailrace-ca-key.pem"
        path.chmod(0o644)
        process = subprocess.run(
            [ClientCase.executable, "--port", "0", "--tls", "self-signed", "--exit-with-parent=999999999"],
            env={"PATH": DEBIAN_PATH, "HOME": str(self.folder)}, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=False, timeout=COMMAND_SECONDS)
        self.assertIn(f"warning other users of this machine can read the private key in '{path}'; "
                      "chmod 600 keeps it private\n", process.stderr)

    def test_a_server_without_a_home_asks_for_a_folder(self):
        self.assertEqual(self.start(), "tailrace: --tls self-signed: there is no place for the keys, because "
                                       "the variable HOME is not set; name a folder with --tls-folder\n")

    def test_a_folder_that_cannot_be_made_is_named(self):
        file = self.folder / "file"
        file.write_text("", encoding="utf-8")
        self.assertEqual(
            self.start("--tls-folder", f"{file}/tls"),
            f"tailrace: --tls self-signed: the folder '{file}/tls' cannot be made: Not a directory; "
            "--tls-folder names another folder\n")


class OwnCertificateTest(unittest.TestCase):
    """A certificate that the user has made."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-clients-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.certificate, self.key = str(self.folder / "cert.pem"), str(self.folder / "key.pem")

    def make(self, certificate, key):
        made = run(OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-subj", "/CN=music.test", "-addext", "subjectAltName=DNS:music.test", "-keyout", key,
                   "-out", certificate)
        self.assertEqual(made.returncode, 0, made)

    def refused(self, *options):
        """Returns the exit code and the line of a server that does not start."""
        done = run(ClientCase.executable, "--port", "0", *options)
        self.assertEqual(done.stdout, "")
        return done.returncode, done.stderr

    def refused_files(self):
        return self.refused("--tls-cert", self.certificate, "--tls-key", self.key)

    def serve(self):
        return Tailrace(ClientCase.executable,
                        options=("--tls-cert", self.certificate, "--tls-key", self.key))

    def test_it_is_served(self):
        self.make(self.certificate, self.key)
        tailrace = self.serve()
        port = tailrace.endpoint.rpartition(":")[2]
        asked = curl("--cacert", self.certificate, "--resolve", f"music.test:{port}:127.0.0.1",
                     f"https://music.test:{port}/")
        self.assertEqual(tailrace.stop(), 0)
        self.assertRegex(asked.stdout, HEALTHY, asked)
        self.assertEqual([line for line in tailrace.last_lines if "CA" in line or "warning" in line], [])

    def test_one_that_has_expired_is_served_with_a_warning(self):
        self.make(str(self.folder / "valid.pem"), self.key)
        made = run(OPENSSL, "x509", "-in", str(self.folder / "valid.pem"), "-signkey", self.key,
                   "-days", "-1", "-out", self.certificate)
        self.assertEqual(made.returncode, 0, made)
        tailrace = self.serve()
        tailrace.stop()
        pattern = rf"warning the certificate in '{self.certificate}' has expired, at \S+Z: clients will "
        self.assertRegex("\n".join(tailrace.last_lines), pattern)

    def test_files_that_are_missing_or_contain_something_else_are_named(self):
        self.assertEqual(self.refused_files(),
                         (1, f"tailrace: --tls-cert: '{self.certificate}' cannot be read: No such file or "
                             "directory\n"))
        self.make(self.certificate, self.key)
        os.remove(self.key)
        self.assertEqual(self.refused_files(),
                         (1, f"tailrace: --tls-key: '{self.key}' cannot be read: No such file or "
                             "directory\n"))
        Path(self.key).write_text("no key\n", encoding="utf-8")
        self.assertEqual(self.refused_files(),
                         (1, f"tailrace: --tls-key: '{self.key}' contains no private key in PEM form, or "
                             "only one that needs a passphrase\n"))
        Path(self.certificate).write_text("no certificate\n", encoding="utf-8")
        self.assertEqual(self.refused_files(), (1, f"tailrace: --tls-cert: '{self.certificate}' contains no "
                                                   "certificate in PEM form, or a damaged one\n"))

    def test_a_key_of_another_certificate_is_refused(self):
        self.make(self.certificate, str(self.folder / "own.pem"))
        self.make(str(self.folder / "other.pem"), self.key)
        self.assertEqual(self.refused_files(),
                         (1, f"tailrace: --tls-key: the key in '{self.key}' does not belong to the first "
                             f"certificate in '{self.certificate}'\n"))

    def test_a_key_with_a_passphrase_is_refused_without_a_question(self):
        self.make(self.certificate, str(self.folder / "own.pem"))
        run(OPENSSL, "ec", "-in", str(self.folder / "own.pem"), "-aes256", "-passout", "pass:secret", "-out",
            self.key)
        self.assertEqual(self.refused_files(),
                         (1, f"tailrace: --tls-key: '{self.key}' contains no private key in PEM form, or "
                             "only one that needs a passphrase\n"))

    def test_options_that_do_not_go_together_are_refused(self):
        hint = " (tailrace --help lists the options)\n"
        for options, message in (
                (("--tls-cert", "a"), "--tls-cert: its private key is missing; name its file with --tls-key"),
                (("--tls-key", "a"), "--tls-key: its certificate is missing; name its file with --tls-cert"),
                (("--tls", "self-signed", "--tls-cert", "a", "--tls-key", "b"),
                 "--tls self-signed and --tls-cert cannot be used together"),
                (("--tls-folder", "a"), "--tls-folder: it has no effect without --tls self-signed"),
                (("--tls", "on"), "--tls: 'on' is not self-signed")):
            with self.subTest(options):
                self.assertEqual(self.refused(*options), (2, f"tailrace: {message}{hint}"))


if __name__ == "__main__":
    main()
