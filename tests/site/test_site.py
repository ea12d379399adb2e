"""The built site: no page asks another machine for anything, no link leads nowhere, and pages fit a phone.

Where Sphinx is not installed these are left out: `make site-test` installs it."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tests.lab_server import BROWSER_OPTIONS

pytest.importorskip("sphinx", reason="the parts of the site are not installed: make site-test")

from .build import ROOT


class References(HTMLParser):
    """What a page links to (`links`), what it loads by itself (`loads`), and where links can lead in it (`anchors`)."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a":
            self.links += [found["href"]] if "href" in found else []
        else:
            self.loads += [found[name] for name in ("src", "href", "srcset") if name in found and tag != "base"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    line = [sys.executable, "-m", "tests.site.build", str(folder)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_benchmarks_are_a_page_that_the_sidebar_names(site: Path) -> None:
    assert "ResNet18" in (site / "benchmarks.html").read_text(encoding="utf-8")
    assert 'href="benchmarks.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_what_sphinx_keeps_for_its_next_run_is_not_published(site: Path) -> None:
    assert [path.name for path in site.rglob("*") if path.suffix in (".doctree", ".pickle")] == []


def pages_of(site: Path, *suffixes: str) -> list[Path]:
    """The files of the site but for JupyterLite's own, which test_live.py opens."""
    return [path for path in site.rglob("*") if path.suffix in suffixes and path.relative_to(site).parts[0] != "live"]


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, References]:
    return {path: References(path) for path in pages_of(site, ".html")}


def test_every_notebook_and_every_file_of_the_library_is_a_page(site: Path) -> None:
    notebooks = [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("exercises/*.ipynb")]
    assert all((site / path.relative_to(ROOT)).with_suffix(".html").exists() for path in notebooks)
    assert all((site / f"{path.relative_to(ROOT)}.html").exists() for path in ROOT.glob("edutorch/**/*.py"))


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, References]) -> None:
    loads = {each for page in pages.values() for each in page.loads}
    assert [each for each in loads if urlsplit(each).scheme in ("http", "https") or each.startswith("/")] == []


def test_links_and_loads_lead_to_something(site: Path, pages: dict[Path, References]) -> None:
    lost = []
    for page, references in pages.items():
        for each in {*references.links, *references.loads}:
            target, anchor = urldefrag(each)
            if urlsplit(target).scheme:
                continue
            found = (page.parent / unquote(urlsplit(target).path)).resolve() if target else page
            if not found.is_relative_to(site) or not found.exists():
                lost.append((page.name, each))
            elif anchor and found in pages and unquote(anchor) not in pages[found].anchors:
                lost.append((page.name, each))
    assert lost == []


def test_no_page_names_a_folder_of_the_machine(site: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in pages_of(site, ".html", ".js")}
    assert [path.name for path, text in texts.items() if str(ROOT) in text or str(site) in text] == []


def test_code_that_is_folded_in_a_notebook_is_folded_here(site: Path) -> None:
    page = (site / "chapters/02_linear_regression.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<details class="[^"]*above-input', page)) > 3


PAGES = (
    "index",
    "chapters/02_linear_regression",
    "exercises/03_autograd",
    "glossary",
    "benchmarks",
    "reference/edutorch.nn",
    "genindex",
)
LINES = "[...document.querySelectorAll('.highlight .nn')].map((each) => getComputedStyle(each).textDecorationLine)"


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 390), ("light", 1280)])
def test_pages_fit_a_phone_and_only_links_look_like_links(site: Path, scheme: str, width: int, chromium: str) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        for name in PAGES:
            page.goto((site / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert set(page.evaluate(LINES)) <= {"none"}, name  # of the names of modules in code
        browser.close()
