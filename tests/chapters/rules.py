"""What each chapter must show, as far as a machine can hold it: each rule takes a chapter and gives its faults.

`test_structure.py` applies them to the chapters, `test_rules.py` shows each one finding a fault.
`python -m tests.chapters.rules 03_autograd` prints those of one chapter."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache

from edutorch.course.chapters import WORDS
from edutorch.course.concepts import Concept, load_concepts
from tests.chapters.reading import FOLDER, output_texts, tags, text
from tests.chapters.reading import chapter as read_chapter

LONGEST_CELL = 30  # lines
LONGEST_PLOT = 8  # lines that draw, in a cell that is not folded
WIDEST_LISTING = 104  # characters: on a page 1,200 pixels wide, a longer line breaks within words
LONGEST_LISTING = 26  # lines that show_source prints, the place among them
SURPRISE_WITHIN = 5  # cells, the navigation not counted
WORDS_A_MINUTE, MINUTES_A_CELL, MINUTES_A_TURN = 150, 0.5, 2  # of prose, of code that shows, of a turn
MINUTES_OF_WAITING = 15  # at most, in a chapter that trains for long
WIDGETS = ("play", "buttons", "step_graph", "explore", "drawing_pad")

# No private vocabulary, nothing that a native speaker would not write, American spelling.
WORDS_NOT_TO_USE = (
    r"\bkept aside|\bkeep \w+ aside|\bby differences|\bshare right|\w+ rightly\b|[Dd]ifferences know|\b[Oo]ne says it"
    r"|The way on|numbers of the computer end|\bHow many percent"
    r"|\b(?:un|de)?(?:normal|optim|initial|memor|general|visual|regular|recogn|organ|minim|maxim|summar|standard|quant"
    r"|penal|vector|real|special|util|parametr|serial|discret|local|equal|stabil|random|categor|character|factor|token)"
    r"is(?:e[sdr]?|ing|ations?)\b"
    r"|\b(?:derivative|slope)s?(?: of [^.\n]{1,24})? by (?:each|its?\b|this|`|[a-z]\b)|\bfor ever\b"
    r"|\b\w*(?:colour|behaviour|neighbour|favour)\w*|\bgrey\w*|\bcentre[ds]?\b|\b(?:label|model|travel)l(?:ed|ing)\b"
    r"|\blicence\b|\bjudgement\b|\banalyse[ds]?\b|\bwhilst\b"
)


def code(chapter: dict) -> Iterator[dict]:
    return (cell for cell in chapter["cells"] if cell["cell_type"] == "code")


def prose(chapter: dict) -> Iterator[dict]:
    return (cell for cell in chapter["cells"] if cell["cell_type"] == "markdown")


def source(cell: dict) -> str:
    return text(cell["source"])


def folded(cell: dict) -> bool:
    return cell["metadata"].get("jupyter", {}).get("source_hidden", False)


def calls(cell: dict, *names: str) -> list[ast.Call]:
    """The calls of functions with these names, as name(...) or module.name(...)."""
    found = [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Call)]
    return [call for call in found if getattr(call.func, "id", getattr(call.func, "attr", None)) in names]


def has_a_frame(chapter: dict) -> Iterator[str]:
    """Title with its question, minutes, what is needed, and three things the reader will be able to do."""
    title = source(chapter["cells"][1])
    if not re.match(r"# \d+\. .+: .+\?\n", title):
        yield "the second cell begins with the title and its question: # 3. Autograd: how can a program ...?"
    if not re.search(r"\*\*\d+ minutes\*\*", title):
        yield "under the title stands how long it takes: **30 minutes**"
    if "You need" not in title:
        yield 'under the title stands what is needed: "You need ..." with links'
    able = title.partition("You will be able to")[2]
    if len(re.findall(r"^- ", able, re.MULTILINE)) != 3:
        yield 'under the title stands "You will be able to" with three items'


def says_how_long_it_takes(chapter: dict) -> Iterator[str]:
    """Reading, running and turns, to the nearest five minutes; what is folded and the glossary do not count."""
    minutes, deeper = 0.0, False
    for cell in chapter["cells"]:
        shown = source(cell)
        if re.match("## ", shown):
            deeper = shown.startswith("## Deeper")
        if deeper or cell.get("id") == WORDS:
            continue
        if cell["cell_type"] == "markdown":
            minutes += len(re.findall(r"[\w'’-]+", re.sub(r"\]\([^)]*\)", "]", shown))) / WORDS_A_MINUTE
        elif not folded(cell):
            minutes += MINUTES_A_TURN if calls(cell, "check_turn") else MINUTES_A_CELL
    said = re.search(r"\*\*(\d+) minutes\*\*", source(chapter["cells"][1]))
    due = 5 * round(minutes / 5)
    if said and not due <= int(said[1]) <= due + MINUTES_OF_WAITING:
        yield f"it takes {minutes:.1f} minutes: say **{due} minutes**, or more where training has to be waited for"


def opens_with_a_surprise(chapter: dict) -> Iterator[str]:
    """The failure or surprise, in a cell tagged `surprise`."""
    if not any("surprise" in tags(cell) for cell in chapter["cells"][1 : SURPRISE_WITHIN + 1]):
        yield f"none of the first {SURPRISE_WITHIN} cells is tagged `surprise`"


def lets_the_reader_do_something(chapter: dict) -> Iterator[str]:
    """Three predictions, three turns, two widgets."""
    for what, names, least in (
        ("predictions", ["ask"], 3),
        ("turns", ["check_turn"], 3),
        ("widgets", WIDGETS, 2),
    ):
        count = sum(bool(calls(cell, *names)) for cell in code(chapter))
        if count < least:
            yield f"{count} {what}, at least {least} ({', '.join(names)})"


def has_short_cells(chapter: dict) -> Iterator[str]:
    for cell in code(chapter):
        if len(source(cell).splitlines()) > LONGEST_CELL:
            yield f"more than {LONGEST_CELL} lines: {source(cell)[:60]!r}"


def folds_long_plots(chapter: dict) -> Iterator[str]:
    drawing = re.compile(r"^\s*(?:\w+ = |for .* in |\w+, \w+ = )?(?:plt|fig\w*|ax\w*|left|right|top|bottom)\b.*[.(]")
    for cell in code(chapter):
        lines = [line for line in source(cell).splitlines() if drawing.match(line)]
        if len(lines) > LONGEST_PLOT and not folded(cell):
            yield f"{len(lines)} lines that draw, not folded: {source(cell)[:60]!r}"


def gives_pictures_a_text(chapter: dict) -> Iterator[str]:
    """Alternative text: of an <img>, in the output's metadata or in the cell's."""
    for cell in code(chapter):
        for output in cell["outputs"]:
            data = output.get("data", {})
            for tag in re.findall(r"<img\b[^>]*>", text(data.get("text/html", ""))):
                if not re.search(r'alt="[^"]{12,}"', tag):
                    yield f"a picture without alternative text: {source(cell)[:60]!r}"
            if "aria-label=" not in text(data.get("image/svg+xml", "aria-label=")):
                yield f"a drawing without a label for screen readers: {source(cell)[:60]!r}"
            known = output.get("metadata", {}).get("image/png", {}).get("alt") or cell["metadata"].get("alt")
            if "image/png" in data and not known:
                yield f"a picture without alternative text (viz.picture gives one): {source(cell)[:60]!r}"


def leaves_static_pictures(chapter: dict) -> Iterator[str]:
    """What a widget leaves for readers without a kernel; `make notebooks` drops the widget itself."""
    for cell in code(chapter):
        if any("widget-view" in each for output in cell["outputs"] for each in output.get("data", {})):
            yield f"a widget in the stored output, `make notebooks` drops it: {source(cell)[:60]!r}"
        pictures = [output for output in cell["outputs"] if set(output.get("data", {})) - {"text/plain"}]
        if calls(cell, *WIDGETS) and not pictures:
            yield f"a widget without a static picture: {source(cell)[:60]!r}"


def uses_plain_words(chapter: dict) -> Iterator[str]:
    for cell in chapter["cells"]:
        for found in re.findall(rf"(?:{WORDS_NOT_TO_USE})", source(cell)):
            yield f"not to be used: {found!r} in {source(cell)[:60]!r}"


def shows_short_sources(chapter: dict) -> Iterator[str]:
    for cell in code(chapter):
        listings = calls(cell, "show_source") and max((each.count("\n") for each in output_texts(cell)), default=0)
        if listings and listings > LONGEST_LISTING + 4:  # Markdown's own lines
            yield f"{listings} lines of source, name one function: {source(cell)[:60]!r}"


def shows_sources_that_fit(chapter: dict) -> Iterator[str]:
    for cell in code(chapter):
        for line in "\n".join(output_texts(cell) if calls(cell, "show_source") else []).splitlines():
            if len(line) > WIDEST_LISTING:
                yield f"a line of {len(line)} characters, shorten it in its file: {line.strip()[:60]!r}"


def writes_formulas_that_need_no_mathjax(chapter: dict) -> Iterator[str]:
    """Offline, an exported page has no MathJax: a formula is read as it is typed, in words, code and Unicode."""
    for cell in prose(chapter):
        for found in re.findall(r"\$\$|\$[^$\n]+\$|\\\w+\{", source(cell)):
            yield f"needs MathJax: {found!r} in {source(cell)[:60]!r}"


def folds_the_deeper_part(chapter: dict) -> Iterator[str]:
    for cell in prose(chapter):
        if re.match(r"#+ Deeper\b", source(cell)) and not cell["metadata"].get("jp-MarkdownHeadingCollapsed"):
            yield 'the section "Deeper" is not folded: metadata "jp-MarkdownHeadingCollapsed": true on its heading'


def asks_before_it_reveals(chapter: dict) -> Iterator[str]:
    """Each question has `guess = None`, a name of its own, and one cell tagged `reveal` that hides all it shows."""
    asked: set[str] = set()
    for cell in code(chapter):
        for name in re.findall(r"^(\w+) = ask\(guess, ", source(cell), re.MULTILINE):
            if not re.search(r"^guess = None  # .*\"skip\"", source(cell), re.MULTILINE):
                yield f'{name}: above it stands guess = None  # what and in which unit, or "skip"'
            if name in asked:
                yield f"two questions have the name {name}"
            asked.add(name)
        if calls(cell, "reveal", "ask") and "reveal" not in tags(cell) and calls(cell, "reveal"):
            yield f"not tagged `reveal`: {source(cell)[:60]!r}"
        if "reveal" in tags(cell):
            yield from _shows_only_when_revealed(cell, asked)
    used = {name for cell in code(chapter) for name in re.findall(r"\breveal\((\w+),", source(cell))}
    if asked != used:
        yield f"asked and never revealed, or the other way round: {sorted(asked ^ used)}"


def _shows_only_when_revealed(cell: dict, asked: set[str]) -> Iterator[str]:
    quiet = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.If)
    for statement in ast.parse(source(cell)).body:
        if isinstance(statement, ast.If):
            if not re.match(r"reveal\(\w+, |\w+\.revealed$", ast.unparse(statement.test)):
                yield f"in a reveal cell `if` asks reveal(...) or NAME.revealed: {ast.unparse(statement.test)!r}"
        elif isinstance(statement, ast.Expr) and ast.unparse(statement).startswith(("reveal(", "torch.manual_seed(")):
            continue
        elif not isinstance(statement, quiet):
            yield f"shown without a guess, put it under `if reveal(...):`: {ast.unparse(statement)[:60]!r}"
    for call in calls(cell, "reveal"):
        if any(word.arg == "overlooks" for word in call.keywords) and not folded(cell):
            yield f"sentences for each choice give the result away, fold the cell: {source(cell)[:60]!r}"


def depends_on_no_revealed_name(chapter: dict) -> Iterator[str]:
    """Without a guess, what stands under `if reveal(...)` never runs: no other cell may need it."""
    inside: set[str] = set()
    for cell in code(chapter):
        tree = ast.parse(source(cell))
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        bound = _bound(tree.body)
        for name in sorted((used - bound) & inside):
            yield f"{name} is set only where a guess was made, and used in {source(cell)[:60]!r}"
        if "reveal" in tags(cell):
            hidden = [each for each in tree.body if isinstance(each, ast.If)]
            inside |= _bound([line for each in hidden for line in each.body]) - _bound(
                [each for each in tree.body if each not in hidden]
            )
        inside -= bound if "reveal" not in tags(cell) else set()


def seeds_what_it_reveals(chapter: dict) -> Iterator[str]:
    """A learner runs the cells of a question again with each guess: what is random in them gives the same again."""
    random = re.compile(r"\bnn\.[A-Z]\w+\(|\brand\w*\(|shuffle=True")
    makers, seeders, asked = ["no maker"], ["manual_seed"], ""
    for cell in code(chapter):
        if calls(cell, "ask"):
            asked = source(cell)
        question = {"source": asked + "\n" + source(cell)}
        if calls(cell, "reveal") and (random.search(question["source"]) or calls(cell, *makers)):
            if not calls(question, *seeders):
                yield f"random, and not seeded in the question or here: {source(cell)[:60]!r}"
        for node in ast.parse(source(cell)).body:
            if isinstance(node, ast.FunctionDef):
                seeders += [node.name] if "manual_seed(" in ast.unparse(node) else []
                makers += [node.name] if random.search(ast.unparse(node)) else []


def _bound(body: list[ast.stmt]) -> set[str]:
    nodes = [node for statement in body for node in ast.walk(statement)]
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def gives_no_result_away(chapter: dict) -> Iterator[str]:
    """No cell before a reveal has its number in source, output or prose (bare, or for short ones with unit)."""
    before = ""
    for cell in chapter["cells"]:
        shown = "\n".join(output_texts(cell)) if cell["cell_type"] == "code" else ""
        if "reveal" in tags(cell):
            for number, unit in re.findall(r"^the result: (-?[\d.,]*\d)(?: (\S+))?$", shown, re.MULTILINE):
                needs_unit = len(re.sub(r"\D|0+$", "", number)) < 3
                if needs_unit and not unit:
                    continue
                pattern = rf"(?<![\d.,]){re.escape(number)}" + (rf"\s*{re.escape(unit)}" if needs_unit else r"(?![\d])")
                plain = rf"|(?<![\d.,]){re.escape(number.replace(',', ''))}(?![\d])" if "," in number else ""
                if re.search(pattern + plain, before):
                    yield f"the result {number} {unit} stands already before it is revealed"
        before += f"\n{source(cell)}\n{shown}"


def has_turns_with_answers(chapter: dict) -> Iterator[str]:
    """Each turn is untouched as committed, and its metadata have an answer that the tests run."""
    for cell in code(chapter):
        if not calls(cell, "check_turn"):
            continue
        if "Your turn: complete this cell" not in "".join(output_texts(cell)):
            yield f"a turn is already completed: {source(cell)[:60]!r}"
        tries = cell["metadata"].get("edutorch", {}).get("tries", [])
        if not any(attempt.get("prints", "✓") == "✓" for attempt in tries):
            yield f'a turn without an answer in metadata, edutorch.tries = [{{"source": ...}}]: {source(cell)[:60]!r}'
        if not any("✗" in attempt.get("prints", "✓") for attempt in tries):
            yield f'a turn without a wrong answer in metadata, {{"source": ..., "prints": "✗ .*"}}: {source(cell)[:60]!r}'


def names_only_what_was_taught(chapter: dict, name: str, concepts: list[Concept]) -> Iterator[str]:
    """Terms of later chapters stand in no cell but the navigation, or in a line that links to their chapter."""
    for cell in chapter["cells"][1:-1]:
        lines = [line for line in source(cell).splitlines() if ".ipynb" not in line]
        for concept in concepts:
            if concept.chapter > name and any(concept.stands_in(line) for line in _plain(cell, lines)):
                yield f"{concept.name!r} is taught in {concept.chapter}: {source(cell)[:60]!r}"


def _plain(cell: dict, lines: list[str]) -> list[str]:
    """Prose without its code; of code, the comments."""
    if cell["cell_type"] == "markdown":
        return [re.sub(r"`[^`]*`", "", line) for line in lines]
    return [line.partition("#")[2] for line in lines]


def introduces_its_concepts(chapter: dict, name: str, concepts: list[Concept]) -> Iterator[str]:
    """Each concept of the chapter stands in it in italics, where it is introduced."""
    italics = [found for cell in prose(chapter) for found in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", source(cell))]
    mine = [concept for concept in concepts if concept.chapter == name]
    if len(mine) < 3:
        yield f"concepts.toml lists {len(mine)} concepts for this chapter"
    for concept in mine:
        if not any(concept.stands_in(each) for each in italics):
            yield f"*{concept.name}* stands nowhere in italics"


RULES: tuple[Callable[[dict], Iterator[str]], ...] = (
    has_a_frame,
    says_how_long_it_takes,
    opens_with_a_surprise,
    lets_the_reader_do_something,
    has_short_cells,
    folds_long_plots,
    gives_pictures_a_text,
    leaves_static_pictures,
    uses_plain_words,
    shows_short_sources,
    shows_sources_that_fit,
    writes_formulas_that_need_no_mathjax,
    folds_the_deeper_part,
    asks_before_it_reveals,
    depends_on_no_revealed_name,
    seeds_what_it_reveals,
    gives_no_result_away,
    has_turns_with_answers,
)
RULES_OF_CONCEPTS = (names_only_what_was_taught, introduces_its_concepts)


@cache
def faults_by_rule(name: str) -> dict[str, list[str]]:
    """What each rule, by its name, finds in a chapter."""
    notebook, concepts = read_chapter(name), load_concepts(FOLDER)
    found = {rule.__name__: list(rule(notebook)) for rule in RULES}
    return found | {rule.__name__: list(rule(notebook, name, concepts)) for rule in RULES_OF_CONCEPTS}


if __name__ == "__main__":
    for rule_name, faults in faults_by_rule(sys.argv[1]).items():
        print("".join(f"{rule_name}: {fault}\n" for fault in faults), end="")
