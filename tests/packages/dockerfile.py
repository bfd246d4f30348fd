"""Reads docker/Dockerfile: its stages and the instructions of each."""

import dataclasses
import re
import typing


class Instruction(typing.NamedTuple):
    name: str
    options: typing.Dict[str, str]
    text: str

    def __str__(self):
        options = [f"--{name}={value}" for name, value in self.options.items()]
        return " ".join([self.name, *options, self.text])


@dataclasses.dataclass
class Stage:
    name: str
    base: str
    instructions: typing.List[Instruction]

    def texts(self, name):
        return [each.text for each in self.instructions if each.name == name]


def read_dockerfile(text):
    """Returns the stages by name, in order. Continued lines are joined, and comments are left out."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    stages = {}
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        name, rest = line.split(None, 1)
        options = {}
        while rest.startswith("--"):
            option, rest = rest.split(None, 1)
            key, value = option[2:].split("=", 1)
            options[key] = value
        if name == "FROM":
            base, stage = re.fullmatch(r"(\S+) AS (\S+)", rest).groups()
            stages[stage] = Stage(stage, base, [])
        else:
            stages[list(stages)[-1]].instructions.append(Instruction(name, options, " ".join(rest.split())))
    return stages
