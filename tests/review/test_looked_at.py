"""What is dear to work out is kept for every process and the next start, is as good as new, and publishes nothing."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sitecontent import models, review
from sitecontent.documents import SafetyRule, Urgency
from sitecontent.edition.checks import RULES, check_edition
from sitecontent.review import build, looked_at
from sitecontent.review.impact import impact_of
from sitecontent.review.proposal import propose, with_documents
from tests.fixtures import AT


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    """Where this test keeps what is worked out."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "looked-at"


@pytest.fixture
def lowered(starter_edition) -> tuple[SafetyRule, ...]:
    """Rules that no longer send anybody anywhere at once: test cases fail, and outcomes change."""
    rules = [rule for rule in starter_edition.safety_rules if rule.at_least is Urgency.EMERGENCY]
    return tuple(rule.model_copy(update={"at_least": Urgency.ROUTINE}) for rule in rules[:5])


def never(*_given: object) -> None:
    raise AssertionError("it was worked out again")


def test_what_was_worked_out_is_read_back_whole(starter_edition, lowered, monkeypatch):
    made = looked_at.proposal_of(starter_edition, lowered), looked_at.impact_on(starter_edition, lowered)
    monkeypatch.setattr(looked_at, "propose", never)
    monkeypatch.setattr(looked_at, "impact_of", never)

    proposal, impact = looked_at.proposal_of(starter_edition, lowered), looked_at.impact_on(starter_edition, lowered)

    assert (proposal, impact) == made
    fresh = propose(starter_edition, lowered)
    assert proposal.compilation.problems == fresh.compilation.problems
    assert proposal.compilation.blocking != ()
    assert impact == impact_of(starter_edition, with_documents(starter_edition, lowered), lowered)
    assert impact.less_urgent != ()
    assert impact.vignettes != ()


def test_another_edition_another_document_or_another_release_is_worked_out_anew(
    starter_edition, lowered, folder, monkeypatch
):
    looked_at.proposal_of(starter_edition, lowered[:1])
    looked_at.proposal_of(starter_edition, lowered[1:2])
    looked_at.proposal_of(replace(starter_edition, note="Another"), lowered[:1])
    monkeypatch.setattr(looked_at, "_code", lambda: "another release")
    looked_at.proposal_of(starter_edition, lowered[:1])

    assert len(list(folder.iterdir())) == 4


def test_what_the_checks_say_of_an_edition_is_kept_too(starter_edition, monkeypatch):
    made = looked_at.problems_in(starter_edition)
    monkeypatch.setattr(looked_at, "check_edition", never)

    assert looked_at.problems_in(starter_edition) == made == check_edition(starter_edition)


@pytest.mark.parametrize("text", ["", "{", "null", '[["one", "too", "few"]]'])
def test_a_file_that_does_not_fit_is_no_file(starter_edition, lowered, folder, text):
    made = looked_at.proposal_of(starter_edition, lowered)
    [path] = folder.iterdir()
    path.write_text(text)

    assert looked_at.proposal_of(starter_edition, lowered) == made


def test_a_folder_that_can_not_be_written_is_told_and_stops_nothing(starter_edition, lowered, folder, caplog):
    folder.write_text("in the way")

    assert looked_at.proposal_of(starter_edition, lowered).compilation.blocking != ()
    assert "could not be kept" in caplog.text


def test_only_the_newest_are_kept(starter_edition, lowered, folder, monkeypatch):
    monkeypatch.setattr(looked_at, "MOST_KEPT", 2)

    for rule in lowered[:4]:
        looked_at.proposal_of(starter_edition, [rule])

    assert len(list(folder.iterdir())) == 2


def test_a_forged_file_publishes_nothing(all_published, lowered, folder, reviewer, moderator, second_moderator):
    """The build of an approval reads no file."""
    proposed = next(rule for rule in lowered if looked_at.proposal_of(all_published, [rule]).compilation.blocking)
    record = models.SafetyRule.apply_document(proposed)
    revision = review.submit(record, author=reviewer, note="Lower.", at=AT)
    for path in folder.iterdir():
        path.write_text(json.dumps([]))
    build._remembered.clear()
    assert looked_at.proposal_of(all_published, [proposed]).compilation.blocking == ()
    approve = partial(
        review.approve,
        revision=revision,
        seen_sha256=revision.sha256,
        reasons=dict.fromkeys(RULES, "Looked at."),
        at=AT,
    )
    approve(moderator=moderator)

    with pytest.raises(review.BuildRefused):
        approve(moderator=second_moderator)
