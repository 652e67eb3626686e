"""What an approval weighed is kept with it, and shown where the decision is."""

import pytest

from sitecontent.models import Cause, Decision, Revision
from tests.admin.helpers import MORE, address, cause, decide, page_of, signed_in, submit
from tests.admin.pages import read

pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture
def ticked(reviewer, moderator) -> Revision:
    """A revision that lowers safety, which one moderator has approved, with its ticks."""
    Cause.objects.get(slug="chlamydia").finding_links.last().delete()
    revision = submit("chlamydia", reviewer, summary=cause("chlamydia").summary + MORE)
    desk = signed_in(moderator)
    boxes = [item.change.id for item in desk.get(page_of(revision)).context["comparison"].dangerous]
    decide(desk, revision, seen=boxes)
    return revision


def test_the_desk_keeps_what_was_ticked(ticked):
    assert [tick["path"] for tick in Decision.objects.get().ticked] == ["finding_links"]


def test_the_history_of_the_record_and_the_revision_tell_what_was_ticked_and_what_demanded_two(
    ticked, second_moderator
):
    desk = signed_in(second_moderator)
    decision = Decision.objects.get()

    for page in (address(cause("chlamydia"), "story"), page_of(ticked)):
        text = read(desk.get(page)).text
        assert "It took 2 approvals:" in text
        assert decision.two_because[0] in text
        assert "Dangerous changes ticked one by one (1)" in text
        assert "Link to a question removed or weakened, Source removed: Link to a question “" in text
