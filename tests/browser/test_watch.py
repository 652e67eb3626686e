"""The guard over the browser tests: it must see what it is there to see."""

from playwright.sync_api import Browser

from tests.browser.conftest import Watch


def test_watch_stops_and_notes_a_request_to_another_site(browser: Browser, live_site: str) -> None:
    watch = Watch(live_site)
    context = browser.new_context(base_url=live_site, bypass_csp=True)
    watch.over(context)
    page = context.new_page()
    page.goto("/")

    reached = page.evaluate("fetch('https://elsewhere.example/').then(() => true, () => false)")

    assert reached is False
    assert watch.wrongs == ["asked another site: https://elsewhere.example/"]
    context.close()


def test_watch_notes_an_inline_script_that_the_policy_refused(browser: Browser, live_site: str) -> None:
    watch = Watch(live_site)
    context = browser.new_context(base_url=live_site)
    watch.over(context)
    page = context.new_page()
    page.goto("/")

    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
    }""")
    ran = page.evaluate("window.ran")
    page.wait_for_timeout(100)

    assert ran is None
    assert len(watch.wrongs) == 1
    assert watch.wrongs[0].startswith("policy:")
    context.close()
