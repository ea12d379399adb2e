"""What tests do with a notebook in JupyterLab."""

# A folded cell has an empty prompt.
ALL_HAVE_RUN = """() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    const numbers = prompts.map(each => each.textContent.trim()).filter(each => each !== '');
    return numbers.length > 0 && numbers.every(each => /\\[\\d+\\]/.test(each))
        && document.body.innerText.includes('| Idle');
}"""


def open_notebook(page, address: str, path: str) -> None:
    """Open a notebook and wait for its kernel; so far nothing has changed in it, and nothing is broken."""
    page.goto(f"{address}/lab/tree/{path}?reset")
    page.get_by_text("| Idle").first.wait_for()
    page.locator(".jp-CodeCell").first.wait_for()
    assert page.locator(".jp-mod-dirty").count() == 0, "unsaved changes in a fresh notebook"
    assert page.get_by_text("Error displaying widget").count() == 0


def run_all(page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(ALL_HAVE_RUN, timeout=600_000)


def error_outputs(page) -> list[str]:
    return page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts()
