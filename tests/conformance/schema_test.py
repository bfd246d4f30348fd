"""Checks every file of cases against conformance/case.schema.json, and the schema against files it must
refuse.

The runner reads the format with its own code. The schema is for people who write cases in an editor that
knows it; this test makes sure that the two agree on the existing files.
"""

import copy
import json
import pathlib
import sys
import unittest

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

CONFORMANCE = pathlib.Path(__file__).resolve().parents[2] / "conformance"
SCHEMA = json.loads((CONFORMANCE / "case.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

SOUND = {
    "cases": [{
        "name": "a-case",
        "reason": "It shows what a sound file looks like.",
        "source": "https://docs.aws.amazon.com/",
        "tier": 1,
        "steps": [{"operation": "ListTables", "request": {}, "expect": {"status": 200}}],
    }],
}


def changed(change):
    file = copy.deepcopy(SOUND)
    change(file["cases"][0])
    return file


class SchemaTest(unittest.TestCase):
    def test_the_schema_is_valid(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)
        self.assertTrue(VALIDATOR.is_valid(SOUND))

    def test_the_schema_refuses_files_that_are_not_cases(self):
        changes = [
            lambda case: case.pop("reason"),
            lambda case: case.update(name="Not A Name"),
            lambda case: case.update(tier=4),
            lambda case: case.update(steps=[]),
            lambda case: case.update(skip=True),
            lambda case: case["steps"][0].pop("request"),
            lambda case: case["steps"][0].update(raw={}),
            lambda case: case["steps"][0]["expect"].update(body={}, text="{}"),
            lambda case: case["steps"][0]["expect"].update(error={"message": "no type"}),
            lambda case: case["steps"][0]["expect"].update(observed="beside-a-status"),
        ]
        for number, change in enumerate(changes):
            with self.subTest(change=number):
                self.assertFalse(VALIDATOR.is_valid(changed(change)))

    def test_every_file_is_in_the_format(self):
        files = sorted((CONFORMANCE / "cases").glob("*/*/*.json"))
        self.assertTrue(files)
        for path in files:
            faults = VALIDATOR.iter_errors(json.loads(path.read_text(encoding="utf-8")))
            found = [f"{'/'.join(map(str, fault.path))}: {fault.message[:300]}" for fault in faults]
            self.assertEqual([], found, path.relative_to(CONFORMANCE))


if __name__ == "__main__":
    unittest.main()
