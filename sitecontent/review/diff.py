"""Compare two documents, the whole of them, in words that people know. Pure.

A document is read as a tree of fields and parts. Nothing is left out: what this module has
no special words for is shown as it is. Parts of a list are paired by what they are about, so
that one that was only moved or reworded is not told as gone and come again.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from sitecontent.documents import (
    AlsoCalled,
    Answer,
    Condition,
    Contact,
    Document,
    Equivalent,
    Escalation,
    Finding,
    FindingLink,
    GivenAnswer,
    HowCommon,
    Implication,
    Match,
    Sections,
    Value,
    canonical_json,
)
from sitecontent.edition.citations import CITATION

MOST_WORDS = 6000
"""Longer texts are compared line by line and not word by word, so that no text can take minutes."""


@dataclass(frozen=True)
class Names:
    """What to call records and answers. A slug stands for what it does not know."""

    titles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Names":
        """The names that these documents give. A name that two records share gets its slug added."""
        rows = tuple(documents)
        shared = Counter((row.kind, _name(row)) for row in rows)
        return cls(
            titles={
                row.key: f"{_name(row)} ({row.slug})" if shared[row.kind, _name(row)] > 1 else _name(row)
                for row in rows
            },
            answers={
                (row.slug, answer.slug): answer.label
                for row in rows
                if isinstance(row, Finding)
                for answer in row.answers
            },
        )

    def also(self, documents: Iterable[Document]) -> "Names":
        """These names, and those of more documents where there is no name yet."""
        more = Names.of(documents)
        return Names({**more.titles, **self.titles}, {**more.answers, **self.answers})

    def title(self, kind: str, slug: str) -> str:
        """What to call a record."""
        return self.titles.get((kind, slug), slug)

    def answer(self, finding: str, slug: str) -> str:
        """What an answer says to the visitor."""
        return self.answers.get((finding, slug), slug)


def _name(document: Document) -> str:
    return document.question if isinstance(document, Finding) else document.name


class Act(StrEnum):
    """What happened to a field, a part or some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"


@dataclass(frozen=True)
class Piece:
    """Some words of a text and whether they stayed, came or went."""

    act: Act
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One thing that differs: where, what stood there and what stands there now.

    `before` and `after` are values of the documents, `None` where there is nothing; `old_part` and
    `new_part` are the parts of a list that the field belongs to. The texts are for people.
    """

    path: str
    """The field in the schema: `urgency`, `sections.signs`, `escalations.tell`."""
    where: str
    """Which part of a list, empty for a field of the record itself."""
    label: str
    act: Act
    before: Any
    after: Any
    before_text: str
    after_text: str
    pieces: tuple[Piece, ...]
    old_part: Value | None = None
    new_part: Value | None = None

    @property
    def id(self) -> str:
        """A short name for exactly this change, the same each time that it is computed."""
        said = canonical_json([self.path, self.where, self.act, self.before_text, self.after_text])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def place(self) -> str:
        """Where it is, as one line: `Escalation to urgent, “…”: When`."""
        return f"{self.where}: {self.label}" if self.where else self.label

    @property
    def is_long(self) -> bool:
        """True when the texts are better read one below the other."""
        return len(self.before_text) + len(self.after_text) > 160 or "\n" in self.before_text + self.after_text


@dataclass(frozen=True)
class FieldShown:
    """One field of a document for somebody who reads all of it."""

    path: str
    label: str
    text: str


def diff_documents(old: Document | None, new: Document | None, names: Names | None = None) -> tuple[FieldChange, ...]:
    """Everything in which two documents differ, in the order of the fields.

    None stands for "there is no such record": then every field was added, or removed.
    """
    known = names or Names()
    if old is not None and new is not None and old.kind != new.kind:
        raise ValueError(f"a {old.kind} can not be compared with a {new.kind}")
    given = new if new is not None else old
    if given is None:
        return ()
    changes: list[FieldChange] = []
    for name in type(given).model_fields:
        if name not in _IDENTITY:
            changes.extend(_differ(name, getattr(old, name, None), getattr(new, name, None), known))
    return tuple(changes)


def show_document(document: Document, names: Names | None = None) -> tuple[FieldShown, ...]:
    """Every field of a document that says something, as a reader can follow it."""
    return tuple(
        FieldShown(change.path, change.place, change.after_text) for change in diff_documents(None, document, names)
    )


_IDENTITY = frozenset({"kind", "schema_version"})


# What fields are called

LABELS: Mapping[str, str] = {
    "slug": "Address (slug)",
    "language": "Language",
    "title": "Title",
    "summary": "Summary",
    "order": "Order",
    "publisher": "Publisher",
    "url": "Link",
    "year": "Year",
    "source_kind": "Kind of source",
    "region": "Region",
    "last_checked": "Last checked",
    "low_authority": "Low authority",
    "superseded_by": "Superseded by",
    "note": "Note",
    "question": "Question",
    "noted_as": "In notes",
    "help": "Help",
    "step": "Step",
    "multiple": "Several answers may be chosen",
    "answers": "Answers",
    "answers.slug": "Address (slug)",
    "answers.label": "Label",
    "answers.help": "Help",
    "answers.implies": "Settles also",
    "answers.exclusive": "Stands alone",
    "answers.box": "In a list",
    "answers.finding": "Question",
    "answers.answers": "Answers",
    "ask_if": "Asked only if",
    "why_asked": "Why it is asked",
    "unsure_raises_nothing_because": "Why “not sure” raises nothing",
    "list_question": "Heading of its list",
    "list_help": "Help of its list",
    "list_why": "Why its list is asked",
    "asked_in": "Asked in the list of",
    "box": "Its box in the list",
    "unticked": "Not ticking it stands for",
    "citations": "Citations",
    "clinical_name": "Clinical name",
    "also_called": "Also called",
    "also_called.name": "Name",
    "also_called.outdated": "Outdated",
    "category": "Category",
    "nature": "Natural or pathological",
    "nature_note": "Note on its nature",
    "pregnancy": "In pregnancy",
    "trimesters": "When in a pregnancy",
    "urgency": "Urgency",
    "urgency_reason": "Why this urgency",
    "escalations": "Escalation",
    "escalations.when": "When",
    "escalations.urgency": "Urgency then",
    "escalations.tell": "What the visitor is told",
    "escalations.citations": "Citations",
    "only_when": "Only the explanation when",
    "not_when": "Can not be the explanation when",
    "never_likely_because": "Why the checker never calls it likely",
    "how_common.level": "How common",
    "how_common.text": "How common, in words",
    "sites": "Where it bleeds",
    "icd10": "ICD-10 codes",
    "sections.what_it_is": "What it is",
    "sections.signs": "Signs",
    "sections.why_it_bleeds": "Why it bleeds",
    "sections.what_you_can_do": "What you can do",
    "sections.what_a_clinician_may_do": "What a clinician may do",
    "sections.get_help_sooner_if": "Get help sooner if",
    "sections.misconceptions": "Misconceptions",
    "finding_links": "Link to a question",
    "finding_links.finding": "Question",
    "finding_links.answers": "Answers",
    "finding_links.effect": "For or against",
    "finding_links.strength": "Strength",
    "finding_links.because": "Because",
    "finding_links.citations": "Citations",
    "sources": "Sources",
    "when": "Fires when",
    "at_least": "At least this urgency",
    "route": "Where it sends somebody",
    "tell": "What the visitor is told",
    "why": "Why",
    "basis": "Basis",
    "guidance_note": "Where guidance differs",
    "short": "In short",
    "what_to_do": "What to do",
    "timescale": "By when",
    "never_say": "What must never be said",
    "not_for": "Never given to",
    "contacts": "Contact",
    "contacts.region": "Region",
    "contacts.text": "Whom to turn to",
    "equivalents": "Same level elsewhere",
    "equivalents.scale": "Scale",
    "equivalents.text": "What it is called there",
    "story": "Story",
    "least": "Least urgent outcome accepted",
    "most": "Most urgent outcome accepted",
    "must_list": "Causes that must be listed",
    "claim": "Claim",
    "verdict": "Verdict",
    "correction": "Correction",
    "theme": "Theme",
    "causes": "Causes",
    "body": "Text",
}
"""What each field is called. A test walks every kind of document, so that none is forgotten."""

REFERENCES: Mapping[str, str] = {
    "category": "category",
    "superseded_by": "source",
    "citations": "source",
    "sources": "source",
    "must_list": "cause",
    "causes": "cause",
    "finding": "finding",
}
"""Fields that name other records, and the kind that they name."""

_STRENGTHS = {1: "1, a weak hint", 2: "2, typical", 3: "3, characteristic"}


def label_of(path: str) -> str:
    """What a field is called."""
    return LABELS.get(path, path.rpartition(".")[2].replace("_", " ").capitalize())


def in_words(path: str, value: Any, names: Names, part: Value | None = None) -> str:
    """A value as a reader can follow it: titles for slugs, labels for answers, one line for each item of a list."""
    name = path.rpartition(".")[2]
    match value:
        case None | "" | ():
            return ""
        case Condition():
            return "\n".join(_condition_lines(value, names))
        case Implication():
            answer = names.answer(value.finding, value.answer)
            return f"{names.title('finding', value.finding)}: {answer}"
        case bool():
            return "Yes" if value else "No"
        case int() if name == "strength":
            return _STRENGTHS.get(value, str(value))
        case StrEnum():
            return value.replace("-", " ").capitalize()
        case tuple() if isinstance(part, FindingLink | GivenAnswer) and name == "answers":
            return "\n".join(names.answer(part.finding, slug) for slug in value)
        case tuple():
            return "\n".join(in_words(path, item, names, part) for item in value)
        case str() if name in REFERENCES:
            return names.title(REFERENCES[name], value)
        case _:
            return str(value)


def _condition_lines(condition: Condition, names: Names) -> Iterator[str]:
    for heading, matches in (("All of:", condition.all_of), ("Any of:", condition.any_of)):
        if matches:
            yield heading
            yield from (f"– {_match(match, names)}" for match in matches)


def _match(match: Match, names: Names) -> str:
    answers = " or ".join(f"“{names.answer(match.finding, slug)}”" for slug in match.is_)
    return f"{names.title('finding', match.finding)} {answers}"


# Walking the tree


def _differ(path: str, before: Any, after: Any, names: Names) -> Iterator[FieldChange]:
    """The changes of one field, whatever it holds. Absent sides are None."""
    sample = after if after is not None else before
    if isinstance(sample, Sections | HowCommon):
        for name in type(sample).model_fields:
            yield from _differ(f"{path}.{name}", getattr(before, name, None), getattr(after, name, None), names)
    elif path in _PARTS:
        yield from _differ_in_parts(path, before or (), after or (), names)
    else:
        yield from _leaf(path, before, after, names)


def _leaf(
    path: str,
    before: Any,
    after: Any,
    names: Names,
    *,
    where: str = "",
    old_part: Value | None = None,
    new_part: Value | None = None,
) -> Iterator[FieldChange]:
    if before == after:
        return
    before_text, after_text = in_words(path, before, names, old_part), in_words(path, after, names, new_part)
    if not before_text and not after_text:
        return
    if before_text == after_text:
        before_text, after_text = f"{before_text} ({before})", f"{after_text} ({after})"
    act = Act.ADDED if not before_text else Act.REMOVED if not after_text else Act.CHANGED
    by_line = isinstance(before if before is not None else after, tuple | Condition)
    pieces = mark_lines(before_text, after_text) if by_line else mark_words(before_text, after_text)
    yield FieldChange(
        path, where, label_of(path), act, before, after, before_text, after_text, pieces, old_part, new_part
    )


@dataclass(frozen=True)
class _Part:
    """How the parts of one list are told apart and named."""

    keys: tuple[Callable[[Any], Hashable], ...]
    """What makes two parts the same one, the surest first."""
    name: Callable[[Any, Names], str]


def _whole(part: Value) -> Hashable:
    return part.model_dump_json()


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _link_name(link: FindingLink, names: Names) -> str:
    return f"“{names.title('finding', link.finding)}” ({link.effect})"


_PARTS: Mapping[str, _Part] = {
    "also_called": _Part((lambda item: item.name,), lambda item, names: f"“{item.name}”"),
    "escalations": _Part(
        (
            lambda item: (item.when.model_dump_json(), item.urgency),
            lambda item: item.when.model_dump_json(),
            lambda item: item.tell,
        ),
        lambda item, names: f"to {item.urgency}, “{_short(item.tell)}”",
    ),
    "finding_links": _Part(
        (
            lambda item: (item.finding, item.effect, frozenset(item.answers)),
            lambda item: (item.finding, item.effect),
            lambda item: item.finding,
        ),
        _link_name,
    ),
    "answers": _Part(
        (lambda item: item.slug if isinstance(item, Answer) else item.finding,),
        lambda item, names: (
            f"“{item.label}”" if isinstance(item, Answer) else f"“{names.title('finding', item.finding)}”"
        ),
    ),
    "contacts": _Part((lambda item: item.region,), lambda item, names: item.region),
    "equivalents": _Part((lambda item: item.scale,), lambda item, names: item.scale),
}
"""The fields that hold parts with fields of their own."""

PART_TYPES = (AlsoCalled, Escalation, FindingLink, Answer, GivenAnswer, Contact, Equivalent)


def _differ_in_parts(path: str, old: Sequence[Value], new: Sequence[Value], names: Names) -> Iterator[FieldChange]:
    how = _PARTS[path]
    pairs = _pair(old, new, how.keys)
    partner_of_new = {new_place: old_place for old_place, new_place in pairs}
    paired_old = {old_place for old_place, _ in pairs}
    for place, part in enumerate(new):
        if place in partner_of_new:
            yield from _differ_in_part(path, old[partner_of_new[place]], part, names)
        else:
            yield _whole_part(path, None, part, names)
    for place, part in enumerate(old):
        if place not in paired_old:
            yield _whole_part(path, part, None, names)
    kept_before = [new_place for _, new_place in sorted(pairs)]
    if kept_before != sorted(kept_before):
        order_before = tuple(how.name(new[place], names) for place in kept_before)
        order_after = tuple(how.name(new[place], names) for place in sorted(kept_before))
        yield FieldChange(
            path,
            "",
            f"{label_of(path)}: order",
            Act.REORDERED,
            order_before,
            order_after,
            "\n".join(order_before),
            "\n".join(order_after),
            mark_lines("\n".join(order_before), "\n".join(order_after)),
        )


def _pair(
    old: Sequence[Value], new: Sequence[Value], keys: Iterable[Callable[[Any], Hashable]]
) -> list[tuple[int, int]]:
    """Places of the parts that are the same one on both sides: equal ones first, then by each key."""
    pairs: list[tuple[int, int]] = []
    old_left, new_left = list(range(len(old))), list(range(len(new)))
    for key in (_whole, *keys):
        by_key: dict[Hashable, list[int]] = {}
        for place in new_left:
            by_key.setdefault(key(new[place]), []).append(place)
        for place in list(old_left):
            partners = by_key.get(key(old[place]))
            if partners:
                partner = partners.pop(0)
                pairs.append((place, partner))
                old_left.remove(place)
                new_left.remove(partner)
    return pairs


def _differ_in_part(path: str, old: Value, new: Value, names: Names) -> Iterator[FieldChange]:
    where = f"{label_of(path)} {_PARTS[path].name(old, names)}"
    for name in type(new).model_fields:
        yield from _leaf(
            f"{path}.{name}",
            getattr(old, name),
            getattr(new, name),
            names,
            where=where,
            old_part=old,
            new_part=new,
        )


def _whole_part(path: str, old: Value | None, new: Value | None, names: Names) -> FieldChange:
    before_text, after_text = _part_text(path, old, names), _part_text(path, new, names)
    part = new if new is not None else old
    return FieldChange(
        path=path,
        where="",
        label=f"{label_of(path)} {_PARTS[path].name(part, names)}",
        act=Act.ADDED if old is None else Act.REMOVED,
        before=old,
        after=new,
        before_text=before_text,
        after_text=after_text,
        pieces=(Piece(Act.ADDED, after_text),) if old is None else (Piece(Act.REMOVED, before_text),),
        old_part=old,
        new_part=new,
    )


def _part_text(path: str, part: Value | None, names: Names) -> str:
    if part is None:
        return ""
    lines = []
    for name in type(part).model_fields:
        text = in_words(f"{path}.{name}", getattr(part, name), names, part)
        if text:
            separator = "\n" if "\n" in text else " "
            lines.append(f"{label_of(f'{path}.{name}')}:{separator}{text}")
    return "\n".join(lines)


# Marking words

_TOKEN = re.compile(rf"{CITATION.pattern}|\s+|\w+(?:[-'’.,]\w+)*|[^\w\s]")


def mark_words(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one, with the words that came and went marked. A citation is one word."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return mark_lines(before, after)
    return _mark(old, new, is_junk=str.isspace)


def mark_lines(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one, with the lines that came and went marked. Each line ends in a line end."""
    return _mark(_lines(before), _lines(after))


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")] if text else []


def _mark(old: Sequence[str], new: Sequence[str], *, is_junk: Callable[[str], bool] | None = None) -> tuple[Piece, ...]:
    pieces: list[Piece] = []

    def add(act: Act, tokens: Sequence[str]) -> None:
        if tokens:
            pieces.append(Piece(act, "".join(tokens)))

    for act, old_from, old_to, new_from, new_to in SequenceMatcher(is_junk, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            add(Act.SAME, old[old_from:old_to])
        else:
            add(Act.REMOVED, old[old_from:old_to])
            add(Act.ADDED, new[new_from:new_to])
    return _without_crumbs(pieces)


def _without_crumbs(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join changes that only a blank keeps apart, so that a rewritten phrase reads as one."""
    joined: list[Piece] = []
    place = 0
    while place < len(pieces):
        removed, added = "", ""
        while place < len(pieces):
            piece = pieces[place]
            if piece.act is Act.REMOVED:
                removed += piece.text
            elif piece.act is Act.ADDED:
                added += piece.text
            elif _is_crumb(pieces, place) and (removed or added):
                removed += piece.text
                added += piece.text
            else:
                break
            place += 1
        if removed:
            joined.append(Piece(Act.REMOVED, removed))
        if added:
            joined.append(Piece(Act.ADDED, added))
        if place < len(pieces):
            joined.append(pieces[place])
            place += 1
    return tuple(joined)


def _is_crumb(pieces: Sequence[Piece], place: int) -> bool:
    piece = pieces[place]
    return piece.text.strip(" ") == "" and place + 1 < len(pieces) and pieces[place + 1].act is not Act.SAME
