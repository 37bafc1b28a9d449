"""Everything that can be wrong with a questionnaire's file is told in English and in Welsh, from marked texts."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from surveyapp import engine
from surveyapp.engine.faults import Fault
from surveyapp.engine.loader import DefinitionFaulty, Shelf, check_file, load_text
from surveyapp.languages import ENGLISH, WELSH, gettext
from surveyapp.languages.catalogue import extracted

ENGINE = Path(engine.__file__).parent
BROKEN = Path(__file__).parent / "broken"
NO_DEFINITIONS = {
    "list": "- a list",
    "control character": "a: \x07",
    "deep": "[" * 50 + "]" * 50,
    "large": "x" * 1_000_001,
    "twice": "a: 1\na: 2",
    "alias": "a: &b 1\nc: *b",
    "open": "a: [",
}


@cache
def marked() -> set[object]:
    return set(extracted("engine")["engine"])


def told_in_both(fault: Fault) -> None:
    """Both texts are in the catalogue, and each language takes all the values."""
    for text, english in ((fault.text, fault.what), (fault.advice, fault.remedy)):
        assert text in marked(), text
        assert gettext(text, ENGLISH, **fault.values) == english
        welsh = gettext(text, WELSH, **fault.values)
        assert welsh != english and "%(" not in welsh + english
        assert all(fault.values[name] in welsh for name in re.findall(r"%\((\w+)\)s", text)), welsh


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_fault_of_a_broken_definition_is_told_in_both_languages(path: Path) -> None:
    for fault in check_file(path):
        told_in_both(fault)


@pytest.mark.parametrize("case", NO_DEFINITIONS)
def test_why_a_text_is_no_definition_is_told_in_both_languages(case: str) -> None:
    with pytest.raises(DefinitionFaulty) as refused:
        load_text(NO_DEFINITIONS[case], "draft.yaml", Shelf(BROKEN))
    (fault,) = refused.value.faults
    told_in_both(fault)


def calls_of_faults() -> Iterator[tuple[str, ast.Call]]:
    """Every place where the engine tells a fault or a change.

    What an XLSForm workbook cannot say is left out: a command alone tells it.
    """
    for path in sorted(ENGINE.rglob("*.py")):
        if "xlsform" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in ("fault", "fault_in", "refused", "Fault", "Change"):
                yield f"{path.relative_to(ENGINE)}:{node.lineno}", node


def is_unmarked(argument: ast.expr) -> bool:
    """A sentence that stands in the call without its mark; the code of a field has no blank."""
    return isinstance(argument, ast.JoinedStr) or (
        isinstance(argument, ast.Constant) and isinstance(argument.value, str) and " " in argument.value
    )


def test_no_fault_and_no_change_is_made_of_an_unmarked_sentence() -> None:
    calls = list(calls_of_faults())
    assert len(calls) > 60
    assert [where for where, call in calls if any(map(is_unmarked, call.args))] == []
