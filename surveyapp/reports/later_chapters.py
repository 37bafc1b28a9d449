"""Chapters of the report that slices after this one write: the application lists them, as it does navigation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app

from analytics.report_words import Chapter
from surveyapp.reports.pages.page import Page
from surveyapp.reports.pages.reading import Reading

KEY: Final = "later_chapters"


@dataclass(frozen=True)
class LaterChapter:
    """Which chapter it is, and how it is made for one reader; a page without exhibits leaves it out."""

    chapter: Chapter
    page: Callable[[Reading], Page]


def add(app: Flask, *chapters: LaterChapter) -> None:
    known: list[LaterChapter] = app.extensions.setdefault(KEY, [])
    known.extend(chapters)


def later_chapters() -> tuple[LaterChapter, ...]:
    """Those of the running application; where they stand in the report, the order of `Chapter` says."""
    return tuple(current_app.extensions.get(KEY, ()))
