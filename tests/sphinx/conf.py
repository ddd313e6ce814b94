"""The book for Sphinx alone: the settings that Jupyter Book reads from ``_config.yml``.

``make builders`` uses it for builders other than HTML, ``make sphinx9`` for a Sphinx that
Jupyter Book 1 does not know.
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
_book = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
_own = _book["sphinx"]["local_extensions"].values()
sys.path[:0] = [str(ROOT / folder) for folder in (".", *_own)]
globals().update(_book["sphinx"]["config"])

project = html_title = _book["title"]
author = _book["author"]
copyright = _book["copyright"]
version = __import__("ketanet").__version__
exclude_patterns = _book["exclude_patterns"]
external_toc_path = str(ROOT / "_toc.yml")
external_toc_exclude_missing = _book["only_build_toc_files"]
use_multitoc_numbering = _book["html"]["use_multitoc_numbering"]
bibtex_bibfiles = [str(ROOT / path) for path in _book["bibtex_bibfiles"]]
myst_enable_extensions = _book["parse"]["myst_enable_extensions"]
nb_execution_mode = _book["execute"]["execute_notebooks"]
nb_execution_timeout = _book["execute"]["timeout"]
nb_execution_raise_on_error = _book["execute"]["raise_on_error"]
nb_output_stderr = _book["execute"]["stderr_output"]
# Sphinx seeks these beside this file.
html_favicon = str(ROOT / _book["html"]["favicon"])
html_static_path = [str(ROOT / path) for path in _book["sphinx"]["config"]["html_static_path"]]
templates_path = [str(ROOT / path) for path in _book["sphinx"]["config"]["templates_path"]]
