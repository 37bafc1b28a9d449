"""Choices and words as the interview pages show them, in the page's language."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flask import Blueprint, g

from surveyapp.db import db
from surveyapp.directory import queries as directory
from surveyapp.interviews import words
from surveyapp.interviews.models import InterviewBooking, InterviewerType, Mode
from surveyapp.web.choices import Choice
from surveyapp.web.language import gettext as _


def type_choices(kinds: Iterable[InterviewerType], chosen: InterviewerType | None) -> list[Choice]:
    """The interviewer types there are, each with what it means."""
    return [Choice(kind.value, _(words.TYPES[kind]), _(words.TYPE_HINTS[kind]), kind is chosen) for kind in kinds]


def mode_choices(modes: Iterable[Mode], chosen: Mode) -> list[Choice]:
    ordered = sorted(modes, key=list(Mode).index)
    return [Choice(mode.value, mode_text(mode), checked=mode is chosen) for mode in ordered]


def reason_choices(reasons: Mapping[StrEnum, str], chosen: str = "") -> list[Choice]:
    """Coded reasons as radios."""
    return [Choice(code.value, _(text), checked=code.value == chosen) for code, text in reasons.items()]


def mode_text(mode: Mode) -> str:
    return _(words.MODES[mode])


def place_of(booking: InterviewBooking) -> str:
    """Where to be: a room, an address to open, or beside the phone."""
    if booking.mode is Mode.IN_PERSON:
        return booking.interviewer.place or _("We will tell you the place")
    if booking.mode is Mode.VIDEO:
        return booking.interviewer.video_address or _("We will send you the address of the call")
    return _("They will call you")


def said(texts: Mapping[StrEnum, str], code: StrEnum) -> str:
    """What a state or reason is called."""
    return _(texts[code])


def area_name(agency: str, area: str) -> str:
    """What an Area is called; the names are read once for a page."""
    if "place_names" not in g:
        g.place_names = directory.place_names(db.session)
    name: str = g.place_names.area(agency, area)
    return name


def init_blueprint(blueprint: Blueprint) -> None:
    """Let the slice's templates call these."""
    for function in (type_choices, mode_choices, reason_choices, mode_text, place_of, said, area_name):
        blueprint.add_app_template_global(function)
