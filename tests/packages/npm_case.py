"""What the tests of the npm packages share."""

from packing import run
from serving_case import StartCase


class NpmCase(StartCase):
    """A test of packages that npm has installed into the folder `project`."""

    executable = thin = platform = project = None

    def where(self):
        return self.project

    def run_in(self, project, *command, **environment):
        return run(command, cwd=project, env={**self.packages.environment, **environment})


def install(project, *packages):
    """Installs packed files into a folder."""
    (project / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    done = run(["npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", *packages],
               cwd=project, env=NpmCase.packages.environment)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
