"""What every test shares: the clone, Chromium, bubblewrap, the list of what was left out."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The clone the tests run in."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium or Chrome; the test is left out where there is none."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    pytest.skip("no Chromium found (install it, or name it in the variable CHROMIUM)")


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """Path of bubblewrap; the test is left out where there is none."""
    path = shutil.which("bwrap")
    if path is None:
        pytest.skip("no bubblewrap found (package bubblewrap, Linux only)")
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was left out and why, each reason once, above pytest's own last line."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    if reasons:
        terminalreporter.section("left out")
        for reason, count in reasons.most_common():
            terminalreporter.write_line(f"{count:5d}  {reason}")
