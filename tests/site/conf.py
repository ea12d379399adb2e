"""Sphinx's settings for the site. `make site` (tests/site/build.py) copies this file beside the pages that it prepares."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # docstrings and offline_math stand beside this file

project = "edutorch"
copyright = "the authors of edutorch"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.githubpages", "docstrings", "offline_math"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
html_theme = "furo"
html_title = "edutorch"
html_static_path = ["_static"]
html_favicon = "_static/icon.svg"
html_css_files = ["site.css"]
html_js_files = ["live.js"]
html_show_sourcelink = False
html_show_sphinx = False
html_copy_source = False
html_math_renderer = "mathml"
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}

nb_execution_mode = "off"  # the committed outputs are what readers see; the tests hold them
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/vnd.mermaid", None)]
myst_enable_extensions = ["dollarmath", "linkify"]
myst_heading_anchors = 4
myst_linkify_fuzzy_links = False

default_role = "code"  # docstrings write names in `single` quotes
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
