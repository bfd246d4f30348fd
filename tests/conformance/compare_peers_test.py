"""compare_peers_test.py RUNNER SERVER: runs compare-peers for Tailrace alone, without a network."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUNNER, SERVER = "", ""
COMPARE = pathlib.Path(__file__).resolve().parents[2] / "conformance" / "compare-peers"
PATIENCE_SECONDS = 120
FEW = ["--servers", "tailrace", "--filter", "tags/tag-resource/"]


def compare(*arguments, runner=None):
    """Runs one comparison. Returns exit code, standard output and standard error."""
    command = [str(COMPARE), "--runner", runner or RUNNER, "--tailrace", SERVER, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    return done.returncode, done.stdout, done.stderr


def executable(path, script):
    path.write_text(f"#!/bin/sh{script}\n")
    path.chmod(0o755)
    return str(path)


def cases():
    """Returns the number of cases that the options FEW select."""
    command = [RUNNER, "--suite", str(COMPARE.parent), "--list", *FEW[2:]]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[-1].split()[0])


class ComparePeersTest(unittest.TestCase):
    maxDiff = None

    def test_both_views_count_the_cases_of_every_area(self):
        status, output, errors = compare(*FEW)
        version = subprocess.run([SERVER, "--version"], capture_output=True, text=True, check=True).stdout
        count = cases()
        head = "| area | cases | Tailrace |\n| --- | ---: | ---: |\n"
        rows = f"| tags | {count} | {count} |\n| all | {count} | {count} (100.0 %) |\n"
        self.assertEqual(output, f"* Tailrace: {version.strip()}\n\n"
                                 f"## Cases passed, to the letter\n\n{head}{rows}\n"
                                 f"## Cases passed, as an SDK sees it\n\n{head}{rows}")
        self.assertEqual(errors.splitlines(), [
            "preparing Tailrace",
            "running the suite on Tailrace, to the letter",
            f"  tags: {count} of {count}",
            "running the suite on Tailrace, as an SDK sees it",
            f"  tags: {count} of {count}"])
        self.assertEqual(status, 0)

    def test_the_table_and_the_reports_go_into_files_where_wanted(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            status, output, _ = compare(*FEW, "--views", "sdk", "--markdown", str(folder / "table.md"),
                                        "--reports", str(folder / "reports"))
            self.assertEqual((status, output), (0, ""))
            self.assertIn(f"| all | {cases()} | {cases()} (100.0 %) |\n", (folder / "table.md").read_text())
            (file,) = (folder / "reports").iterdir()
            self.assertEqual(file.name, "tailrace-sdk-tags.json")
            self.assertEqual(json.loads(file.read_text())["counts"]["all"]["passed"], cases())

    # Some servers end while the suite runs. The cases that were not run yet count as failed.
    def test_a_server_that_ends_is_counted_up_to_its_end(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            answers = {"--list": "tags/a/one  (tier 1)  Why.\ntags/a/two  (tier 1)  Why.\n2 cases.\n",
                       "--json": json.dumps({"trouble": "it is gone", "cases": [
                           {"id": "tags/a/one", "verdict": "passed"},
                           {"id": "tags/a/two", "verdict": "skipped"}]})}
            for option, answer in answers.items():
                (folder / option).write_text(answer)
            runner = executable(folder / "runner", f"""
case " $* " in *' --list '*) exec cat {folder}/--list ;; esac
while [ "$1" != --json ]; do shift; done
cp {folder}/--json "$2"
kill -9 "$(cat {folder}/pid)"
exit 2""")
            server = executable(folder / "server", f"""
case $1 in --version) exec {SERVER} --version ;; esac
echo $$ > {folder}/pid
exec {SERVER} "$@\"""")
            status, output, _ = compare(*FEW, "--views=sdk", "--tailrace", server, runner=runner)
        self.assertEqual(status, 0)
        self.assertIn("| all | 2 | 1 (50.0 %) |\n", output)
        self.assertRegex(output, r"\* Tailrace, tags, as an SDK sees it: 1 cases were not run: it is gone; "
                                 r"the server: it ended with status -9, its last line: Tailrace .*\n\Z")

    # Listed differences must still differ, and nothing else may.
    def test_differences_are_held_against_the_list(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            verdicts = ["passed", "known difference", "known difference", "failed", "gone"]
            ids = [f"tags/a/{number}" for number in range(len(verdicts))]
            (folder / "list").write_text("".join(f"{each}  (tier 1)  Why.\n" for each in ids))
            (folder / "report").write_text(json.dumps({"trouble": "", "cases": [
                {"id": each, "verdict": verdict} for each, verdict in zip(ids, verdicts)]}))
            runner = executable(folder / "runner", f"""
case " $* " in *' --list '*) exec cat {folder}/list ;; *' --name tailrace '*) ;; *) exit 2 ;; esac
while [ "$1" != --json ]; do shift; done
exec cp {folder}/report "$2" """)
            status, output, _ = compare(*FEW, "--views=sdk", runner=runner)
        self.assertEqual(status, 0)
        self.assertIn("| all | 5 | 2 (40.0 %) |\n", output)
        self.assertTrue(output.endswith(
            "* Tailrace: 2 of 3 differences are in known-differences.json; not tags/a/3; listed there, but "
            "no longer different: tags/a/4\n"), output)

    # A run that did not take place must not look like one in which nothing passes.
    def test_a_run_without_a_report_leaves_the_server_out_with_the_reason(self):
        with tempfile.TemporaryDirectory() as name:
            runner = executable(pathlib.Path(name) / "runner", f"""
case " $* " in *' --list '*) exec {RUNNER} "$@" ;; esac
exit 2""")
            status, output, _ = compare(*FEW, runner=runner)
        self.assertEqual(status, 1)
        self.assertRegex(output, r"\A\* Tailrace was left out: a run ended with status 2 and without a "
                                 r"report; the server: it runs, its last line: Tailrace .*\n\Z")

    def test_a_choice_without_cases_is_reported(self):
        self.assertEqual(compare(*FEW[:2], "--filter", "no-such-case"), (
            1, "", "compare-peers: no case matches --filter and --tag\n"))

    def test_unknown_or_unbuilt_kinds_are_reported(self):
        status, _, errors = compare("--servers", "tailrace,nobody")
        self.assertEqual((status, errors.splitlines()[-1]),
                         (2, "conformance/compare-peers: error: argument --servers: 'nobody' is not one of "
                             "tailrace, dynamodb-local, dynoxide, dynalite"))
        status, _, errors = compare(*FEW, runner="/nowhere/runner")
        self.assertEqual((status, errors.splitlines()[-1]),
                         (2, "conformance/compare-peers: error: /nowhere/runner is not built; cmake --build "
                             "build/release --target tailrace-conformance builds it"))
        status, output, _ = compare("--servers", "tailrace", "--tailrace", "/nowhere/tailrace")
        self.assertEqual((status, output),
                         (1, "* Tailrace was left out: /nowhere/tailrace is not built; "
                             "./server/run builds it\n"))


if __name__ == "__main__":
    RUNNER, SERVER = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
