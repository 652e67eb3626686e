"""The page of each cause, opened in a real browser: it has its level, its red flags and its sources."""

from playwright.sync_api import Page


def test_the_page_of_every_cause_opens(all_published, page: Page) -> None:
    wrong = []
    for cause in all_published.causes:
        answer = page.goto(f"/causes/{cause.slug}/", wait_until="domcontentloaded")
        heading = page.get_by_role("heading", level=1).inner_text()
        parts = [page.locator(part).count() for part in (".care-card", "#sooner", "#sources-title")]
        if answer is None or answer.status != 200 or heading != cause.title or 0 in parts:
            wrong.append((cause.slug, heading, parts))

    assert wrong == []
