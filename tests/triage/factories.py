"""Tiny editions for the checker: only what a test is about, with defaults that surprise nobody."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sitecontent.documents import (
    Answer,
    Basis,
    BodySite,
    Category,
    Cause,
    Condition,
    Contact,
    Document,
    Effect,
    Escalation,
    Finding,
    FindingLink,
    Frequency,
    GivenAnswer,
    HowCommon,
    Match,
    Nature,
    PregnancyScope,
    Route,
    SafetyRule,
    Source,
    SourceKind,
    Step,
    Urgency,
    UrgencyLevel,
    Vignette,
)
from sitecontent.edition.compile import compile_edition
from sitecontent.edition.edition import FIRST_PREVIOUS, Edition, Entry, Origin

WHEN = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)

SOURCE = Source(
    slug="a-guideline",
    title="A guideline",
    publisher="A publisher",
    url="https://example.org/guideline",
    source_kind=SourceKind.GUIDELINE,
    region="international",
)

CATEGORY = Category(slug="a-category", title="A category", summary="Causes of one kind.", order=1)


def any_of(**answers: str | tuple[str, ...]) -> Condition:
    """A condition in which one of these is enough: `any_of(fever="yes", pain=("mild", "strong"))`."""
    return Condition(any_of=_matches(answers))


def all_of(**answers: str | tuple[str, ...]) -> Condition:
    """A condition in which all of these must be said."""
    return Condition(all_of=_matches(answers))


def _matches(answers: dict[str, str | tuple[str, ...]]) -> tuple[Match, ...]:
    return tuple(
        Match(finding=slug.replace("_", "-"), is_=(chosen,) if isinstance(chosen, str) else chosen)
        for slug, chosen in answers.items()
    )


def finding(slug: str, *answers: str | Answer, **fields: Any) -> Finding:
    """A question with these answers; "yes", "no" and "not-sure" when none are named."""
    named = answers or ("yes", "no", "not-sure")
    return Finding(
        slug=slug,
        title=f"About {slug}",
        question=f"Is it {slug}?",
        why_asked=f"Because {slug} matters.",
        answers=tuple(_answer(answer) for answer in named),
        citations=(SOURCE.slug,),
        **{"step": Step.BLEEDING, "order": 1, **fields},
    )


def _answer(answer: str | Answer) -> Answer:
    return answer if isinstance(answer, Answer) else Answer(slug=answer, label=f"{answer}, in words")


def rule(slug: str, when: Condition, at_least: Urgency, **fields: Any) -> SafetyRule:
    """A rule that holds when `when` does."""
    return SafetyRule(
        slug=slug,
        title=f"Rule {slug}",
        when=when,
        at_least=at_least,
        why=f"Why {slug}.",
        basis=Basis.GUIDELINE,
        citations=(SOURCE.slug,),
        **{"route": Route.DOCTOR, "tell": f"Tell {slug}.", **fields},
    )


def speaks_for(slug: str, *answers: str, strength: int = 3) -> FindingLink:
    """A link that speaks for a cause."""
    return FindingLink(finding=slug, answers=answers, effect=Effect.FOR, strength=strength)


def speaks_against(slug: str, *answers: str, strength: int = 3) -> FindingLink:
    """A link that speaks against a cause."""
    return FindingLink(finding=slug, answers=answers, effect=Effect.AGAINST, strength=strength)


def escalation(when: Condition, urgency: Urgency) -> Escalation:
    """An escalation to `urgency`."""
    return Escalation(when=when, urgency=urgency, tell=f"Then it is {urgency}.")


def cause(slug: str, *links: FindingLink, **fields: Any) -> Cause:
    """A pathological cause that can be met in pregnancy and is routine, unless told otherwise."""
    return Cause(
        slug=slug,
        title=f"Cause {slug}",
        clinical_name=f"Clinical {slug}",
        category=CATEGORY.slug,
        how_common=HowCommon(level=Frequency.UNKNOWN),
        sites=(BodySite.CERVIX,),
        summary=f"About {slug}.",
        finding_links=links,
        **{
            "nature": Nature.PATHOLOGICAL,
            "pregnancy": PregnancyScope.POSSIBLE,
            "urgency": Urgency.ROUTINE,
            **fields,
        },
    )


def levels(not_for: Condition) -> tuple[UrgencyLevel, ...]:
    """The words for all five levels; self-care is not for whom `not_for` says."""
    return tuple(
        UrgencyLevel(
            slug=urgency.value,
            title=f"Level {urgency}",
            short=urgency.value,
            what_to_do=f"Do what {urgency} asks.",
            timescale=f"Within the time of {urgency}",
            never_say="Never reassure.",
            not_for=not_for if urgency is Urgency.SELF_CARE else None,
            contacts=(
                Contact(region="us", text=f"US contact for {urgency}"),
                Contact(region="uk", text=f"UK contact for {urgency}"),
            ),
            citations=(SOURCE.slug,),
        )
        for urgency in Urgency
    )


def vignette(slug: str, answers: dict[str, tuple[str, ...]], **fields: Any) -> Vignette:
    """A test case whose outcome may be anything, unless told otherwise."""
    return Vignette(
        slug=slug,
        title=f"Vignette {slug}",
        story="A story.",
        answers=tuple(GivenAnswer(finding=name, answers=chosen) for name, chosen in answers.items()),
        citations=(SOURCE.slug,),
        **{"least": Urgency.SELF_CARE, "most": Urgency.EMERGENCY, **fields},
    )


def edition_of(*documents: Document, not_for: Condition | None = None, number: int = 1) -> Edition:
    """An edition of these documents, with a source, a category and the five levels added.

    Without `not_for`, self-care is not for whoever answers "yes" to the added question `limit`.
    """
    limits = not_for or any_of(limit="yes")
    added: Iterable[Document] = () if not_for else (finding("limit", "yes", "no", order=9000),)
    compilation = compile_edition(
        [
            Entry(document=document, origin=Origin.STARTER, revision=1, changed_at=WHEN)
            for document in (SOURCE, CATEGORY, *levels(limits), *added, *documents)
        ],
        number=number,
        previous_sha256=FIRST_PREVIOUS,
        published_at=WHEN,
        note="For a test",
    )
    assert compilation.blocking == ()
    return compilation.edition
