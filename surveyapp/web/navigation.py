"""The staff navigation: each slice adds its entries, a viewer is shown those they may use."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

from flask import Flask, current_app, g, request, url_for

from surveyapp.web.language import gettext

KEY: Final = "navigation"


class MayDoThings(Protocol):
    def can(self, permission: Any, /) -> bool: ...


@dataclass(frozen=True)
class Entry:
    """One link: its text (marked with N_), its endpoint, the permission it needs, its place in the pipeline."""

    text: str
    endpoint: str
    permission: Any
    order: int


@dataclass(frozen=True)
class Link:
    text: str
    href: str
    current: bool


def add(app: Flask, *entries: Entry) -> None:
    known: list[Entry] = app.extensions.setdefault(KEY, [])
    known.extend(entries)
    known.sort(key=lambda entry: entry.order)


def links_for(viewer: MayDoThings | None) -> list[Link]:
    """What this viewer may open, in order; the entry whose pages we are on is marked."""
    if viewer is None:
        return []
    entries: list[Entry] = current_app.extensions.get(KEY, [])
    return [
        Link(gettext(entry.text), url_for(entry.endpoint), _is_current(entry))
        for entry in entries
        if viewer.can(entry.permission)
    ]


def _is_current(entry: Entry) -> bool:
    """Whether the page shown is the entry's own or another of the same blueprint."""
    return entry.endpoint == request.endpoint or entry.endpoint.rpartition(".")[0] == (request.blueprint or ".")


def current_viewer() -> Any:
    """The signed-in viewer, put on `g.viewer` by access; None on public pages."""
    return g.get("viewer")
