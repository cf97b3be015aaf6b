"""A YAML file as plain values, with the line of each, and mistakes no later reader could see.

YAML 1.1 reads `NO` as false, `1:30` as ninety and a date as an object. Here only what JSON knows is
more than text: null, true and false, whole numbers, decimal numbers (the rule of YAML 1.2).
A key given twice is a mistake, as is a structure that holds itself.
"""

import re
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.packs.errors import Mistake, Place, field_name

_TAG: Final = "tag:yaml.org,2002:"
_MERGE: Final = f"{_TAG}merge"
#: Longer numbers stay text: no field has room for them, and Python converts them slowly.
_DIGITS_MAX: Final = 18


class _Loader(yaml.SafeLoader):
    """The safe loader without the surprises of YAML 1.1."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the parent's own form


_Loader.add_implicit_resolver(_MERGE, re.compile(r"^<<$"), ["<"])
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(
    f"{_TAG}int", re.compile(rf"^[-+]?[0-9]{{1,{_DIGITS_MAX}}}$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"^[-+]?(?=.*[.eE])[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$"),
    list("-+0123456789"),
)


class Document:
    """The values of one file, and the line of each place in it."""

    def __init__(self, file: Path) -> None:
        """Read a file; what is wrong with it as YAML is in `mistakes`."""
        self.file = file
        self.data: Any = None
        self.mistakes: list[Mistake] = []
        self._lines: dict[Place, int] = {}
        self._open: set[int] = set()
        try:
            root = yaml.compose(file.read_bytes(), Loader=_Loader)
            if root is None:
                self._add(1, (), "is empty; write a pack or remove the file")
            else:
                self.data = self._value(root, ())
        except yaml.YAMLError as error:
            self._not_yaml(error)
        except OSError as error:
            self._add(None, (), f"cannot be read: {error.strerror}")
        except RecursionError:
            self._add(1, (), "is nested too deeply; a pack needs four levels")

    def mistake(self, place: Place, text: str) -> Mistake:
        """Describe what is wrong at a place, or at the nearest place above it that exists."""
        known = place
        while known not in self._lines and known:
            known = known[:-1]
        return Mistake(self.file, self._lines.get(known, 1), field_name(place), text)

    def holds(self, place: Place) -> bool:
        """Whether the file has something at this place."""
        return place in self._lines

    def _add(self, line: int | None, place: Place, text: str) -> None:
        self.mistakes.append(Mistake(self.file, line, field_name(place), text))

    def _not_yaml(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        self._add(mark.line + 1 if mark else 1, (), f"is not YAML: {problem}")

    def _value(self, node: Node, place: Place) -> Any:
        """Return what a node stands for, and remember the line of everything in it."""
        self._lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node, place)
        if id(node) in self._open:
            self._add(node.start_mark.line + 1, place, "holds itself; remove the alias")
            return None
        self._open.add(id(node))
        if isinstance(node, SequenceNode):
            found: Any = [self._value(v, (*place, i)) for i, v in enumerate(node.value)]
        else:
            found = self._mapping(node, place)
        self._open.discard(id(node))
        return found

    def _mapping(self, node: Node, place: Place) -> dict[str, Any]:
        found = {}
        for name, (key, value) in self._pairs(node, place).items():
            self._lines[(*place, name)] = key.start_mark.line + 1
            found[name] = self._value(value, (*place, name))
        return found

    def _pairs(self, node: Node, place: Place) -> dict[str, tuple[Node, Node]]:
        """Return key and value by name: its own, then those merged in (`<<`)."""
        own: dict[str, tuple[Node, Node]] = {}
        merged: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                merged = self._merged(value, place) | merged
            elif not isinstance(key, ScalarNode):
                self._add(key.start_mark.line + 1, place, "a key must be text")
            elif key.value in own:
                first = own[key.value][0].start_mark.line + 1
                text = f"is given twice (first in line {first}); remove one"
                self._add(key.start_mark.line + 1, (*place, key.value), text)
            else:
                own[key.value] = (key, value)
        return merged | own

    def _merged(self, node: Node, place: Place) -> dict[str, tuple[Node, Node]]:
        parents = node.value if isinstance(node, SequenceNode) else [node]
        found: dict[str, tuple[Node, Node]] = {}
        for parent in parents:
            if not isinstance(parent, MappingNode) or id(parent) in self._open:
                text = "`<<` merges another mapping; name one"
                self._add(node.start_mark.line + 1, place, text)
                continue
            self._open.add(id(parent))
            found = self._pairs(parent, place) | found
            self._open.discard(id(parent))
        return found

    def _scalar(self, node: ScalarNode, place: Place) -> Any:
        kind = node.tag.removeprefix(_TAG)
        try:
            if kind == "int":
                return int(node.value)
            if kind == "float":
                return float(node.value)
        except ValueError:
            kind = ""
        if kind == "bool":
            return node.value == "true"
        if kind == "null":
            return None
        if kind != "str":
            self._add(node.start_mark.line + 1, place, f"has a tag that means nothing: {node.tag}")
        return node.value
