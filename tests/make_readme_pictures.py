"""Makes the pictures of README.md, in .github/images/.

    python -m tests.make_readme_pictures turning      the six that becomes a nine, from chapter 00's own cells
    python -m tests.make_readme_pictures check        what q.check() says, in JupyterLab (needs Chromium)

Each picture is made for light and for dark pages."""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.animation import PillowWriter
from matplotlib.colors import LinearSegmentedColormap
from playwright import sync_api

from edutorch.course.assignment import load_assignment
from edutorch.course.files import lay_copy
from edutorch.course.notebook import read_notebook, source_of, write_notebook
from tests.course.make_submissions import with_answers
from tests.lab_server import BROWSER_OPTIONS, serving

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / ".github" / "images"
ANGLES = range(0, 181, 5)
FRAMES_A_SECOND = 8
ANSWER, OTHER = "#D55E00", "#56B4E9"  # Okabe and Ito's vermilion and sky blue, as in the chapter


@dataclass
class Page:
    name: str
    background: str
    foreground: str
    jupyter_theme: str


PAGES = [
    Page("light", "#ffffff", "#1f2328", "JupyterLab Light"),
    Page("dark", "#0d1117", "#e6edf3", "JupyterLab Dark"),
]
EXERCISE, QUESTION, MISTAKE = "03_autograd", "exp", "exp-forgets-gy"


def turned_six_of_the_chapter() -> Any:
    """Runs chapter 00 up to the cell that defines turned_six, and gives it: angle -> image, probabilities."""
    names: dict[str, Any] = {}
    for cell in read_notebook(ROOT / "chapters" / "00_welcome.ipynb")["cells"]:
        if cell["cell_type"] == "code":
            exec(source_of(cell).replace("plt.show()", "plt.close('all')"), names)
        if "turned_six" in names:
            return names["turned_six"]
    raise LookupError("chapter 00 defines no function turned_six(angle); adapt tests/make_readme_pictures.py to it")


def make_turning() -> None:
    turned_six = turned_six_of_the_chapter()
    seen = [(angle, *turned_six(angle)) for angle in ANGLES]
    for page in PAGES:
        draw_turning(page, seen)


def draw_turning(page: Page, seen: list[tuple[int, Any, Any]]) -> None:
    with plt.rc_context(colors_of(page)):
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(7, 3.1), width_ratios=(1, 1.9), layout="constrained", dpi=100
        )
        writer = PillowWriter(fps=FRAMES_A_SECOND)
        with writer.saving(figure, str(IMAGES / f"turning_six_{page.name}.gif"), dpi=100):
            for angle, pixels, probabilities in with_pauses(seen):
                draw_frame(figure, left, right, page, angle, pixels, probabilities)
                writer.grab_frame()
        plt.close(figure)


def draw_frame(figure: Any, left: Any, right: Any, page: Page, angle: int, pixels: Any, probabilities: Any) -> None:
    answer, sure = probabilities.argmax().item(), 100 * probabilities.max().item()
    left.clear()
    left.imshow(pixels, cmap=LinearSegmentedColormap.from_list("ink", [page.background, page.foreground]))
    left.axis("off")
    left.set_title(f"a six, turned by {angle}°", fontsize=13)
    right.clear()
    bars = right.bar(range(10), 100 * probabilities.numpy(), color=OTHER)
    bars[answer].set_color(ANSWER)
    right.set(xticks=range(10), ylim=(0, 100), xlabel="digit", ylabel="probability (%)")
    right.spines[["top", "right"]].set_visible(False)
    right.set_title(f"the network says {answer}, {sure:.0f} % sure", fontsize=13)


def with_pauses(seen: list[tuple[int, Any, Any]]) -> Iterator[tuple[int, Any, Any]]:
    """The frames; it rests upright, where the answer changes, and upside down."""
    before = None
    for index, frame in enumerate(seen):
        answer = frame[2].argmax().item()
        rests = 12 if index in (0, len(seen) - 1) else 5 if answer != before else 1
        before = answer
        yield from [frame] * rests


def colors_of(page: Page) -> dict[str, Any]:
    foreground = dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), page.foreground
    )
    background = dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), page.background)
    return foreground | background | {"font.size": 11}


def make_check() -> None:
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            take_check(page, Path(folder))


def take_check(page: Page, folder: Path) -> None:
    """Opens the exercise with a planted mistake as its answer, runs q.check(), and takes the picture of both."""
    copy, home = folder / "my-course", folder / "home"
    lay_copy(copy, ROOT)
    write_notebook(with_answers({QUESTION: mistake()}), copy / "exercises" / f"{EXERCISE}.ipynb")
    theme = home / "settings" / "@jupyterlab" / "apputils-extension"  # where serving() keeps its settings
    theme.mkdir(parents=True)
    (theme / "themes.jupyterlab-settings").write_text(json.dumps({"theme": page.jupyter_theme}))
    with serving(copy, ROOT, home) as address, sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=BROWSER_OPTIONS)
        view = browser.new_page(viewport={"width": 860, "height": 2400}, device_scale_factor=1.5)
        view.set_default_timeout(120_000)
        view.goto(f"{address}/doc/tree/exercises/{EXERCISE}.ipynb?reset")
        view.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
        question = view.locator(".jp-CodeCell", has_text=f"# question: {QUESTION}").first
        check = view.locator(".jp-CodeCell", has_text=f'exercise("{EXERCISE}", "{QUESTION}")').first
        check.locator(".cm-content").click()
        view.get_by_role("menuitem", name="Run", exact=True).click()
        view.get_by_text("Run All Above Selected Cell", exact=True).click()
        check.locator(".cm-content").click()
        view.keyboard.press("Shift+Enter")
        check.locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]")).wait_for()
        question.evaluate("cell => cell.scrollIntoView({block: 'start'})")  # clear of the status bar
        view.mouse.move(0, 0)
        view.wait_for_timeout(500)  # until the toolbar of the cell has faded
        above, below = question.bounding_box(), check.bounding_box()
        clip = above | {"height": below["y"] + below["height"] - above["y"] - 2}  # 2: the next cell's frame
        view.screenshot(path=IMAGES / f"check_{page.name}.png", clip=clip)
        browser.close()


def mistake() -> str:
    """The source of the mistake, as it is planted in the solution."""
    question = load_assignment(ROOT / "solutions" / f"{EXERCISE}.ipynb").questions[QUESTION]
    return next(each.source for each in question.mistakes if each.id == MISTAKE)


def chromium() -> str:
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next(path for name in names if name and (path := shutil.which(name)))


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    {"turning": make_turning, "check": make_check}[sys.argv[1]]()
