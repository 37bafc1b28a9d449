"""Interface texts can be found by the catalogue tool: no text hides where extraction does not look."""

import ast
from collections.abc import Iterator
from pathlib import Path

from surveyapp.languages.catalogue import SURVEYAPP, extracted, sources

CALLS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "N_"}
# Here a text arrives as an argument: it was marked where it was written.
DYNAMIC = {"surveyapp/languages/texts.py", "surveyapp/web/language.py"}
# Which arguments of the faults and warnings of a file are texts, by the name of their class.
FAULT_TEXTS = {"Fault": (3, 5), "RowFault": (3,), "Warned": (0, 1), "MappingRule": (0,), "_about": (0, 1)}


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
            yield node


def _python_files() -> Iterator[tuple[Path, ast.AST]]:
    for _slice, path in sources():
        if path.suffix == ".py":
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_extraction_finds_the_texts_of_templates_and_code() -> None:
    found = extracted("web")["web"]
    assert len(found) > 50
    assert "surveyapp/web/templates/web/macros.html" in found["There is a problem"]
    assert "surveyapp/web/errors.py" in found["Page not found"]


def test_no_text_hides_inside_an_f_string() -> None:
    hidden = [
        f"{path.relative_to(SURVEYAPP.parent)}:{call.lineno}"
        for path, tree in _python_files()
        for string in ast.walk(tree)
        if isinstance(string, ast.JoinedStr)
        for call in _calls(string)
    ]
    assert hidden == [], "call gettext before the f-string: extraction cannot see into it"


def test_a_text_is_written_whole_where_it_is_marked() -> None:
    pieced = [
        f"{path.relative_to(SURVEYAPP.parent)}:{call.lineno}"
        for path, tree in _python_files()
        if path.relative_to(SURVEYAPP.parent).as_posix() not in DYNAMIC
        for call in _calls(tree)
        if isinstance(call.args[0], (ast.BinOp, ast.IfExp, ast.JoinedStr, ast.BoolOp))
    ]
    assert pieced == [], "pass one literal text; use %(name)s for values and one call for each alternative"


def _text_of_fault(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a fault or warning that are texts: where they stand by place or by name."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    for at in FAULT_TEXTS.get(name, ()):
        yield from call.args[at : at + 1]
    yield from (
        word.value for word in call.keywords if name in FAULT_TEXTS and word.arg in ("wanted", "remedy", "text")
    )


def test_what_is_wrong_with_a_file_is_told_by_marked_texts_alone() -> None:
    pieced = [
        f"{path.relative_to(SURVEYAPP.parent)}:{call.lineno}"
        for path, tree in _python_files()
        if SURVEYAPP / "engine/xlsform" not in path.parents  # what a workbook cannot say is told by a command alone
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for text in _text_of_fault(call)
        if isinstance(text, (ast.BinOp, ast.JoinedStr, ast.Constant)) and not _is_empty(text)
    ]
    assert pieced == [], "mark the text with N_ beside the others, and give the fault its values apart"


def _is_empty(text: ast.expr) -> bool:
    return isinstance(text, ast.Constant) and text.value == ""
