"""A real Chromium on a running site with starter content published."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from sitecontent.edition.edition import Edition
from tests.tooling.chromium import ARGUMENTS, find_chromium
from tests.tooling.translation import LANGUAGE, gather_messages, translate

HERE = Path(__file__).parent
PASSWORD = "a-long-test-password"
LONGEST_WAIT_MS = 30_000

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    # Playwright keeps an event loop running in this thread. Django takes that for asynchronous code and would refuse
    # the tests their database; there is none.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def live_site(live_server: LiveServer, published: Edition) -> str:
    """The address of a running site, without a slash at its end. A part of the starter content is published on it."""
    return live_server.url


class Watch:
    """What a page did that none may do: call another site, run into an error, break the content security policy."""

    def __init__(self, site: str) -> None:
        """Watch pages of the site at this address."""
        self.site = site
        self.wrongs: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Let no request of this context reach another site, and write down whatever goes wrong."""
        context.route("**/*", self._let_through_only_our_own)
        context.on("page", self._listen)

    def _let_through_only_our_own(self, route: Route) -> None:
        if route.request.url.startswith(f"{self.site}/"):
            route.continue_()
        else:
            self.wrongs.append(f"asked another site: {route.request.url}")
            route.abort()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrongs.append(f"script error: {error}"))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.wrongs.append(f"policy: {message.text}")
        elif message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.wrongs.append(f"console: {message.text}")


@pytest.fixture
def watch(live_site: str) -> Iterator[Watch]:
    """Fails the test at its end for anything that a page may never do."""
    watch = Watch(live_site)
    yield watch
    assert watch.wrongs == []


@pytest.fixture
def new_page(browser: Browser, live_site: str, watch: Watch) -> Iterator[NewPage]:
    """Open pages as different people: each call is a browser of its own, without a cookie, watched.

    Options are those of Playwright's `new_context`: `java_script_enabled=False`, `viewport={...}` and so on. They ask
    for no motion unless told otherwise: a colour half on its way to another would be measured as if it stayed.
    """
    contexts = []

    def open_page(**options: object) -> Page:
        settled: dict[str, object] = {"locale": "en-GB", "reduced_motion": "reduce", "service_workers": "block"}
        context = browser.new_context(base_url=live_site, **settled | options)
        contexts.append(context)
        context.set_default_timeout(LONGEST_WAIT_MS)
        watch.over(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A visitor's page."""
    return new_page()


@pytest.fixture
def page_without_script(new_page: NewPage) -> Page:
    """The page of a visitor whose browser runs no script."""
    return new_page(java_script_enabled=False)


@pytest.fixture
def sign_in(new_page: NewPage, live_site: str, settings: Settings) -> Callable[[User], Page]:
    """Open a page at the desk as this person, who has signed in. By hand it is done in a test of its own."""

    def as_person(user: User) -> Page:
        client = Client()
        client.force_login(user)
        page = new_page()
        name = settings.SESSION_COOKIE_NAME
        path = settings.SESSION_COOKIE_PATH
        host = urlsplit(live_site).hostname
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "domain": host, "path": path}])
        page.goto("/admin/")
        return page

    return as_person


@pytest.fixture
def translated_interface(live_site: str, settings: Settings, tmp_path: Path) -> None:
    """Let the interface of the running site speak a longer language that is written from right to left."""
    gather_messages(tmp_path)
    translate(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGE_CODE = LANGUAGE


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """Let axe look at a page, by the rules of WCAG 2.2 AA and its own good practice, and refuse every finding.

    With `rules` it looks by these alone, with `also` by these too.
    """
    axe = Axe()

    def look(page: Page, *, rules: Sequence[str] = (), also: Sequence[str] = ()) -> None:
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        else:
            options["rules"] = {rule: {"enabled": True} for rule in ("target-size", *also)}
        found = axe.run(page, options=options)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return look
