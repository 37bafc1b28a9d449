"""Each broken definition in `broken/` gives its own message on its own line; the files say which after `#!`."""

from pathlib import Path

import pytest

from surveyapp.engine.loader import DefinitionFaulty, Shelf, check_file, load_text
from tests.engine.tiny_leaver import QUESTIONNAIRES

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))


def expected(path: Path) -> dict[int, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {number: line.split("#! ", 1)[1] for number, line in enumerate(lines, start=1) if "#! " in line}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_definition_tells_every_fault_on_its_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN.parent)
    told: dict[int, list[str]] = {}
    for fault in check_file(path.relative_to(BROKEN.parent)):
        told.setdefault(fault.line, []).append(fault.what)
        assert fault.remedy.endswith("."), "a fault says what to do"
    assert {line: " ".join(whats) for line, whats in told.items()} == expected(path)


def test_every_broken_definition_has_a_message_of_its_own() -> None:
    told = [tuple(sorted(expected(path).values())) for path in FILES]
    assert all(told)
    assert len(set(told)) == len(told)


def test_a_faulty_definition_is_not_loaded_and_its_faults_read_as_file_line_what_remedy() -> None:
    text = (BROKEN / "unknown_type.yaml").read_text(encoding="utf-8")
    with pytest.raises(DefinitionFaulty) as faulty:
        load_text(text, "draft.yaml", Shelf(BROKEN))
    assert str(faulty.value) == (
        "draft.yaml:23: `slider` is not a question type. Did you mean `scale`? Otherwise see the README for the types."
    )


def test_a_file_that_is_not_text_is_told_plainly(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: caf\xe9".encode("latin-1"))
    assert [fault.what for fault in check_file(path)] == ["The file is not UTF-8 text."]


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list", "a: \x07", "[" * 50 + "]" * 50, "x" * 1_000_001])
def test_text_that_is_no_definition_is_refused_with_a_fault(text: str) -> None:
    with pytest.raises(DefinitionFaulty) as faulty:
        load_text(text, "draft.yaml", Shelf(BROKEN))
    assert faulty.value.faults


def test_a_file_holds_the_questionnaire_and_version_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "lunch" / "2.yaml"
    path.parent.mkdir()
    text = (BROKEN.parent / "definitions/show_if.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert [fault.what for fault in check_file(path)] == ["The file is named lunch/2.yaml, but holds show_if/1."]
    path.write_text(text.replace("show_if\nversion: 1", "lunch\nversion: 2"), encoding="utf-8")
    assert check_file(path) == []


def test_a_file_lying_elsewhere_uses_the_sections_of_another_folder(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = (QUESTIONNAIRES / "leaver/1.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert len(check_file(path, Shelf(tmp_path))) > 1
    assert check_file(path, Shelf(tmp_path, also=(QUESTIONNAIRES,))) == []
