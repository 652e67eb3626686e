"""Every payload of the corpus, everywhere that Markdown and texts go: nothing runs and nothing is asked for.

The payloads come many to a page. A page fails for a dialog, a call of `pwn`, a script that is refused by the policy, a
request to another site, an event that something listens to, and an element or an address that Markdown can not make.
"""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sitecontent import review
from sitecontent.edition import current
from sitecontent.models import Cause, Source
from sitecontent.review.checking import check_revision, warned_by
from sitecontent.review.publish import newest_edition
from tests.admin.helpers import save, signed_in
from tests.browser.conftest import LONGEST_WAIT_MS, NewPage, Watch
from tests.fixtures import AT
from tests.security.xss import BY_CATEGORY, PAYLOADS, in_batches

LISTEN = """
    window.fired = [];
    window.pwn = () => window.fired.push('pwn');
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = () => window.fired.push(name);
    document.addEventListener('securitypolicyviolation', (event) => window.fired.push(event.blockedURI));
"""

LOOK = """(within) => {
    const events = ['mouseover', 'mouseenter', 'pointerenter', 'pointerover', 'focus', 'focusin', 'error', 'load',
        'toggle', 'beforetoggle', 'animationstart', 'begin', 'start', 'beforeinput', 'scrollend', 'transitionend'];
    const bad = ['script', 'iframe', 'object', 'embed', 'form', 'img', 'svg', 'math', 'style', 'link', 'meta', 'base',
        'video', 'audio', 'input', 'details:not(:has(.rows))', 'template', 'marquee',
        'button:not([popovertarget^="src-"])'];
    const wrong = [];
    for (const root of document.querySelectorAll(within)) {
        for (const element of root.querySelectorAll('*')) {
            for (const event of events) element.dispatchEvent(new Event(event));
            const leads = element.matches('a[href]') && new URL(element.getAttribute('href'), location.href);
            if (leads && !['http:', 'https:', 'mailto:'].includes(leads.protocol)) wrong.push('address ' + leads);
            for (const { name } of element.attributes) {
                // Scripts of the desk style their own parts.
                if (name.startsWith('on') || (name === 'style' && within !== 'body'))
                    wrong.push(name + ' on ' + element.tagName);
            }
        }
        if (within !== 'body')
            for (const element of root.querySelectorAll(bad.join(','))) wrong.push(element.outerHTML.slice(0, 200));
    }
    return [document.querySelectorAll(within).length, wrong];
}"""

SECTIONS = ("what_it_is", "signs", "why_it_bleeds", "what_you_can_do", "what_a_clinician_may_do", "misconceptions")
LONGEST_SECTION = 2400


@pytest.fixture(autouse=True)
def _look_for_new_editions_at_once(monkeypatch):
    monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 0.0)


def listening(page: Page) -> Page:
    page.add_init_script(LISTEN)
    return page


def assert_quiet(page: Page, *, within: str = "body", at_least: int = 1) -> None:
    """Nothing has run, nothing runs when everything is touched, and nothing is there that could."""
    found, wrong = page.evaluate(LOOK, within)
    assert found >= at_least
    assert wrong == []
    assert page.evaluate("window.fired") == []


def as_fields(texts: list[str]) -> dict[str, str]:
    return dict(zip(SECTIONS, texts, strict=False))


@pytest.fixture
def attacked(published, reviewer):
    """A cause whose every text is an attack, submitted with a note that is one too."""
    a_source = Source.objects.order_by("slug").first().slug  # The build refuses one that there is not.
    batches = [batch.replace("no-such-source", a_source) for batch in in_batches(LONGEST_SECTION)]
    assert len(batches) <= len(SECTIONS)
    record = Cause.objects.get(slug="chlamydia")
    changes = {
        **as_fields(batches),
        "clinical_name": '"><img src=x onerror=pwn()>',
        "summary": BY_CATEGORY["elements"][0],
    }
    response = save(signed_in(reviewer), record, **changes)
    assert response.status_code == 302, response.content.decode()[:2000]
    record.refresh_from_db()
    return review.submit(
        record, author=reviewer, note="\n".join(BY_CATEGORY["svg and mathml"]), at=AT + timedelta(days=1)
    )


def test_the_preview_of_every_payload_stays_quiet(new_page: NewPage, sign_in, reviewer, published):
    page = listening(sign_in(reviewer))
    page.goto("/admin/sitecontent/cause/add/")
    field = page.locator("#id_what_it_is")
    for batch in in_batches(9000):
        with page.expect_response("**/admin/preview/") as answered:
            field.fill(batch)
        assert answered.value.status == 200
        preview = page.locator(".markdownx", has=page.locator("#id_what_it_is")).locator(".markdownx-preview")
        expect(preview).to_contain_text("pwn")
        assert_quiet(page, within=".markdownx-preview", at_least=1)
    assert_quiet(page)


def test_saved_submitted_and_published_payloads_stay_quiet(
    new_page: NewPage, sign_in, attacked, reviewer, moderator, watch: Watch
):
    desk = listening(sign_in(moderator))
    desk.set_default_timeout(4 * LONGEST_WAIT_MS)  # A decision on a page full of attacks is long.
    base = f"/admin/review/{attacked.pk}/"
    cause = Cause.objects.get(slug="chlamydia")
    for address in (
        "/admin/review/",
        base,
        f"{base}preview/",
        f"/admin/sitecontent/cause/{cause.pk}/read/",
    ):
        desk.goto(address)
        assert_quiet(desk)
    editor = listening(sign_in(reviewer))
    editor.goto(f"/admin/sitecontent/cause/{cause.pk}/change/")
    assert_quiet(editor)

    moment = timezone.now()
    warned = warned_by(check_revision(attacked, edition=newest_edition(), moderator=moderator, at=moment))
    review.approve(
        revision=attacked,
        moderator=moderator,
        seen_sha256=attacked.sha256,
        comment=PAYLOADS[0],
        reasons=dict.fromkeys(warned, PAYLOADS[0]),
        at=moment,
    )
    current.forget()
    visitor = listening(new_page())
    for address in ("/causes/chlamydia/", "/causes/", "/search/?q=pwn", "/editions/", "/editions/2/", "/api/v1/docs"):
        visitor.goto(address)
        assert_quiet(visitor)
    visitor.goto("/causes/chlamydia/")
    assert "pwn()" in visitor.content()
    assert_quiet(visitor, within=".text > section[id]:not(#signs)", at_least=3)
    for address in (f"/search/?q={payload}" for payload in BY_CATEGORY["attributes"][:6]):
        visitor.goto(address)
        assert_quiet(visitor)

    answered = visitor.request.get("/api/v1/causes/chlamydia")
    assert answered.headers["content-type"].startswith("application/json")
    assert json.loads(answered.text())["clinical_name"].startswith('">')

    # The feed holds HTML in a text: a reader unpacks it and shows it.
    feed = ElementTree.fromstring(visitor.request.get("/feed.xml").text())  # noqa: S314  Our own.
    summary = feed.find("{*}entry/{*}summary")
    assert summary is not None
    assert "pwn" in (summary.text or "")
    visitor.evaluate("(html) => { document.querySelector('main').innerHTML = html }", summary.text)
    assert_quiet(visitor, within="main")
