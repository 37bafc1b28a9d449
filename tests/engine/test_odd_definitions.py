"""Definitions spoilt at random: the check always answers with faults, and never falls over."""

import copy
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.engine.checks import faults_of
from surveyapp.engine.faults import Fault
from surveyapp.engine.loader import DefinitionFaulty, Shelf, load_text
from surveyapp.engine.sources import read_source
from tests.engine.tiny_leaver import HERE, QUESTIONNAIRES

TEXTS = [(HERE / f"definitions/{name}.yaml").read_text(encoding="utf-8") for name in ("every_type", "choose_among")]
TEXTS.append((QUESTIONNAIRES / "reasons/1.yaml").read_text(encoding="utf-8"))
TEXTS.append((QUESTIONNAIRES / "sections/equality/1.yaml").read_text(encoding="utf-8"))
JUNK = st.sampled_from(
    [None, "", 5, -1, 1.5, True, [], {}, "x", "{x", "<b>x</b>", ["x"], {"x": 1}, {"en": 5}, "leaver/1"]
)


def places(data: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [place] if place else []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += places(value, (*place, key))
    return found


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_definition_spoilt_anywhere_gives_faults_with_a_line_and_a_remedy_or_still_loads(data: Any) -> None:
    spoilt = copy.deepcopy(yaml.safe_load(data.draw(st.sampled_from(TEXTS))))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(places(spoilt)))
        holder = spoilt
        for step in path:
            holder = holder[step]
        if isinstance(holder, dict) and data.draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = data.draw(JUNK)
        if not places(spoilt):
            return
    text = yaml.safe_dump(spoilt, sort_keys=False, allow_unicode=True)
    faults = faults_in(text)
    for fault in faults:
        assert 1 <= fault.line <= text.count("\n") + 1
        assert fault.what and fault.remedy
    if not faults and "questionnaire" in spoilt:
        assert load_text(text, "spoilt.yaml", Shelf(HERE)).pages


def faults_in(text: str) -> list[Fault]:
    try:
        return faults_of(read_source(text, "spoilt.yaml"), Shelf(HERE))
    except DefinitionFaulty as error:
        return list(error.faults)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_gives_faults(text: str) -> None:
    try:
        load_text(text, "odd.yaml", Shelf(HERE))
    except DefinitionFaulty as error:
        assert error.faults
    else:
        raise AssertionError("a random text is no definition")
