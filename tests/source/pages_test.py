"""pages_test.py: checks the pages in Markdown and the files in .github/ against the files that they name."""

import fnmatch
import json
import os
import re
import sys
import unittest

from tracked_files import ROOT, tracked_files

sys.path.insert(0, str(ROOT / "tests"))

from pages import PROGRAM_PAGES, blocks, page, section

CONTRIBUTING = ".github/CONTRIBUTING.md"
PATHS = tracked_files()
PAGES = [path for path in PATHS if path.endswith(".md")]
FOLDERS = {str(parent) for path in PATHS for parent in (ROOT / path).relative_to(ROOT).parents}


def yaml_of(path):
    try:
        import yaml
    except ImportError:
        raise unittest.SkipTest("python3-yaml is not installed")
    return yaml.safe_load(page(path))


def anchors(path):
    """The anchors that GitHub gives to a page's headings."""
    text = re.sub(r"^```.*?^```", "", page(path), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


class Names(unittest.TestCase):
    def test_links_lead_somewhere(self):
        followed = 0
        for path in PAGES:
            for target in re.findall(r"\]\(([^)\s]+)\)", page(path)):
                if "://" in target:
                    continue
                followed += 1
                file, _, anchor = target.partition("#")
                linked = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
                self.assertTrue(linked in PATHS or linked in FOLDERS, f"{path}: {target}")
                if anchor:
                    self.assertIn(anchor, anchors(linked), f"{path}: {target}")
        self.assertGreater(followed, 20)

    def test_files_and_folders_are_there(self):
        named = 0
        for path in (*PROGRAM_PAGES, CONTRIBUTING):
            text = re.sub(r"\bbuild/[\w./*-]+|\]\([^)]*\)", "", page(path))
            text = re.sub(r"\S*[<*]\S*", "", text)
            for each in re.findall(r"\b((?:server|engine|stream|tests|docker|conformance)/[\w./-]*\w)", text):
                named += 1
                known = each in PATHS or each in FOLDERS or any(one.startswith(each + ".") for one in PATHS)
                self.assertTrue(known, f"{path}: {each}")
        self.assertGreater(named, 20)

    def test_cases_of_the_order_of_checks_are_there(self):
        text = section(page("engine/README.md"), "Order of checks")
        named = re.findall(r"`([\w/*-]+\.json): ([\w-]+)`", text)
        self.assertGreater(len(named), 15)
        for file, name in named:
            found = [path for path in PATHS if fnmatch.fnmatch(path, f"conformance/cases/*{file}")]
            names = {case["name"] for path in found for case in json.loads(page(path))["cases"]}
            self.assertIn(name, names, file)

    def test_programs_can_be_run(self):
        for program in ("server/run", "tests/run", "tests/fuzz/run", "tests/bench/run", "docker/deps.sh"):
            self.assertTrue(os.access(ROOT / program, os.X_OK), program)

    def test_targets_and_presets_are_there(self):
        presets = {each["name"] for each in json.loads(page("CMakePresets.json"))["testPresets"]}
        lists = "".join(page(path) for path in PATHS if path.endswith("CMakeLists.txt"))
        text = "".join(page(path) for path in (*PROGRAM_PAGES, CONTRIBUTING, "conformance/README.md"))
        for preset in re.findall(r"--preset (\w+)", text):
            self.assertIn(preset, presets)
        targets = " ".join(re.findall(r"--target ((?:[\w-]+ ?)+)", text)).split()
        self.assertGreater(len(targets), 2)
        for target in targets:
            self.assertRegex(lists, rf"(?:add_executable|tailrace_test)\({target}\b")


class Contributing(unittest.TestCase):
    def test_labels_of_tests_are_there(self):
        lists = "".join(page(path) for path in PATHS if path.startswith("tests/") and path.endswith(".txt"))
        labels = re.findall(r"tests/run -L (\w+)", "\n".join(blocks("sh", page(CONTRIBUTING))))
        self.assertEqual(labels, ["unit", "source"])
        for label in labels:
            self.assertRegex(lists, rf"LABELS \"?{label}")

    def test_sizes_are_those_of_the_rules(self):
        text = section(page(CONTRIBUTING), "House rules")
        rules, tidy = page("tests/source/source_rules.py"), page(".clang-tidy")
        limits = {name: re.search(rf"^{name} = (.*)", rules, re.MULTILINE).group(1)
                  for name in ("FILE_LINES", "LINE_COLUMNS")}
        text = " ".join(text.split())
        self.assertIn(f"files up to {limits['FILE_LINES']} lines", text)
        self.assertIn(f"lines up to {limits['LINE_COLUMNS']} columns", text)
        lines = re.search(r"readability-function-size.LineThreshold\W+(?:value:\W*)?(\d+)", tidy).group(1)
        self.assertIn(f"Functions up to {lines} lines", text)

    def test_hooks_run_checks_that_are_there(self):
        hooks = [hook for repository in yaml_of(".pre-commit-config.yaml")["repos"]
                 for hook in repository["hooks"]]
        for hook in hooks:
            self.assertIn(re.search(r"tests/source/\w+\.py", hook["entry"]).group(), PATHS)
        self.assertEqual([hook["id"] for hook in hooks], ["source-rules", "clang-format"])

    def test_issue_forms_ask_for_something(self):
        forms = [path for path in PATHS
                 if path.startswith(".github/ISSUE_TEMPLATE/") and not path.endswith("/config.yml")]
        self.assertGreater(len(forms), 2)
        for path in forms:
            form = yaml_of(path)
            self.assertEqual(list(form), ["name", "description", "labels", "body"], path)
            ids = [field["id"] for field in form["body"]]
            self.assertEqual(len(ids), len(set(ids)), path)
            self.assertTrue(any(field.get("validations", {}).get("required") for field in form["body"]), path)
            for field in form["body"]:
                self.assertIn(field["type"], ("textarea", "input"), path)
                self.assertTrue(field["attributes"]["label"], path)


if __name__ == "__main__":
    unittest.main(verbosity=1)
