"""Templates: they parse, name templates that exist, escape everything, and keep to the content policy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from surveyapp.languages.catalogue import SURVEYAPP

TEMPLATES = {
    path.relative_to(folder).as_posix(): path
    for folder in sorted(SURVEYAPP.rglob("templates"))
    if "node_modules" not in folder.parts
    for path in sorted(folder.rglob("*"))
    if path.suffix in {".html", ".txt"}
}
PAGES = sorted(name for name in TEMPLATES if name.endswith(".html"))
# What the content policy would block, or what would let text through unescaped.
FORBIDDEN = {
    r"<script(?![^>]*\ssrc=)": "an inline script",
    r"\son[a-z]+\s*=\s*[\"']": "an inline event handler",
    r"\sstyle\s*=\s*[\"']": "an inline style",
    r"javascript:": "a script address",
    r"\|\s*safe\b": "the safe filter: make Markup in Python, where it is tested",
    r"autoescape\s+false": "escaping switched off",
    r"(?:src|href)=[\"'](?:https?:)?//": "something loaded from elsewhere",
}
LINKS_OUT = re.compile(r"<a\s[^>]*href=[\"']https?://[^>]*>")


def parsed(path: Path) -> set[str]:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
    tree = environment.parse(path.read_text(encoding="utf-8"))
    return {name for name in meta.find_referenced_templates(tree) if name}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_template_parses_and_names_templates_that_exist(name: str) -> None:
    assert parsed(TEMPLATES[name]) - TEMPLATES.keys() == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_template_keeps_to_the_content_policy_and_escapes_everything(name: str) -> None:
    text = TEMPLATES[name].read_text(encoding="utf-8")
    if "/emails/" in f"/{name}" or name.endswith((".mail.html", ".email.html")) or "/pdf/" in f"/{name}":
        return  # e-mails and PDFs carry their own styles and are not served
    text = LINKS_OUT.sub("", text)
    assert [what for pattern, what in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_every_page_that_extends_a_layout_gives_itself_a_title() -> None:
    untitled = [
        name
        for name in PAGES
        if not name.startswith("web/layout_")
        and '{% extends "web/' in TEMPLATES[name].read_text(encoding="utf-8")
        and not re.search(r"\{%-?\s*block title", TEMPLATES[name].read_text(encoding="utf-8"))
    ]
    assert untitled == []


def test_templates_pass_the_template_linter() -> None:
    linter = Path(sys.executable).parent / "djlint"
    done = subprocess.run([linter, "surveyapp", "--lint"], cwd=SURVEYAPP.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
