"""The staff navigation and the leaver's tasks: each slice adds its own, people are shown those they may use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from flask import Flask, current_app, g, request, url_for

from surveyapp.web.language import gettext

KEY: Final = "navigation"
LEAVER_KEY: Final = "leaver_tasks"


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
    open_to_them = {url_for(entry.endpoint): entry for entry in entries if viewer.can(entry.permission)}
    here = address_above(request.path, open_to_them)
    return [
        Link(gettext(entry.text), href, href == here if here else _is_of_this_blueprint(entry))
        for href, entry in open_to_them.items()
    ]


@dataclass(frozen=True)
class LeaverTask:
    """One thing a leaver may do, shown on their first page: its text (N_), endpoint, place, and for whom it is open."""

    text: str
    endpoint: str
    order: int
    is_open: Callable[[Any], bool]


def add_leaver(app: Flask, *tasks: LeaverTask) -> None:
    """Add tasks of a slice; `is_open` is given the leaver's access."""
    known: list[LeaverTask] = app.extensions.setdefault(LEAVER_KEY, [])
    known.extend(tasks)
    known.sort(key=lambda task: task.order)


def leaver_tasks_for(access: Any) -> list[Link]:
    """What this leaver may do now, in order."""
    tasks: list[LeaverTask] = current_app.extensions.get(LEAVER_KEY, [])
    return [
        Link(gettext(task.text), url_for(task.endpoint), task.endpoint == request.endpoint)
        for task in tasks
        if task.is_open(access)
    ]


def address_above(path: str, addresses: Iterable[str]) -> str | None:
    """The longest of the addresses that the path is, or lies below."""
    above = [one for one in addresses if one != "/" and f"{path}/".startswith(f"{one.rstrip('/')}/")]
    return max(above, key=len, default=None)


def _is_of_this_blueprint(entry: Entry) -> bool:
    return entry.endpoint.rpartition(".")[0] == (request.blueprint or ".")


def current_viewer() -> Any:
    """The signed-in viewer, put on `g.viewer` by access; None on public pages."""
    return g.get("viewer")
