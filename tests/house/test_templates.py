"""Templates: they parse, name templates that exist, escape everything, and keep to the content policy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes

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


def parsed(path: Path) -> nodes.Template:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
    return environment.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_template_parses_and_names_templates_of_its_own_slice_or_of_web_that_exist(name: str) -> None:
    named = {other for other in meta.find_referenced_templates(parsed(TEMPLATES[name])) if other}
    assert named - TEMPLATES.keys() == set()
    assert {other.split("/")[0] for other in named} <= {name.split("/")[0], "web"}


@pytest.mark.parametrize("name", PAGES)
def test_a_template_imports_only_macros_that_it_uses(name: str) -> None:
    tree = parsed(TEMPLATES[name])
    listed = [one for node in tree.find_all(nodes.FromImport) for one in node.names]
    imported = {one if isinstance(one, str) else one[1] for one in listed}
    assert imported - {node.name for node in tree.find_all(nodes.Name)} == set()


def test_every_macro_of_web_is_used_by_a_page_or_another_macro() -> None:
    trees = {name: parsed(TEMPLATES[name]) for name in PAGES}
    macros = {node.name for node in trees["web/macros.html"].find_all(nodes.Macro)}
    called = {
        node.node.name
        for tree in trees.values()
        for node in tree.find_all(nodes.Call)
        if isinstance(node.node, nodes.Name)
    }
    renamed = {
        one[0]
        for tree in trees.values()
        for node in tree.find_all(nodes.FromImport)
        for one in node.names
        if not isinstance(one, str)
    }
    assert macros - called - renamed == set()


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
