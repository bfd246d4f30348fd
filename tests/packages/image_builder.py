"""Makes the root of an image in a folder from the instructions of docker/Dockerfile, without Docker.

It supports what that file uses; any other instruction or option is an error. It must run as root.
"""

import contextlib
import dataclasses
import fcntl
import fnmatch
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import typing
from pathlib import Path

from base_system import make_base_system
from dockerfile import Instruction
from namespaces import in_own_namespaces, in_root, unmount_below

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# docker passes these to a build, too.
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@dataclasses.dataclass
class Settings:
    """The image's settings for running it."""

    environment: typing.Dict[str, str] = dataclasses.field(default_factory=lambda: {"PATH": DEFAULT_PATH})
    user: str = "0:0"
    folder: str = "/"
    entry_point: typing.List[str] = dataclasses.field(default_factory=list)
    health_check: typing.List[str] = dataclasses.field(default_factory=list)
    labels: typing.Dict[str, str] = dataclasses.field(default_factory=dict)
    ports: typing.List[str] = dataclasses.field(default_factory=list)
    volumes: typing.List[str] = dataclasses.field(default_factory=list)


def user_ids(root, user):
    """Returns the ids of the user, its group and all its groups. `user` is a name or NUMBER:NUMBER."""
    if re.fullmatch(r"\d+:\d+", user):
        number, group = map(int, user.split(":"))
        return [number, group, [group]]
    for line in (root / "etc/passwd").read_text(encoding="ascii").splitlines():
        name, _, number, group, *_ = line.split(":")
        if name == user:
            return [int(number), int(group), [int(group)]]
    raise ValueError(f"the image has no user {user}")


class Context:
    """The files that are sent to a build: those of a repository, without what .dockerignore excludes."""

    def __init__(self, root, paths):
        self.root = root
        lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
        self._ignored = [line for line in lines if line and not line.startswith("#")]
        self.paths = [path for path in paths if self.holds(path)]

    def holds(self, path):
        parents = ["/".join(path.split("/")[: count + 1]) for count in range(path.count("/") + 1)]
        return not any(fnmatch.fnmatch(parent, pattern) for parent in parents for pattern in self._ignored)

    def below(self, source):
        """Returns the files that a source names, by their paths below it."""
        if source == ".":
            return {path: self.root / path for path in self.paths}
        if source in self.paths:
            return {Path(source).name: self.root / source}
        below = {path[len(source) + 1:]: self.root / path for path in self.paths
                 if path.startswith(source + "/")}
        if not below:
            raise ValueError(f"COPY of what is not in the build's context: {source}")
        return below


class Layers:
    """Keeps the base system and the root after each RUN under a key for everything that led to them, as
    Docker does with its layers."""

    def __init__(self, folder):
        self.folder = folder
        self._used = set()
        folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def locked(self):
        """Locks the folder for one test. At the end, layers that the test did not use are removed."""
        with open(self.folder / "lock", "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
            for each in self.folder.iterdir():
                if each.name != "lock" and each.name not in self._used:
                    shutil.rmtree(each)

    def find(self, key):
        self._used.add(key)
        return self.folder / key if (self.folder / key).is_dir() else None

    def keep(self, key, root):
        self._used.add(key)
        unfinished = self.folder / f"{key}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        copy_tree(root, unfinished)
        unfinished.rename(self.folder / key)


def copy_tree(source, target):
    subprocess.run(["cp", "--archive", "--reflink=auto", str(source), str(target)], check=True)


def digest(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


class ImageBuilder:
    """Builds stages of a Dockerfile. `stand_ins` maps names of stages that take too long to roots used
    instead; `arguments` are the values of ARG."""

    def __init__(self, stages, context, layers, stand_ins=None, arguments=None):
        self._stages = stages
        self._context = context
        self.layers = layers
        self._stand_ins = stand_ins or {}
        self._arguments = arguments or {}

    def build(self, name, root):
        """Makes the root of a stage in a folder that does not exist yet, and returns the image's settings."""
        base, chain = self._chain(name)
        keys = [digest(base)]
        for each in chain:
            keys.append(digest(keys[-1], each, *self._contents_of(each)))
        done = self._begin(base, root, keys)
        settings = Settings()
        arguments = {}
        for index, each in enumerate(chain):
            if each.name == "RUN" and index >= done:
                self._run(root, settings, arguments, each)
                self.layers.keep(keys[index + 1], root)
            elif each.name == "COPY" and index >= done:
                self._copy(root, settings, each)
            elif each.name not in ("RUN", "COPY"):
                self._set(root, settings, arguments, each)
        return settings

    def _chain(self, name):
        """Returns the image that a stage starts from, and all instructions from there on."""
        chain = []
        while name in self._stages:
            stage = self._stages[name]
            chain[:0] = [Instruction("FROM", {}, stage.base), *stage.instructions]
            name = stage.base
        return name, chain

    def _begin(self, base, root, keys):
        """Fills the folder with the last root that is kept, and returns the number of instructions that this
        saves."""
        kept = [self.layers.find(key) for key in keys]
        for done in range(len(keys) - 1, -1, -1):
            if kept[done]:
                copy_tree(kept[done], root)
                return done
        debian = re.fullmatch(r"debian:(\w+)-slim", base)
        if base == "scratch":
            root.mkdir()
        elif debian:
            make_base_system(debian.group(1), root)
            self.layers.keep(keys[0], root)
        else:
            raise ValueError(f"FROM {base} is neither a stage nor a known image")
        return 0

    def _contents_of(self, instruction):
        """Yields what an instruction reads, so that other contents lead to another root."""
        sources = []
        if instruction.name == "COPY" and "from" not in instruction.options:
            sources = instruction.text.split()[:-1]
        for source in sources:
            for path, file in sorted(self._context.below(source).items()):
                yield path
                yield hashlib.sha256(file.read_bytes()).hexdigest()
                yield file.stat().st_mode

    def _run(self, root, settings, arguments, instruction):
        if instruction.options or arguments:
            raise ValueError(f"options of RUN, or ARG before it, are not supported here: {instruction}")
        environment = {**{name: os.environ[name] for name in PROXIES if name in os.environ},
                       "HOME": "/root", **settings.environment}
        description = {
            "root": str(root), "command": ["/bin/sh", "-c", instruction.text], "environment": environment,
            "user": user_ids(root, settings.user), "folder": settings.folder, "mounts": True, "volumes": {},
            "loopback": False,
        }
        done = subprocess.run(
            in_own_namespaces(in_root(description)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
        unmount_below(root)
        if done.returncode != 0:
            raise RuntimeError(f"{instruction}\n{done.stdout[-4000:]}")

    def _copy(self, root, settings, instruction):
        unknown = set(instruction.options) - {"from", "chown"}
        if unknown:
            raise ValueError(f"COPY has options that are not supported here: {unknown}")
        *sources, target = instruction.text.split()
        target = f"{settings.folder}/{target}" if not target.startswith("/") else target
        owner = [int(each) for each in instruction.options.get("chown", "0:0").split(":")]
        for source in sources:
            files = self._files(source, instruction.options.get("from"))
            if not files:
                make_folders(root, target, owner)
            for path, file in files.items():
                wanted = Path(target) / path if target.endswith(("/", "/.")) else Path(target)
                make_folders(root, wanted.parent, owner)
                copied = root / str(wanted).lstrip("/")
                shutil.copy2(file, copied)
                os.chown(copied, *owner)

    def _files(self, source, stage):
        """Returns the files that COPY names, by their paths below it; nothing for an empty folder."""
        if stage is None:
            return self._context.below(source)
        given = self._stand_ins[stage] / source.lstrip("/")
        if not given.is_dir():
            return {given.name: given}
        return {path.relative_to(given): path for path in given.rglob("*") if path.is_file()}

    def _set(self, root, settings, arguments, instruction):
        """Adds an instruction that neither runs nor copies anything to the settings."""
        def expand(text):
            values = {**arguments, **settings.environment}
            return re.sub(r"\$(\w+)", lambda found: values[found.group(1)], text)

        text = instruction.text
        if instruction.name == "FROM":
            arguments.clear()
        elif instruction.name == "ARG":
            for each in text.split():
                name, _, default = each.partition("=")
                arguments[name] = self._arguments.get(name, default)
        elif instruction.name in ("ENV", "LABEL"):
            pairs = [expand(each).split("=", 1) for each in shlex.split(text)]
            (settings.environment if instruction.name == "ENV" else settings.labels).update(pairs)
        elif instruction.name == "USER":
            settings.user = text
        elif instruction.name == "WORKDIR":
            settings.folder = text
            make_folders(root, text, [0, 0])
        elif instruction.name == "VOLUME":
            settings.volumes.append(text)
        elif instruction.name == "EXPOSE":
            settings.ports.append(text)
        elif instruction.name == "ENTRYPOINT":
            settings.entry_point = json.loads(text)
        elif instruction.name == "HEALTHCHECK":
            settings.health_check = json.loads(text.removeprefix("CMD "))
        else:
            raise ValueError(f"an instruction that is not known here: {instruction}")


def make_folders(root, path, owner):
    """Makes a folder of an image and its missing parents; new folders get this owner."""
    made = root
    for part in Path(str(path).lstrip("/")).parts:
        made = made / part
        if not made.exists():
            made.mkdir()
            os.chown(made, *owner)
