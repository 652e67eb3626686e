"""The ledger as a file that somebody else verifies, with a script that knows nothing of this site."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from sitecontent import review
from tests.admin.helpers import submit
from tests.fixtures import AT
from tests.review.test_ledger import tamper

SCRIPT = Path(settings.BASE_DIR, "docs", "verify_ledger.py")
LINES_AT_MOST = 30


_made: list[str] = []


@pytest.fixture
def lines(published, reviewer, moderator, tmp_path):
    """The export of three editions: the starter content, an approved change, and a record taken down. Made once."""
    if not _made:
        revision = submit("chlamydia", reviewer, summary="Written\u2028anew.")
        review.approve(revision=revision, moderator=moderator, seen_sha256=revision.sha256, at=AT)
        review.retire(records=[("claim-review", published.claims[0].slug)], by=moderator, reason="Wrong.", at=AT)
        path = tmp_path / "ledger.jsonl"
        call_command("verify_ledger", "--export", str(path), verbosity=0)
        _made.extend(path.read_text(encoding="utf-8").removesuffix("\n").split("\n"))
    return list(_made)


@pytest.fixture
def verify(tmp_path):
    """Run the script as a third party does: alone, in a bare Python, somewhere else."""

    def run(lines, *seal):
        path = tmp_path / "theirs.jsonl"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
        return subprocess.run(
            [sys.executable, "-I", "-S", "-O", str(SCRIPT), str(path), *seal],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def changed(line, change):
    """The line as a forger writes it: changed, and in the same spelling."""
    edition = json.loads(line)
    change(edition)
    return json.dumps(edition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_the_script_is_short_and_needs_nothing_but_python():
    text = SCRIPT.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LINES_AT_MOST
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


def test_an_honest_export_verifies(lines, verify, some_starter_documents):
    seal = json.loads(lines[-1])["sha256"]

    done = verify(lines, seal)

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"3 editions and {len(some_starter_documents) - 1} records fit, up to the seal {seal}\n"


def reseal(edition):
    edition["sha256"] = "f" * 64


def drop_a_rule(edition):
    edition["changes"] = [change for change in edition["changes"] if change[0] != "safety-rule"]


def publish_unsigned(edition):
    edition["changes"][0][3][6] = []


def sign_as_somebody_else(edition):
    edition["changes"][0][3][6][0]["name"] = "Somebody else"


def sign_another_document(edition):
    edition["changes"][0][3][6][0]["seen_sha256"] = "0" * 64


def rewrite(edition):
    edition["changes"][0][2]["summary"] = "Forged."


def rename(edition):
    edition["changes"][0][1] = "gonorrhoea"


def call_it_starter(edition):
    edition["changes"][0][3][3] = "starter"


def backdate(edition):
    edition["changes"][0][3][5] = "2020-01-01T00:00:00+00:00"


def take_down_another(edition):
    edition["changes"][0][1] = "nothing-like-this"


def say_more_of_what_was_taken_down(edition):
    edition["changes"][0][2] = {"note": "unseen"}


def say_more(edition):
    edition["approved_by"] = "Everybody"


def rewrite_everything(edition):
    """The document with its new hash, as somebody would who knows how it is sealed."""
    rewrite(edition)
    document, sealed = edition["changes"][0][2:]
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sealed[2] = sealed[6][0]["seen_sha256"] = hashlib.sha256(text.encode()).hexdigest()


FORGERIES = [
    pytest.param(0, drop_a_rule, "edition 1: the seal is not of what it holds", id="a rule left out"),
    pytest.param(0, reseal, "edition 1: the seal is not of what it holds", id="another seal"),
    pytest.param(1, lambda edition: edition.update(note="Forged"), "edition 2: the seal", id="note"),
    pytest.param(1, lambda edition: edition.update(published_by="Nobody"), "edition 2: the seal", id="person"),
    pytest.param(1, lambda edition: edition.update(published_at="2020-01-01"), "edition 2: the seal", id="time"),
    pytest.param(1, lambda edition: edition.update(number=7), "line 2 is not edition 2", id="number"),
    pytest.param(1, lambda edition: edition.update(previous_sha256="7"), "edition 2 does not follow", id="chain"),
    pytest.param(1, say_more, "edition 2: the seal", id="something added"),
    pytest.param(1, rewrite, "edition 2: cause/chlamydia is not the document", id="document"),
    pytest.param(1, rewrite_everything, "edition 2: the seal", id="document with its hashes"),
    pytest.param(1, rename, "edition 2: cause/gonorrhoea is not the document", id="record"),
    pytest.param(1, publish_unsigned, "edition 2: cause/chlamydia was approved by nobody", id="no approval"),
    pytest.param(1, call_it_starter, "edition 2: cause/chlamydia was approved by nobody", id="called starter"),
    pytest.param(1, sign_as_somebody_else, "edition 2: the seal", id="another name"),
    pytest.param(1, sign_another_document, "another document was approved", id="another document signed"),
    pytest.param(1, backdate, "edition 2: the seal", id="another day"),
    pytest.param(2, take_down_another, "was not there to be taken down", id="another record taken down"),
    pytest.param(2, say_more_of_what_was_taken_down, "was not there to be taken down", id="words on a removal"),
    pytest.param(2, lambda edition: edition.update(changes=[]), "edition 3: the seal", id="a removal left out"),
]


@pytest.mark.parametrize(("place", "forge", "words"), FORGERIES)
def test_each_forgery_is_found_and_named(lines, verify, place, forge, words):
    lines[place] = changed(lines[place], forge)

    done = verify(lines)

    assert done.returncode == 1
    assert words in done.stderr


def test_an_edition_left_out_is_found(lines, verify):
    assert "line 2 is not edition 2" in verify([lines[0], lines[2]]).stderr


def test_editions_in_another_order_are_found(lines, verify):
    assert "line 1 is not edition 1" in verify([lines[1], lines[0], lines[2]]).stderr


def test_an_export_that_ends_too_soon_is_found_by_its_seal(lines, verify):
    seal = json.loads(lines[-1])["sha256"]

    done = verify(lines[:2], seal)

    assert done.returncode == 1
    assert "the last edition, 2, has the seal" in done.stderr


def test_a_second_value_under_one_name_is_found(lines, verify):
    lines[1] = lines[1].replace('{"changes"', '{"note":"Forged","changes"', 1)

    assert "line 2 is not edition 2 as exported" in verify(lines).stderr


def test_an_empty_export_is_not_taken_for_a_ledger(verify):
    assert verify([]).returncode != 0


def test_a_forged_ledger_is_not_exported_and_an_old_export_stays(published, tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_text("the last one")
    tamper("UPDATE sitecontent_publishededition SET note = 'forged' WHERE number = 1")

    with pytest.raises(CommandError, match="Edition 1: its seal is"):
        call_command("verify_ledger", "--export", str(path))

    assert path.read_text() == "the last one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_can_not_be_written_is_told(published, tmp_path):
    with pytest.raises(CommandError, match="can not be written: No such file or directory"):
        call_command("verify_ledger", "--export", str(tmp_path / "nowhere" / "ledger.jsonl"))


def test_a_review_that_changed_nothing_verifies_too(published, moderator, verify, tmp_path):
    record = published.entry("cause", "chlamydia").document
    review.sign_unchanged(
        kind=record.kind, slug=record.slug, by=moderator, seen_sha256=record.sha256, note="Read it.", at=AT
    )
    path = tmp_path / "ledger.jsonl"
    call_command("verify_ledger", "--export", str(path), verbosity=0)
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")

    assert verify(lines).returncode == 0, verify(lines).stderr

    def forge(edition):
        edition["changes"][0][3][7][0]["seen_sha256"] = "0" * 64

    assert "cause/chlamydia: another document was approved" in verify([lines[0], changed(lines[1], forge)]).stderr
