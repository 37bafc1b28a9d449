"""A leaver walking a tiny questionnaire, so that tests read as Given, When, Then."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from surveyapp.engine.definition import Definition
from surveyapp.engine.drafts import Draft
from surveyapp.engine.forms import Problem
from surveyapp.engine.journey import Journey
from surveyapp.engine.loader import load_file
from surveyapp.engine.piping import Case
from surveyapp.engine.submission import Submission, submit
from surveyapp.engine.views import PageView, page_view

HERE = Path(__file__).parent
QUESTIONNAIRES = HERE.parents[1] / "questionnaires"


@cache
def tiny(name: str) -> Definition:
    return load_file(HERE / "definitions" / f"{name}.yaml")


@cache
def shipped(reference: str) -> Definition:
    return load_file(QUESTIONNAIRES / f"{reference}.yaml")


def form(**typed: str | Sequence[str]) -> dict[str, list[str]]:
    """`form(liked="yes", day__year="2027")` as a browser posts it."""
    return {
        f"q-{name.replace('__', '-')}": [value] if isinstance(value, str) else list(value)
        for name, value in typed.items()
    }


class Leaver:
    """One leaver; `sends` posts a page and returns the problems told."""

    def __init__(
        self, definition: Definition, bands: Mapping[str, str] = {}, names: Mapping[str, Mapping[str, str]] = {}
    ) -> None:
        self.journey = Journey(definition, Draft(), Case(bands, names))

    def sends(self, page: str, language: str = "en", **typed: str | Sequence[str]) -> tuple[Problem, ...]:
        saved = self.journey.save_page(page, form(**typed), language)
        self.journey = saved.journey
        return saved.problems

    def sees(self, page: str, language: str = "en") -> PageView:
        return page_view(self.journey, page, language)

    @property
    def path(self) -> list[str]:
        return list(self.journey.pages)

    def submits(self, unfinished: bool = False) -> Submission:
        return submit(self.journey, "en", unfinished=unfinished)


def given(name: str, **bands: str) -> Leaver:
    """A leaver about to start the tiny questionnaire."""
    return Leaver(tiny(name), bands)
