"""Looking for words in the comments that a release lists: how many hits on which themes, and their words where there
are enough of them."""

from collections.abc import Iterator, Sequence

from analytics.comment_search import ListedText, SearchResult, search, words_of
from analytics.report_words import GUIDES, Chapter
from surveyapp.coding import code_book
from surveyapp.languages import formats, ngettext
from surveyapp.languages import gettext as _
from surveyapp.languages.formats import listed
from surveyapp.reports.pages.comments import quoted, quotes_table, theme_name
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.quotes import Quote, every_quote

COLUMNS = ("release", "agency", "words", "theme", "n", "comment")
LONGEST_SEARCH = 100
"""Letters that are read of what was typed."""


def search_page(reading: Reading) -> Page:
    """The hits of `reading.words` in every list of the release; without words, the question alone."""
    language, typed = reading.language, reading.words.strip()[:LONGEST_SEARCH]
    held = every_quote(reading.session, reading.release)
    texts = [ListedText(one.code, one.text, one.language) for one in held]
    result = search(texts, words_of(typed), code_book.newest().sensitive)
    shown = [held[at] for at in result.shown]
    few = _not_shown(reading, result, shown)
    return Page(
        name="comments/search",
        title=_title(result, typed, language),
        caption=_("Comments by theme", language),
        window="",
        base="",
        hidden="",
        content=FileContent(COLUMNS, tuple(_records(reading, result, typed, shown))),
        sentences=tuple(filter(None, (_themes(reading, result), few, _searched(result, language)))),
        exhibits=(_quotes(reading, shown),) if shown else (),
        guide=_guide(language),
        empty=_nothing(typed, result, language),
        is_search=True,
    )


def _title(result: SearchResult, typed: str, language: str) -> str:
    if not words_of(typed):
        return _("Search the comments", language)
    if not result.n_found:
        return _("No comment has “%(words)s”", language, words=typed)
    return ngettext(
        "%(n)s comment has “%(words)s”", "%(n)s comments have “%(words)s”", result.n_found, language, words=typed
    )


def _searched(result: SearchResult, language: str) -> str:
    n = result.n_searched
    return ngettext("%(n)s comment can be searched.", "%(n)s comments can be searched.", n, language) if n else ""


def _themes(reading: Reading, result: SearchResult) -> str:
    language = reading.language
    named = [f"{theme_name(reading, code)} ({formats.number(n, language)})" for code, n in result.n_by_theme]
    return _("They speak of %(themes)s.", language, themes=listed(named, language)) if named else ""


def _not_shown(reading: Reading, result: SearchResult, shown: Sequence[Quote]) -> str:
    """Why some hits, or all, cannot be read here."""
    language, readable = reading.language, {one.code for one in shown}
    few = [theme_name(reading, code) for code, _n in result.n_by_theme if code not in readable]
    if not few:
        return ""
    if not shown:
        return _("They are too few to be read together. That takes five comments, and three on a theme.", language)
    return _("Too few to be read here: %(themes)s.", language, themes=listed(few, language))


def _quotes(reading: Reading, shown: Sequence[Quote]) -> Exhibit:
    title = _("What these comments say", reading.language)
    return Exhibit("words", title, quotes_table(reading, title, shown), is_quoted=True)


def _nothing(typed: str, result: SearchResult, language: str) -> str:
    """What to do where there is nothing to read."""
    if not result.n_searched:
        return _("No comments can be read yet. They come a release after they were written.", language)
    if not words_of(typed):
        return _("Type a word of two letters or more.", language)
    return "" if result.n_found else _("Try fewer words, or only the beginning of a word.", language)


def _records(reading: Reading, result: SearchResult, typed: str, shown: Sequence[Quote]) -> Iterator[dict[str, object]]:
    """A row a theme with its number, then a row a comment."""
    common = {"release": reading.release.number, "agency": reading.release.agency, "words": typed}
    yield from ({**common, "theme": code, "n": n} for code, n in result.n_by_theme)
    yield from ({**common, "theme": one.code, "comment": quoted(one, reading.language)} for one in shown)


def _guide(language: str) -> tuple[str, ...]:
    return (
        *GUIDES[language][Chapter.COMMENTS],
        _(
            "A search reads every list of this release, and counts each comment under the theme it is listed by.",
            language,
        ),
        _("Every word must begin a word of the comment. Capital letters make no difference.", language),
        _("Words are shown when five comments have them, and three on the theme.", language),
    )
