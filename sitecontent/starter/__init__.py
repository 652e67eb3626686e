"""The starter content: one YAML file a record, in a folder for each kind.

It was compiled from published guidance and no clinician has signed it. Reading it is pure;
`sitecontent.review` publishes it, as `origin=starter`.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sitecontent.documents import Document, DocumentInvalid, FieldProblem, load_document

STARTER_DIR = Path(__file__).parent

FOLDERS = {
    "categories": "category",
    "sources": "source",
    "findings": "finding",
    "urgency-levels": "urgency-level",
    "safety-rules": "safety-rule",
    "causes": "cause",
    "vignettes": "vignette",
    "claims": "claim-review",
    "pages": "page",
}
"""Folder -> kind of the records in it, in the order of `KINDS`."""


@dataclass(frozen=True)
class FileProblem:
    """One thing that is wrong with the files: which file, which field and why."""

    file: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.reason}"


class StarterInvalid(ValueError):
    """The files can not be read. `problems` names every file, field and reason, not only the first."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class _UniqueKeyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as we allow it: a key given twice is an error, where YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_starter(root: Path = STARTER_DIR) -> tuple[Document, ...]:
    """Read every record below `root`, kind by kind and in each by slug.

    Raises: StarterInvalid, with every problem of every file.
    """
    problems: list[FileProblem] = []
    documents: list[Document] = []
    problems.extend(_misplaced(root))
    for folder, kind in FOLDERS.items():
        for path in sorted((root / folder).glob("*.yaml")):
            try:
                documents.append(_read_file(path, kind, str(path.relative_to(root))))
            except DocumentInvalid as error:
                problems.extend(FileProblem(error.record, item.field, item.reason) for item in error.problems)
    if problems:
        raise StarterInvalid(tuple(problems))
    return tuple(documents)


def _misplaced(root: Path) -> Iterator[FileProblem]:
    """Files that nobody would ever read: in an unknown folder, or with another ending."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_dir() or path.suffix in {".py", ".pyc"}:
            continue
        if len(name.parts) != 2 or name.parts[0] not in FOLDERS:
            yield FileProblem(str(name), "(file)", f"belongs in one of the folders {', '.join(FOLDERS)}")
        elif path.suffix != ".yaml":
            yield FileProblem(str(name), "(file)", "its name must end in .yaml")


def _read_file(path: Path, kind: str, record: str) -> Document:
    def refuse(field: str, reason: str) -> DocumentInvalid:
        return DocumentInvalid(record, (FieldProblem(field, reason),))

    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)
    except UnicodeDecodeError as error:
        raise refuse("(file)", f"is not UTF-8: {error}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date, such as 2024-13-45
        raise refuse("(file)", f"is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise refuse("(file)", "must hold one mapping of fields")
    if data.setdefault("kind", kind) != kind:
        raise refuse("kind", f"is {data['kind']!r}, but this folder holds {kind!r}")
    if data.setdefault("slug", path.stem) != path.stem:
        raise refuse("slug", f"is {data['slug']!r}, but the file is called {path.name}")
    return load_document(data, record=record)
