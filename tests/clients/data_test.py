#!/usr/bin/python3
"""`tailrace import` and `export`, and --seed, with files as the AWS CLI, S3 and spreadsheets have them.

    data_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import base64
import gzip
import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

from client_case import ClientCase, aws_json, main
from local_services import Tailrace, aws_client

SECONDS = 60
SONGS = [{"artist": {"S": "Nils"}, "title": {"S": "=1+1"}, "year": {"N": "1975"}},
         {"artist": {"S": "Emil"}, "cover": {"B": "AQI="}, "tags": {"SS": ["a", "b"]}},
         {"artist": {"S": "Åse"}, "tracks": {"L": [{"M": {"live": {"BOOL": True}, "name": {"S": "\n"}}}]}}]


def lines(items):
    """Returns items as lines of an export."""
    return "".join(json.dumps({"Item": item}, separators=(",", ":"), ensure_ascii=False) + "\n"
                   for item in items)


class DataCase(ClientCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="tailrace-data-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.create("music")

    def create(self, name):
        aws_client(self.tailrace.endpoint).create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])

    def file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def command(self, *words, text=None, endpoint=None):
        """Runs a command and returns its exit code, standard output and standard error."""
        done = subprocess.run([self.executable, *words, "--endpoint", endpoint or self.tailrace.endpoint],
                              input=text, capture_output=True, text=True, check=False, timeout=SECONDS)
        return done.returncode, done.stdout, done.stderr

    def imported(self, *words, count=3, table="music", **more):
        self.assertEqual(self.command("import", table, *words, **more),
                         (0, f"imported {count} items into {table}\n", ""))

    def exported(self, *words, table="music"):
        code, text, note = self.command("export", table, *words)
        self.assertEqual(code, 0, note)
        return text

    def s3_export(self, compress, name="data.json.gz", content=None):
        """Writes a folder as ExportTableToPointInTime does, and returns the path of the folder in it."""
        folder = "export/AWSDynamoDB/01693685827463-2d8752fd"
        data = compress((content or lines(SONGS)).encode())
        self.file(f"{folder}/data/{name}", data)
        self.file(f"{folder}/manifest-summary.json", json.dumps({"version": "2020-06-30", "itemCount": 3}))
        self.file(f"{folder}/manifest-files.json", json.dumps({
            "itemCount": 3, "md5Checksum": base64.b64encode(hashlib.md5(data).digest()).decode(),
            "etag": "x-1", "dataFileS3Key": f"prefix/{folder}/data/{name}"}) + "\n")
        self.file("export/AWSDynamoDB/_started", "")
        return str(self.folder / "export")


class ImportTest(DataCase):
    def test_dynamodb_json_comes_back_as_it_was(self):
        self.imported(self.file("songs.jsonl", lines(SONGS)))
        text = self.exported()
        self.assertEqual(sorted(text.splitlines()), sorted(lines(SONGS).splitlines()))
        self.create("again")
        self.imported("-", table="again", text=text)
        self.assertEqual(self.exported(table="again"), text)

    def test_every_written_format_is_read_again(self):
        self.imported(self.file("songs.jsonl", lines(SONGS)))
        for number, name in enumerate(("dynamodb-json", "json", "csv", "ion")):
            with self.subTest(name):
                file, table = str(self.folder / f"copy.{name}"), f"copy{number}"
                self.assertEqual(self.command("export", "music", "--format", name, "--output", file),
                                 (0, "exported 3 items from music\n", ""))
                self.create(table)
                self.imported(file, "--format", name, table=table)
                self.assertEqual(self.exported("--format", name, table=table), Path(file).read_text("utf-8"))
                self.assertFalse([each for each in os.listdir(self.folder) if each.endswith(".part")])
        self.assertEqual(self.exported(table="copy3"), self.exported())

    def test_compressed_exports(self):
        self.imported("-", text=lines(SONGS))
        for how in ("gzip", "zstd"):
            file = str(self.folder / how)
            self.assertEqual(self.command("export", "music", "--compress", how, "--output", file)[0], 0)
            expand = subprocess.run([f"/usr/bin/{how}", "-dc"], input=Path(file).read_bytes(),
                                    stdout=subprocess.PIPE, check=True)
            self.assertEqual(expand.stdout.decode(), self.exported())
            self.create(how)
            self.imported(file, table=how)

    def test_rules(self):
        rules = self.file("rules.yaml", "key: secret\n"
                          "attributes: {artist: hash, title: redact, tracks.name: fake text}\n")
        self.imported("-", "--rules", rules, text=lines(SONGS))
        found = [json.loads(line)["Item"] for line in self.exported().splitlines()]
        self.assertTrue(all(len(item["artist"]["S"]) == 32 for item in found))
        self.assertEqual([item["title"] for item in found if "title" in item], [{"S": "REDACTED"}])
        self.assertNotIn("Nils", self.exported())
        sample = self.file("sample.yaml", "key: secret\nsample: 1000000\n"
                           "attributes: {emial: redact, year: keep}")
        self.assertEqual(self.command("import", "music", "-", "--rules", sample, text=lines(SONGS)), (
            0, "imported 0 items into music\n", f"{sample}: sample leaves out 3 items\n"
            f"{sample}: no item has the attribute emial\n{sample}: no item has the attribute year\n"))
        other = self.file("other.yaml", "attributes: {year: redact}")
        self.assertIn('"year":{"S":"REDACTED"}', self.exported("--rules", other))
        key = self.file("key.yaml", "attributes: {artist: redact}")
        self.assertEqual(self.command("import", "music", "-", "--rules", key, text=""), (
            2, "", "tailrace: the rules must keep or hash artist, which is in the table's key; otherwise "
                   "items would replace each other\n"))

    def test_files_of_the_aws_cli(self):
        requests = {"music": [{"PutRequest": {"Item": item}} for item in SONGS]}
        file = self.file("requests.json", json.dumps(requests, indent=2))
        self.imported(file)
        scan = aws_json(self.tailrace, "dynamodb", "scan", "--table-name", "music", "--output", "json")
        self.assertEqual(scan["Count"], 3)
        self.create("copy")
        self.imported(self.file("scan.json", json.dumps(scan, indent=4)), table="copy")
        self.assertEqual(self.exported(table="copy"), self.exported())
        self.assertEqual(self.command("import", "copy", file)[2].splitlines()[0],
                         f"{file}:3: the request is for the table music, not for copy")

    def test_seeds_of_serverless_dynamodb_local(self):
        seed = self.file("seed.json", '[\n  {"artist": "Nils", "year": 1975},\n  {"artist": 7}\n]')
        self.imported(seed, count=2)
        self.assertEqual(sorted(self.exported().splitlines()), [
            '{"Item":{"artist":{"S":"7"}}}', '{"Item":{"artist":{"S":"Nils"},"year":{"N":"1975"}}}'])

    def test_a_bad_line_is_named_and_the_others_are_imported(self):
        good = self.file("good.jsonl", '{"artist": "Nils"}\n')
        bad = self.file("bad.jsonl", '{"artist": "Emil"}\n{"artist": \n{"artist": ""}\n{"title": "x"}\n')
        code, text, notes = self.command("import", "music", bad, good)
        self.assertEqual((code, text), (1, "imported 2 items into music; 3 lines were refused\n"))
        self.assertEqual(notes.splitlines(), [
            f"{bad}:2: incomplete JSON at column 12",
            f"{bad}:3: One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: artist",
            f"{bad}:4: One or more parameter values were invalid: Missing the key artist in the item"])

    def test_many_items_are_sent_in_chunks(self):
        items = [{"artist": {"S": str(number)}, "text": {"S": "x" * 1000}} for number in range(10_000)]
        self.assertEqual(self.command("import", "music", "-", "--progress", text=lines(items))[:2],
                         (0, "imported 10,000 items into music\n"))
        self.assertEqual(len(self.exported().splitlines()), 10_000)

    def test_what_cannot_be_imported(self):
        self.assertEqual(self.command("import", "none", "-", text=""),
                         (2, "", "tailrace: Requested resource not found: Table: none not found\n"))
        self.assertEqual(self.command("import", "music", "/nonexistent"),
                         (2, "", "tailrace: /nonexistent cannot be read: No such file or directory\n"))
        self.assertEqual(self.command("import", "music", "-", endpoint="http://127.0.0.1:1"),
                         (2, "", "tailrace: no answer from http://127.0.0.1:1: Connection refused\n"))
        code, _, note = self.command("import", "music", "-", "--format", "xml")
        self.assertEqual((code, note), (2, "tailrace: --format: 'xml' is not dynamodb-json, json, csv, ion, "
                                           "batch-write-item or scan (tailrace --help lists the options)\n"))

    def test_a_namespace(self):
        endpoint = self.tailrace.endpoint + "/~blue"
        aws_client(endpoint).create_table(
            TableName="music", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])
        self.imported("-", text=lines(SONGS), endpoint=endpoint)
        self.assertEqual(self.exported(), "")


class ExportFolderTest(DataCase):
    def test_folders_of_gzip_and_zstd(self):
        self.imported(self.s3_export(gzip.compress))
        self.assertEqual(sorted(self.exported().splitlines()), sorted(lines(SONGS).splitlines()))
        self.create("zstd")
        def zstd(data):
            done = subprocess.run(["/usr/bin/zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True)
            return done.stdout

        self.imported(self.s3_export(zstd), table="zstd")
        self.assertEqual(self.exported(table="zstd"), self.exported())

    def test_a_folder_of_ion(self):
        self.imported("-", text=lines(SONGS))
        ion = self.exported("--format", "ion")
        self.create("copy")
        self.imported(self.s3_export(gzip.compress, "a.ion.gz", ion), table="copy")
        self.assertEqual(self.exported(table="copy"), self.exported())

    def test_an_export_as_s3_has_it(self):
        self.imported("-", text=lines(SONGS))
        table = aws_client(self.tailrace.endpoint).describe_table(TableName="music")["Table"]
        for name, ending in (("dynamodb-json", "json.gz"), ("ion", "ion.gz")):
            with self.subTest(name):
                bucket = self.folder / f"bucket-{ending}"
                code, said, note = self.command("export", "music", "--format", name, "--folder", str(bucket))
                [export] = [each for each in (bucket / "AWSDynamoDB").iterdir() if each.is_dir()]
                self.assertEqual((code, said, note), (0, f"exported 3 items from music into {export}\n", ""))
                self.assertRegex(export.name, r"^\d{14}-[0-9a-f]{8}$")
                [data] = (export / "data").iterdir()
                self.assertRegex(data.name, rf"^[a-z2-7]{{26}}\.{ending}$")
                packed = data.read_bytes()
                self.assertEqual(gzip.decompress(packed).decode(), self.exported("--format", name))
                md5 = hashlib.md5(packed)
                self.assertEqual(json.loads((export / "manifest-files.json").read_text()), {
                    "itemCount": 3, "md5Checksum": base64.b64encode(md5.digest()).decode(),
                    "etag": f"{md5.hexdigest()}-1",
                    "dataFileS3Key": f"AWSDynamoDB/{export.name}/data/{data.name}"})
                summary = json.loads((export / "manifest-summary.json").read_text())
                for member in ("startTime", "endTime", "exportTime"):
                    self.assertRegex(summary.pop(member), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                self.assertEqual(summary, {
                    "version": "2020-06-30", "exportArn": f"{table['TableArn']}/export/{export.name}",
                    "tableArn": table["TableArn"], "tableId": table["TableId"], "s3Bucket": bucket.name,
                    "s3Prefix": None, "s3SseAlgorithm": "AES256", "s3SseKmsKeyId": None,
                    "manifestFilesS3Key": f"AWSDynamoDB/{export.name}/manifest-files.json",
                    "billedSizeBytes": table["TableSizeBytes"], "itemCount": 3,
                    "outputFormat": "ION" if name == "ion" else "DYNAMODB_JSON"})
                for manifest in ("manifest-files", "manifest-summary"):
                    content = (export / f"{manifest}.json").read_bytes()
                    self.assertEqual((export / f"{manifest}.md5").read_text(),
                                     base64.b64encode(hashlib.md5(content).digest()).decode())
                self.assertEqual((bucket / "AWSDynamoDB" / "_started").read_bytes(), b"")
                self.create(name)
                self.imported(str(bucket), table=name)
                self.assertEqual(self.exported(table=name), self.exported())

    def test_what_an_export_as_s3_has_it_cannot_be(self):
        folder = self.folder / "bucket"
        self.assertEqual(self.command("export", "music", "--format", "csv", "--folder", str(folder)), (
            2, "", "tailrace: an export to S3 is in dynamodb-json or ion, not in csv\n"))
        self.assertFalse(folder.exists())
        for option in (("--output", "songs.jsonl"), ("--compress", "gzip")):
            code, _, note = self.command("export", "music", "--folder", str(folder), *option)
            self.assertEqual((code, "excludes" in note), (2, True), note)
        file = self.file("file", "")
        code, _, note = self.command("export", "music", "--folder", file)
        self.assertEqual(code, 2)
        self.assertRegex(note, rf"^tailrace: {file}/AWSDynamoDB/[0-9a-f-]+/data cannot be made: "
                               r"Not a directory\n$")

    def test_damaged_folders(self):
        folder = self.s3_export(gzip.compress)
        inner = f"{folder}/AWSDynamoDB/01693685827463-2d8752fd"
        data, manifest = Path(inner, "data/data.json.gz"), Path(inner, "manifest-files.json")
        whole = data.read_bytes()
        data.write_bytes(whole + b"x")
        self.assertEqual(self.command("import", "music", folder), (
            1, "imported 0 items into music; 1 line was refused\n",
            f"{data}: the MD5 checksum is not the one in the manifest\n"))
        data.unlink()
        self.assertEqual(self.command("import", "music", folder), (
            2, "", f"tailrace: {inner}/data: there is no file data.json.gz, which the manifest names\n"))
        outside = self.file("outside.gz", whole)
        data.symlink_to(outside)
        self.assertEqual(self.command("import", "music", folder)[0], 2)
        manifest.write_text('{"dataFileS3Key": "AWSDynamoDB/data/../../../../../outside.gz"}\n')
        self.assertEqual(self.command("import", "music", folder), (
            2, "", f"tailrace: {manifest}: the key 'AWSDynamoDB/data/../../../../../outside.gz' does not "
                   "name a file of the export\n"))
        self.assertEqual(self.exported(), "")

    def test_damaged_and_hostile_files(self):
        whole = gzip.compress(lines(SONGS).encode())
        for content, fault in ((whole[:-9], "the gzip data is truncated"),
                               (whole[:-8] + b"\0" * 8, "the gzip data is damaged"),
                               (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "the zstd data is damaged")):
            file = self.file("damaged.gz", content)
            code, _, notes = self.command("import", "music", file)
            self.assertEqual((code, notes.splitlines()[-1]), (1, f"{file}: {fault}"))
        bomb = self.file("bomb.gz", gzip.compress(b"\n" * 100_000_000))
        self.assertEqual(self.command("import", "music", bomb), (
            1, "imported 0 items into music; 1 line was refused\n",
            f"{bomb}: the data expands to more than 1000 times its size\n"))

    def test_an_unknown_format_has_to_be_named(self):
        songs = self.file("songs.txt", "artist\nNils\n")
        self.assertEqual(
            self.command("import", "music", songs)[2].splitlines()[-1],
            f"{songs}: the format cannot be determined from the name or the first bytes; give --format")


class SeedTest(DataCase):
    def start(self, *options):
        tailrace = Tailrace(self.executable, options=options, db_path=str(self.folder / "data.db"))
        self.addCleanup(tailrace.kill)
        return tailrace

    def test_a_table_is_seeded_once(self):
        first = self.start()
        client = aws_client(first.endpoint)
        client.create_table(TableName="music", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}])
        first.stop()
        seed = self.file("seed.csv.gz", gzip.compress(b"artist,title\nNils,a\n,b\nEmil,c\n"))
        second = self.start("--seed", f"music={seed}")
        line = second.wait_for_line("Missing the key artist in the item")
        self.assertIn(f"{seed}:3: One or more parameter values were invalid", line)
        client = aws_client(second.endpoint)
        self.assertEqual(client.scan(TableName="music")["Count"], 2)
        client.delete_item(TableName="music", Key={"artist": {"S": "Nils"}})
        second.stop()
        third = self.start("--seed", f"music={seed}")
        self.assertEqual(aws_client(third.endpoint).scan(TableName="music")["Count"], 1)

    def test_a_seed_that_cannot_be_used_stops_the_start(self):
        seed = self.file("seed.jsonl", "")
        for value, fault in (
                (f"music={seed}", f"the seed {seed} of the table music: there is no such table when the "
                                  "server starts"),
                ("music", "--seed: 'music' is not TABLE=FILE (tailrace --help lists the options)")):
            done = subprocess.run([self.executable, "--port", "0", "--seed", value], capture_output=True,
                                  text=True, check=False, timeout=SECONDS)
            self.assertEqual((done.returncode != 0, done.stderr), (True, f"tailrace: {fault}\n"))


if __name__ == "__main__":
    main()
