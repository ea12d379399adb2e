"""Builds the site into site/: `make site`, or `python -m tests.site.build [FOLDER]`.

The pages are the repository's own files: notebooks with their committed outputs, README, the lists, docstrings. They
are laid out in a folder as in the repository, so that the links between them lead on; Sphinx does the rest.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

from edutorch.course.chapters import LAST, course_order
from edutorch.course.concepts import glossary, index, load_concepts
from edutorch.course.notebook import Notebook, as_lines, read_notebook, source_of, write_notebook
from tests.benchmarks import results

from .elsewhere import BRANCH, lay_notebooks, links, repository
from .live import MEGABYTES, PAGE, PARTS, build_live
from .reference import write_reference

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
WITHOUT_SCRIPTS = "<noscript>This browser runs no JavaScript, which that needs: allow it to this site.</noscript>"
PROJECT = ("CONTRIBUTING", "CHANGELOG", "solutions/README")  # Markdown beside that of the library


def prepare(folder: Path) -> None:
    """Lay the sources of all pages into a new folder."""
    shutil.copytree(HERE / "static", folder / "_static")
    for name in ("conf.py", "docstrings.py", "offline_math.py"):
        shutil.copy(HERE / name, folder / name)
    shutil.copytree(ROOT / ".github" / "images", folder / "_static" / "images")
    for name in (*library_pages(), *PROJECT):
        page = folder / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(with_site_links((ROOT / f"{name}.md").read_text()))
    for path in (ROOT / "LICENSE", ROOT / "CITATION.cff", *ROOT.glob("edutorch/course/*.json")):  # links lead to them
        (folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / path.relative_to(ROOT))
    for path in sorted((ROOT / "edutorch").rglob("*.py")):
        write_source_page(path, folder)
    for path in course_order(ROOT):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(exist_ok=True)
        write_notebook(as_page(read_notebook(path), path.relative_to(ROOT).as_posix()), target)
    (folder / "glossary.md").write_text(glossary_page())
    (folder / "benchmarks.md").write_text(benchmarks_page())
    names = write_reference(folder / "reference")
    (folder / "index.md").write_text(front_page(names))


def library_pages() -> list[str]:
    """The Markdown pages that stand beside the library's source."""
    return [f"edutorch/{path.stem}" for path in sorted((ROOT / "edutorch").glob("*.md"))]


def as_page(notebook: Notebook, name: str) -> Notebook:
    """The notebook with its folded code folded on the page too.

    In place of its first line of navigation stand the ways to run it: the page has a navigation of its own."""
    for cell in notebook["cells"]:
        metadata = cell.get("metadata", {})
        if metadata.get("jupyter", {}).get("source_hidden"):
            metadata.setdefault("tags", []).append("hide-input")
        if cell["cell_type"] == "markdown":
            cell["source"] = as_lines(with_site_links(source_of(cell)))
    first, *cells = [cell for cell in notebook["cells"] if cell.get("id") != LAST]
    ways = ways_to_run(name)
    first["source"] = as_lines(ways)
    # The title comes first: a page takes its name from it.
    notebook["cells"] = [cells[0], *([first] if ways else []), *cells[1:]]
    return notebook


def ways_to_run(name: str) -> str:
    """The links that run a notebook, here or elsewhere, as HTML; "" where there are none."""
    live = f'<a href="../live/{PAGE}?path={name}">Run this page in the browser</a> (the first time it loads some {MEGABYTES} MB)'
    ways = [f'<p class="live">{live}{WITHOUT_SCRIPTS}</p>'] if PARTS.exists() else []
    ways += [f'<p class="elsewhere">{links(repository(), name)}</p>'] if repository() else []
    return "\n".join(ways)


def with_site_links(text: str) -> str:
    """Links to files of the library lead to the pages that show them."""
    return re.sub(r"(\]\([^)\s]+\.py)(?=\))", r"\1.md", text)


def write_source_page(path: Path, folder: Path) -> None:
    """A page with the text of a file, which no search looks into."""
    name = path.relative_to(ROOT)
    page = folder / f"{name}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, folder / name)
    listing = f"```{{literalinclude}} {path.name}\n:language: python\n:lineno-start: 1\n```"
    title = str(name).replace("_", "\\_")
    page.write_text(f"---\norphan: true\nnosearch: true\n---\n\n# {title}\n\n{listing}\n")


def glossary_page() -> str:
    concepts = load_concepts(ROOT / "chapters")
    return f"# Glossary\n\n{glossary(concepts)}\n\n## Where each word is taught\n\n{index(concepts).replace('](', '](chapters/')}\n"


def benchmarks_page() -> str:
    """The newest figures: the ratios of README.md, and the times that they come of."""
    found = results.newest()
    rows = ["| work | threads | edutorch (ms) | PyTorch (ms) | ratio | quartiles |", "| --- |" + " --: |" * 5]
    for row in found["rows"]:
        times = f"{row['ours_ms']:.3f} | {row['pytorch_ms']:.3f} | {row['ratio']:.2f}"
        rows.append(f"| {row['work']} | {row['threads']} | {times} | {row['low']:.2f} to {row['high']:.2f} |")
    about = (
        "CPU time divided by PyTorch's, on the same work and the same threads (two threads: by the clock on the wall)."
        " Under 1 is faster than PyTorch. `make bench` measures it on your machine."
    )
    times = "## The times\n\nMedians; the quartiles are those of the ratio, over pairs of runs that took turns."
    return "\n\n".join(["# Benchmarks", about, results.readme_table(found), times, "\n".join(rows)]) + "\n"


def front_page(reference: list[str]) -> str:
    """README.md, with the lists of pages that make the site's sidebar."""
    course = [path.relative_to(ROOT).as_posix() for path in course_order(ROOT)]
    return "\n\n".join(
        [
            with_site_links((ROOT / "README.md").read_text()).replace(".github/images/", "_static/images/"),
            toctree("The course", course),
            toctree("The library", ["glossary", *library_pages(), "benchmarks", *reference]),
            toctree("The project", list(PROJECT)),
        ]
    )


def toctree(caption: str, pages: list[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"])


def build(target: Path) -> int:
    """Make the site in the folder `target`; 0 if nothing was wrong, warnings included."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder / "pages")
        # Sphinx's notes for its next run are three times the size of the pages: they stay in the temporary folder.
        options = ["-b", "html", "-q", "-W", "--keep-going", "-d", str(folder / "doctrees")]
        result = build_main([*options, str(folder / "pages"), str(folder / "site")])
        shutil.rmtree(target, ignore_errors=True)
        # myst-nb leaves folders of its own beside the pages, which so go with the temporary one.
        shutil.move(folder / "site", target)
    if PARTS.exists():
        build_live(target / "live")
    else:
        print("Without npm there is no Pyodide: the site has the pages, and no way to run them in the browser.")
    if repository():
        lay_notebooks(target / BRANCH, repository())
    return result


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "site"))
