"""The shipped questionnaires: valid, complete in both languages, frozen once published, and plain to read."""

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from surveyapp.engine.loader import Shelf, check_file, load_reference
from surveyapp.engine.publishing import PublishedFileChanged, changed_files, published_hashes, with_published
from surveyapp.engine.schema import schema_text
from surveyapp.engine.sources import read_source
from surveyapp.engine.written import PURPOSES

ROOT = Path(__file__).parents[2] / "questionnaires"
SHELF = Shelf(ROOT)
SHIPPED = ["leaver", "leaver_short", "interview_guide", "new_starter", "stay"]
FILES = sorted(path for name in SHIPPED for path in (ROOT / name).glob("*.yaml"))
ALL_FILES = sorted(ROOT.rglob("*.yaml"))
LONGEST_SENTENCE = 20
# "Pay" and "In part" are no sentences, and would make the whole look easier than it is
SHORTEST_SENTENCE = 5
# Flesch-Kincaid grade 5 is read at age 10 to 11
HIGHEST_GRADE = 5.0


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_shipped_file_has_no_fault(path: Path) -> None:
    assert check_file(path) == []


def test_a_published_file_never_changes() -> None:
    assert changed_files(ROOT) == [], "a published file has changed: put it back and write the next version"


def test_every_shipped_file_is_published() -> None:
    assert set(published_hashes(ROOT)) == {path.relative_to(ROOT).with_suffix("").as_posix() for path in ALL_FILES}


def test_a_changed_published_file_is_noticed_and_cannot_be_published_again(tmp_path: Path) -> None:
    for path in [*ALL_FILES, ROOT / "published.json"]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    reasons = tmp_path / "reasons/1.yaml"
    reasons.write_text(reasons.read_text(encoding="utf-8").replace("Too much work", "A lot of work"), encoding="utf-8")
    assert changed_files(tmp_path) == ["reasons/1"]
    with pytest.raises(PublishedFileChanged, match="reasons/1"):
        with_published(tmp_path, load_reference(Shelf(tmp_path), "leaver/1"))


def test_the_schema_for_editors_is_the_format_of_today() -> None:
    assert (ROOT / "definition.schema.json").read_text(encoding="utf-8") == schema_text(), (
        "renew it: python -m surveyapp.engine.schema > questionnaires/definition.schema.json"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_an_editor_with_the_schema_accepts_what_the_check_accepts(path: Path) -> None:
    schema = json.loads((ROOT / "definition.schema.json").read_text(encoding="utf-8"))
    data = read_source(path.read_text(encoding="utf-8"), path.name).data
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(data)] == []
    data["parts"][0]["pages"][0]["questions"][0]["type"] = "slider"
    assert not jsonschema_rs.validator_for(schema).is_valid(data)


@pytest.mark.parametrize("name", ["leaver", "leaver_short"])
def test_a_leaver_questionnaire_asks_what_reports_read(name: str) -> None:
    definition = load_reference(SHELF, f"{name}/1")
    asked = {question.purpose for question in definition.questions.values()}
    optional = {"destination"} if name == "leaver_short" else set()
    assert set(PURPOSES) - optional <= asked
    assert [question.code for question in definition.questions.values() if question.required] == ["consent"]


def test_the_leaver_questionnaire_has_seven_parts_and_the_equality_section_apart() -> None:
    definition = load_reference(SHELF, "leaver/1")
    assert [part.code for part in definition.parts if part.separate] == ["equality"]
    assert len([part for part in definition.parts if not part.separate]) == 7
    assert all(len(question.rows) <= 5 for question in definition.questions.values())


def test_the_national_questions_of_the_interview_guide_are_locked() -> None:
    definition = load_reference(SHELF, "interview_guide/1")
    assert all(question.locked for question in definition.questions.values())


def test_sensitive_reasons_are_marked() -> None:
    reasons = load_reference(SHELF, "leaver/1").reasons
    assert reasons is not None
    assert {reason.code for reason in reasons.reasons if reason.sensitive} == {
        "bullying_harassment",
        "discrimination",
        "health",
    }


def english(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if isinstance(data.get("en"), str):
            yield data["en"]
        for value in data.values():
            yield from english(value)
    elif isinstance(data, list):
        for value in data:
            yield from english(value)


def sentences(path: Path) -> list[str]:
    texts = english(yaml.safe_load(path.read_text(encoding="utf-8")))
    return [one for text in texts for one in re.split(r"(?<=[.?!:])\s+|\n\n", text) if re.search("[a-zA-Z]", one)]


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", word.lower().removesuffix("e")) or [word]
    return len(groups)


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_sentences_are_short(path: Path) -> None:
    long = [one for one in sentences(path) if len(one.split()) > LONGEST_SENTENCE]
    assert not long, "shorten:\n" + textwrap.indent("\n".join(long), "  ")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_english_is_read_at_age_nine_to_eleven(path: Path) -> None:
    found = [one for one in sentences(path) if len(one.split()) >= SHORTEST_SENTENCE]
    words = [word for one in found for word in re.findall(r"[A-Za-z']+", one)]
    grade = 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    assert grade <= HIGHEST_GRADE, f"reading grade {grade:.1f}"


def test_published_hashes_are_in_order_and_plain_json() -> None:
    text = (ROOT / "published.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == sorted(json.loads(text))
