"""What the HTML pages of a grading have in common: their frame and look, and Markdown as HTML.

A page stands alone: no script, no other file. What a learner wrote is escaped everywhere.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Sequence

STYLE = """
:root{color-scheme:light dark;--text:#1c1e21;--page:#fff;--soft:#f3f4f6;--line:#d5d8dc;--quiet:#5b626b;
--good:#176b3a;--bad:#b3261e;--open:#5b626b;--mark:#2f62a8}
@media (prefers-color-scheme:dark){:root{--text:#e6e8ea;--page:#16181b;--soft:#22262b;--line:#3a4047;--quiet:#a2aab3;
--good:#6fce94;--bad:#ff9a91;--open:#a2aab3;--mark:#8ab4f0}}
*{box-sizing:border-box} html{-webkit-text-size-adjust:100%}
body{font:16px/1.55 system-ui,sans-serif;color:var(--text);background:var(--page);max-width:74rem;margin:0 auto;
padding:1.5rem 1rem 4rem;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .3em} h2{font-size:1.2rem;line-height:1.3;margin:0}
h3{font-size:1.05rem;margin:1.2em 0 .4em} p{margin:.6em 0} a{color:var(--mark)}
pre,code{font:.875em/1.5 ui-monospace,Menlo,Consolas,monospace;background:var(--soft);border-radius:4px}
code{padding:.1em .3em} pre{padding:.7em .9em;overflow-x:auto;overflow-wrap:normal;margin:.6em 0}
pre code{padding:0;font-size:1em}
table{border-collapse:collapse;margin:.5em 0;overflow-wrap:break-word}
td.long{min-width:16rem} td,th{text-align:left;vertical-align:top;padding:.25em .9em .25em 0}
th{font-weight:600;color:var(--quiet)} .number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
details{margin:.6em 0} summary{cursor:pointer;color:var(--mark)} .quiet{color:var(--quiet)}
.points{font-size:1.35rem;font-weight:650}
.bar{height:.5rem;background:var(--soft);border-radius:.25rem;max-width:30rem}
.bar div{height:100%;background:var(--mark);border-radius:.25rem}
section{border:1px solid var(--line);border-left:.35rem solid var(--open);border-radius:6px;margin:1.4rem 0;
padding:1rem 1.2rem}
section.passed{border-left-color:var(--good)} section.failed{border-left:.35rem double var(--bad)}
.head{display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:baseline;justify-content:space-between}
.verdict{font-weight:650;white-space:nowrap;border:1.5px solid currentColor;border-radius:1rem;padding:.05rem .7rem;
font-size:.9rem}
.passed .verdict,.verdict.passed{color:var(--good)} .failed .verdict,.verdict.failed{color:var(--bad)}
.open .verdict,.verdict.open{color:var(--open);border-style:dashed}
.sides{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 2.2rem}
.passed .sides{display:block} .sides>div>:first-child{margin-top:.7em}
.said{border-left:.2rem solid var(--line);padding-left:.8em}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;padding:0;margin:1rem 0} .chips a{text-decoration:none}
.scroll{overflow-x:auto} svg{display:block;width:100%;height:auto;max-width:44rem}
svg text{fill:var(--text);font-size:13px}
svg .axis{stroke:var(--line)} svg rect{fill:var(--mark)} svg .quiet{fill:var(--quiet)}
.bar.share{width:9rem;margin-top:.55rem}
@media (max-width:52rem){.sides{grid-template-columns:minmax(0,1fr)} body{padding:1rem .8rem 3rem}
section{padding:.8rem .9rem} svg text{font-size:22px} .bar.share{display:none}
td,th{padding-right:.4em} th{font-size:.8rem} th.number{white-space:normal}
tr:has(>.long){display:flex;flex-wrap:wrap;gap:0 .4em;padding:.3em 0;border-top:1px solid var(--line)}
tr:has(>.long)>:empty{display:none} td.long{flex-basis:100%;min-width:0}}
@media print{section{break-inside:avoid}}
"""
# Characters that a browser obeys or hides: those that control, and those that turn the direction of what is read
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LATEX = {r"\partial": "∂", r"\theta": "θ", r"^\top": "ᵀ", r"\,": " ", r"\cdot": "·", r"\sum": "Σ", "^2": "²"}


def page(title: str, *parts: str) -> str:
    """A whole page; `parts` are HTML. What cannot be seen of them is written out, as Python writes it."""
    title = html.escape(title)
    whole = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>\n'
        f"<body><main><h1>{title}</h1>\n{''.join(parts)}</main></body></html>\n"
    )
    return UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode(), whole)


def text(words: str) -> str:
    """Words as HTML, what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(words))


def tag(name: str, *parts: str, **attributes: str) -> str:
    """An element around `parts`, which are HTML: tag("p", text("x"), kind="quiet"); `kind` is its class."""
    given = "".join(
        f' {"class" if key == "kind" else key.replace("_", "-")}="{html.escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{''.join(parts)}</{name}>"


def folded(summary: str, *parts: str, opened: bool = False) -> str:
    """Something to unfold; `parts` are HTML."""
    return f"<details{' open' if opened else ''}><summary>{text(summary)}</summary>{''.join(parts)}</details>"


def listing(source: str) -> str:
    """Code or printed lines, as they are."""
    return f"<pre>{html.escape(source.rstrip())}</pre>"


def rows(
    lines: Sequence[Sequence[str]], head: Sequence[str] = (), numbers: Sequence[int] = (), long: int | None = None
) -> str:
    """A table of cells that are HTML already; numbers: the columns that stand on the right, long: that of sentences."""
    kinds = dict.fromkeys(numbers, ' class="number"') | ({} if long is None else {long: ' class="long"'})

    def line(kind: str, cells: Sequence[str]) -> str:
        return "".join(f"<{kind}{kinds.get(place, '')}>{cell}</{kind}>" for place, cell in enumerate(cells))

    top = f"<thead><tr>{line('th', head)}</tr></thead>" if head else ""
    body = "\n".join(f"<tr>{line('td', cells)}</tr>" for cells in lines)
    return f'<div class="scroll"><table>{top}<tbody>{body}</tbody></table></div>'


def markdown(source: str) -> str:
    """Markdown as HTML: tags in it are shown and not obeyed, a link that leads nowhere from here is its words."""
    return str(_converter()(source))


@functools.cache
def _converter() -> Callable[[str], object]:
    """Raises ModuleNotFoundError, with what to install."""
    try:
        import mistune  # extra "lab"
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("pages need mistune: pip install 'edutorch-course[lab]'") from error

    class Renderer(mistune.HTMLRenderer):
        def heading(self, text: str, level: int, **attrs: str) -> str:
            return f"<h3>{text}</h3>\n"

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return super().link(text, url, title) if url.startswith(("https://", "http://")) else text

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return f"[{text}]"

        def inline_math(self, text: str) -> str:
            return f"<i>{_without_latex(text)}</i>"

        def block_math(self, text: str) -> str:
            return f"<p><i>{_without_latex(text)}</i></p>\n"

        def table(self, text: str) -> str:
            return f'<div class="scroll"><table>{text}</table></div>\n'

    renderer = Renderer(escape=True)
    converter = mistune.create_markdown(renderer=renderer, plugins=["table", "math"])
    for name in ("inline_math", "block_math", "table"):  # plugins put functions of theirs in the place of methods
        renderer.register(name, lambda renderer, text, name=name: getattr(Renderer, name)(renderer, text))
    return converter


def _without_latex(formula: str) -> str:
    for command, sign in LATEX.items():
        formula = formula.replace(command, sign)
    return html.escape(formula)
