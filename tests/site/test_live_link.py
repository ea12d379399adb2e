"""What the way to a running page says where the browser lacks something: tried in one that lacks it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab_server import BROWSER_OPTIONS

SCRIPT = Path(__file__).with_name("static") / "live.js"
PAGE = '<!doctype html><title>a page</title><p class="live"><a href="live/">Run this page</a></p><script>{}</script>'
ADDRESS = "https://site.test/"
REFUSING = "indexedDB.open = () => { throw new DOMException('denied', 'SecurityError'); };"
FAILING = """indexedDB.open = () => {
    const request = {};
    setTimeout(() => request.onerror());
    return request;
};"""
NO_STORAGE = "Allow this site to store data"


def limit_storage(page: Any, address: str, size: int) -> None:
    """Let pages of this address keep that many bytes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": address, "quotaSize": size})


@pytest.fixture
def told(chromium: str) -> Iterator[Any]:
    """What a page of the site says beside its link, after this script has changed the browser."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:

        def told(script: str = "", quota: int | None = None) -> str:
            browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
            page = browser.new_page()
            page.add_init_script(script or ";")
            if quota is not None:
                limit_storage(page, ADDRESS, quota)
            content = PAGE.format(SCRIPT.read_text(encoding="utf-8"))
            page.route(ADDRESS, lambda route: route.fulfill(body=content, content_type="text/html"))
            page.goto(ADDRESS)
            page.evaluate("async () => { await missing(); await 0; }")  # the page asks the same before
            said = page.locator(".live strong").all_inner_texts()
            browser.close()
            return " ".join(said)

        yield told


def test_nothing_is_said_where_nothing_is_missing(told) -> None:
    assert told() == ""


def test_without_webassembly(told) -> None:
    assert "no WebAssembly" in told("delete window.WebAssembly;")


@pytest.mark.parametrize("script", [REFUSING, FAILING, "Object.defineProperty(window, 'indexedDB', { value: null });"])
def test_where_pages_may_keep_nothing(told, script: str) -> None:
    assert NO_STORAGE in told(script)


def test_where_the_storage_is_full(told) -> None:
    assert "is full" in told(quota=1_000_000)


def test_a_page_that_was_opened_as_a_file(chromium: str, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    place = tmp_path / "page.html"
    place.write_text(PAGE.format(SCRIPT.read_text(encoding="utf-8")), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        page = browser.new_page()
        page.goto(place.as_uri())
        assert "opened as a file" in page.locator(".live strong").inner_text()
        browser.close()
