"""The comparison of two documents: all of it, in words."""

import pytest
from pydantic import BaseModel

from sitecontent.documents import (
    KINDS,
    AlsoCalled,
    Condition,
    Effect,
    Escalation,
    FindingLink,
    Match,
    Urgency,
    load_document,
)
from sitecontent.review.diff import (
    LABELS,
    Act,
    Names,
    Piece,
    diff_documents,
    in_words,
    mark_lines,
    mark_words,
    show_document,
)


@pytest.fixture(scope="session")
def names(starter_documents) -> Names:
    return Names.of(starter_documents)


@pytest.fixture(scope="session")
def ectopic(starter_edition):
    return starter_edition.cause("ectopic-pregnancy")


def changed(document, **fields):
    return type(document).model_validate({**document.model_dump(mode="json"), **fields})


def link(finding="shoulder-tip-pain", answers=("yes",), effect=Effect.FOR, strength=3, **more):
    return FindingLink(finding=finding, answers=answers, effect=effect, strength=strength, **more)


def escalation(finding, answer, urgency=Urgency.EMERGENCY, tell="Call an ambulance."):
    return Escalation(
        when=Condition(all_of=(Match(finding=finding, is_=(answer,)),)), urgency=urgency, tell=tell, citations=()
    )


def with_links(document, *links):
    return changed(document, finding_links=[item.model_dump(mode="json") for item in links])


def with_escalations(document, *items):
    data = document.model_dump(mode="json")
    return load_document(
        {**data, "urgency": "routine", "escalations": [item.model_dump(mode="json") for item in items]}
    )


# Whole documents


def test_the_same_document_does_not_differ(starter_documents):
    assert all(diff_documents(document, document) == () for document in starter_documents)


def _paths(model: type[BaseModel], prefix: str = ""):
    """Every field of a model and of the parts that it holds, as the comparison names them."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        parts = [item for item in _types(field.annotation) if item not in (Condition, Match)]
        named = [item for item in parts if item.__name__ != "Implication"]
        if named:
            is_list = "tuple" in str(field.annotation)
            if is_list:
                yield path
            for part in named:
                yield from _paths(part, f"{path}.")
        else:
            yield path


def _types(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _types(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_has_a_name(kind):
    paths = set(_paths(KINDS[kind])) - {"kind", "schema_version"}

    assert paths - set(LABELS) == set()


def test_a_new_document_is_shown_whole(ectopic, names):
    shown = {line.path: line.text for line in show_document(ectopic, names)}

    assert shown["title"] == ectopic.title
    assert shown["sections.signs"] == ectopic.sections.signs
    assert shown["category"] == names.title("category", "pregnancy")
    assert len([line for line in show_document(ectopic, names) if line.path == "finding_links"]) == len(
        ectopic.finding_links
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_can_be_shown(kind, starter_documents, names):
    of_kind = [document for document in starter_documents if document.kind == kind]

    assert all(show_document(document, names) for document in of_kind)


def test_a_document_that_goes_is_shown_as_removed(ectopic):
    assert {change.act for change in diff_documents(ectopic, None)} == {Act.REMOVED}


def test_kinds_can_not_be_mixed(ectopic, starter_edition):
    with pytest.raises(ValueError, match="can not be compared"):
        diff_documents(ectopic, starter_edition.findings[0])


# Fields


def test_a_field_tells_both_values_in_words(ectopic):
    (change,) = diff_documents(ectopic, changed(ectopic, urgency="urgent"))

    assert (change.path, change.label, change.act) == ("urgency", "Urgency", Act.CHANGED)
    assert (change.before_text, change.after_text) == ("Emergency", "Urgent")


def test_a_category_goes_by_its_name(ectopic, names):
    (change,) = diff_documents(ectopic, changed(ectopic, category="cervix"), names)

    assert change.before_text == names.title("category", "pregnancy") != "pregnancy"
    assert change.after_text == names.title("category", "cervix") != "cervix"


def test_sources_go_by_their_names(ectopic, names):
    fewer = [slug for slug in ectopic.sources if slug != "nhs-ectopic"]

    (change,) = diff_documents(ectopic, changed(ectopic, sources=fewer), names)

    assert [piece.text for piece in change.pieces if piece.act is Act.REMOVED] == [
        names.title("source", "nhs-ectopic") + "\n"
    ]


def test_two_records_of_one_name_are_told_apart(starter_edition):
    source = starter_edition.sources[0]
    twin = source.model_copy(update={"slug": "another-one"})

    names = Names.of([source, twin])

    assert names.title("source", "another-one") == f"{source.title} (another-one)"


def test_values_that_read_alike_are_still_told(ectopic):
    names = Names(titles={("category", "pregnancy"): "Same", ("category", "cervix"): "Same"})

    (change,) = diff_documents(ectopic, changed(ectopic, category="cervix"), names)

    assert (change.before_text, change.after_text) == ("Same (pregnancy)", "Same (cervix)")


def test_a_section_is_marked_word_by_word(ectopic):
    sections = {**ectopic.sections.model_dump(), "what_it_is": "It grows in a tube."}
    old = changed(ectopic, sections=sections)
    new = changed(ectopic, sections={**sections, "what_it_is": "It grows outside a tube."})

    (change,) = diff_documents(old, new)

    assert change.pieces == (
        Piece(Act.SAME, "It grows "),
        Piece(Act.REMOVED, "in"),
        Piece(Act.ADDED, "outside"),
        Piece(Act.SAME, " a tube."),
    )


def test_a_condition_is_told_in_questions_and_answers(names):
    condition = Condition(
        all_of=(Match(finding="pregnancy-status", is_=("yes", "maybe")),),
        any_of=(Match(finding="danger-signs", is_=("fainted",)),),
    )

    text = in_words("when", condition, names)

    assert text.splitlines() == [
        "All of:",
        f"– {names.title('finding', 'pregnancy-status')} “{names.answer('pregnancy-status', 'yes')}” or "
        f"“{names.answer('pregnancy-status', 'maybe')}”",
        "Any of:",
        f"– {names.title('finding', 'danger-signs')} “{names.answer('danger-signs', 'fainted')}”",
    ]


# Parts


def test_a_changed_link_names_its_question(ectopic, names):
    old, new = with_links(ectopic, link(strength=3)), with_links(ectopic, link(strength=1))

    (change,) = diff_documents(old, new, names)

    assert change.path == "finding_links.strength"
    assert names.title("finding", "shoulder-tip-pain") in change.where
    assert (change.before_text, change.after_text) == ("3, characteristic", "1, a weak hint")


def test_a_removed_link_tells_all_that_it_said(ectopic, names):
    old = with_links(ectopic, link(because="Blood irritates.", citations=("nhs-ectopic",)))

    (change,) = diff_documents(old, with_links(ectopic), names)

    assert change.act is Act.REMOVED
    assert change.before_text.splitlines() == [
        f"Question: {names.title('finding', 'shoulder-tip-pain')}",
        f"Answers: {names.answer('shoulder-tip-pain', 'yes')}",
        "For or against: For",
        "Strength: 3, characteristic",
        "Because: Blood irritates.",
        f"Citations: {names.title('source', 'nhs-ectopic')}",
    ]


def test_a_moved_part_is_a_change_of_order_and_nothing_else(ectopic):
    first, second = link("shoulder-tip-pain"), link("one-sided-pain")

    (change,) = diff_documents(with_links(ectopic, first, second), with_links(ectopic, second, first))

    assert change.act is Act.REORDERED


def test_two_links_to_one_question_are_paired_by_what_they_say(ectopic):
    speaks_for = link("scan-in-womb", ("not-seen",))
    speaks_against = link("scan-in-womb", ("yes",), Effect.AGAINST, 2)
    weaker = link("scan-in-womb", ("yes",), Effect.AGAINST, 1)

    (change,) = diff_documents(with_links(ectopic, speaks_for, speaks_against), with_links(ectopic, speaks_for, weaker))

    assert (change.path, change.before, change.after) == ("finding_links.strength", 2, 1)


def test_an_escalation_whose_condition_changed_is_still_the_same_one(ectopic):
    old = with_escalations(ectopic, escalation("danger-signs", "fainted"))
    new = with_escalations(ectopic, escalation("danger-signs", "dizzy"))

    (change,) = diff_documents(old, new)

    assert (change.path, change.act) == ("escalations.when", Act.CHANGED)


def test_equal_parts_stay_paired_when_one_of_them_goes(ectopic):
    one, two = AlsoCalled(name="one"), AlsoCalled(name="two")
    old = changed(ectopic, also_called=[one.model_dump(), two.model_dump()])

    (change,) = diff_documents(old, changed(ectopic, also_called=[two.model_dump()]))

    assert (change.act, change.label) == (Act.REMOVED, "Also called “one”")


def test_the_id_of_a_change_holds_and_tells_changes_apart(ectopic):
    (once,) = diff_documents(ectopic, changed(ectopic, urgency="urgent"))
    (again,) = diff_documents(ectopic, changed(ectopic, urgency="urgent"))
    (other,) = diff_documents(ectopic, changed(ectopic, urgency="soon"))

    assert once.id == again.id != other.id


# Marks


def test_a_citation_is_one_word():
    pieces = mark_words("It hurts. [@nhs-ectopic]", "It hurts. [@nice-ng126]")

    assert pieces[1:] == (Piece(Act.REMOVED, "[@nhs-ectopic]"), Piece(Act.ADDED, "[@nice-ng126]"))


def test_a_rewritten_phrase_reads_as_one():
    pieces = mark_words("Call your doctor today please.", "Ring our nurse today please.")

    assert pieces == (
        Piece(Act.REMOVED, "Call your doctor"),
        Piece(Act.ADDED, "Ring our nurse"),
        Piece(Act.SAME, " today please."),
    )


@pytest.mark.parametrize(("before", "after"), [("one\ntwo", "one\ntwo\nthree"), ("", "one"), ("one", ""), ("a", "b")])
def test_the_marks_give_both_texts_back(before, after):
    for marks in (mark_words(before, after), mark_lines(before, after)):
        old = "".join(piece.text for piece in marks if piece.act is not Act.ADDED)
        new = "".join(piece.text for piece in marks if piece.act is not Act.REMOVED)
        assert (old.rstrip("\n"), new.rstrip("\n")) == (before, after)


@pytest.mark.timeout(20)
def test_a_very_long_text_is_compared_in_time():
    before = "word and word. " * 40_000

    assert "".join(piece.text for piece in mark_words(before, before + "end") if piece.act is not Act.REMOVED)
