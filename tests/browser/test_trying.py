"""A moderator tries the checker on both editions, on a phone: axe finds nothing, nothing is wider than the window."""

from playwright.sync_api import expect

from sitecontent import review
from tests.admin.helpers import cause, edit
from tests.browser.walk import PHONE, serious, too_wide
from tests.fixtures import AT


def test_both_answers_stand_beside_each_other(sign_in, watch, published, reviewer, moderator) -> None:
    record = edit(cause("bleeding-disorder"), reviewer, urgency="soon")
    revision = review.submit(record, author=reviewer, note="Raise the level.", at=AT)
    desk = sign_in(moderator)
    desk.goto(f"/admin/review/{revision.pk}/")
    desk.get_by_role("link", name="Try the checker").click()

    desk.get_by_label("A clinical test case").select_option(published.vignettes[0].slug)
    desk.get_by_role("button", name="Take its answers").click()

    expect(desk.get_by_role("region", name="Today")).to_be_visible()
    expect(desk.get_by_role("region", name="Proposed")).to_be_visible()
    desk.set_viewport_size(PHONE)
    assert serious(desk) == []
    assert too_wide(desk) == []
    watch.wrongs.clear()  # What axe itself does to a page is not the page's doing.
