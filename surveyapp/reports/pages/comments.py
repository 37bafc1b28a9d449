"""Comments by theme: how many of those who wrote speak of what, by group, and their words where the rule lets them."""

from collections.abc import Sequence
from dataclasses import replace

from analytics.agreement import Reliability
from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.disclosure import EvidencedRow
from analytics.report_words import GUIDES, Chapter
from analytics.tables import EVERY, Column, Family, PublishedRow, ReleasedTable, Status
from analytics.themes import rank_released
from surveyapp.coding import code_book
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.languages.formats import listed
from surveyapp.reports import queries
from surveyapp.reports.files import THEME_COLUMNS, theme_records
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import grid_table, list_table, table_of
from surveyapp.reports.quotes import Quote, QuoteList, lists_in, quotes_of, reliabilities
from surveyapp.reports.selection import By
from surveyapp.reports.sources import COMMENT
from surveyapp.reports.themes import ThemeTable
from surveyapp.reports.wording import selection_words, window_words

COLUMNS = (*("theme" if column == "reason" else column for column in THEME_COLUMNS), "comment")


def comments_page(reading: Reading) -> Page:
    """Theme counts of the organisation, or of the Area or job role asked for, and the comments of that list."""
    language = reading.language
    wanted = _wanted(reading)
    rows = _group_rows(reading, wanted)
    by_area = _published(reading, Family.AREA) if _is_whole(wanted) else []
    quotes = quotes_of(reading.session, reading.release, wanted)
    exhibits = [
        *([_themes(reading, rows)] if _shown(rows) else []),
        *([_areas(reading, by_area)] if by_area else []),
        *([_quotes(reading, wanted, quotes)] if quotes else []),
    ]
    return Page(
        name="comments",
        title=_title(reading, wanted, rows),
        caption=_("Comments by theme", language),
        window=_window(reading, rows),
        base=_base(reading, rows),
        hidden=hidden_words((*rows, *by_area), language),
        content=FileContent(COLUMNS, (*_counted(reading, (*rows, *by_area)), *_quoted(reading, wanted, quotes))),
        sentences=tuple(filter(None, (_sentence(reading, rows), _agreement(reading), _why_no_words(reading, quotes)))),
        exhibits=tuple(exhibits),
        guide=_guide(language),
        empty=_("No comments of this group can be shown yet. They come a release after they were written.", language),
    )


def _wanted(reading: Reading) -> QuoteList:
    if reading.area:
        return QuoteList(Family.AREA, reading.area)
    return QuoteList(Family.ROLE, reading.role) if reading.role else QuoteList(Family.ORGANISATION)


def _group_rows(reading: Reading, wanted: QuoteList) -> tuple[PublishedRow, ...]:
    """The published rows of one group, the theme most people speak of first."""
    rows = [row for row in _published(reading, wanted.family) if wanted.place in (EVERY, row.key.area, row.key.role)]
    return tuple(row for _rank, row in rank_released(rows))


def _published(reading: Reading, family: Family) -> list[PublishedRow]:
    """Published rows of a family but those of codes on which coders agree too little."""
    asked = reading.asked
    window = [asked.window_or_default]
    found = queries.rows_of(reading.session, reading.release, COMMENT, family, asked.selection, window)
    unsure = {code for code, one in _known(reading).items() if one is Reliability.NOT_REPORTED}
    return [row for row in found if row.reason not in unsure]


def _is_whole(wanted: QuoteList) -> bool:
    return wanted.family is Family.ORGANISATION


def _known(reading: Reading) -> dict[str, Reliability]:
    return reliabilities(reading.session, reading.release)


def theme_name(reading: Reading, code: str) -> str:
    """A theme as it stands inside a sentence; marked when coders agree on it only roughly."""
    book, language = code_book.newest(), reading.language
    name = book.named(code).name.in_language(language) if code in book else code
    if _known(reading).get(code) is Reliability.INDICATIVE:
        return _("%(theme)s (indicative)", language, theme=name)
    return name


def _shown(rows: Sequence[PublishedRow]) -> list[PublishedRow]:
    return [row for row in rows if row.status is Status.SHOWN]


def _title(reading: Reading, wanted: QuoteList, rows: Sequence[PublishedRow]) -> str:
    language, shown = reading.language, _shown(rows)
    if not shown:
        return _("Comments by theme", language)
    said = theme_name(reading, shown[0].reason)
    if _is_whole(wanted):
        return _("Leavers write most about %(theme)s", language, theme=said)
    place = reading.names.area(wanted.place) if wanted.family is Family.AREA else reading.names.role(wanted.place)
    return _("%(place)s: leavers write most about %(theme)s", language, place=place, theme=said)


def _window(reading: Reading, rows: Sequence[PublishedRow]) -> str:
    row = next(iter(_shown(rows)), None)
    return window_words(row.key.window, reading.language) if row else reading.window


def _base(reading: Reading, rows: Sequence[PublishedRow]) -> str:
    language = reading.language
    words = selection_words(reading.asked.selection, language)
    base = next((row.base for row in rows if row.base is not None), None)
    if base is None:
        return words
    return _("%(selection)s, %(n)s wrote comments", language, selection=words, n=formats.number(base, language))


def _sentence(reading: Reading, rows: Sequence[PublishedRow]) -> str:
    language = reading.language
    named = [f"{theme_name(reading, row.reason)} ({row.percent}%)" for row in _shown(rows)[:3]]
    if not named:
        return ""
    return _("Of those who wrote, most speak of %(themes)s.", language, themes=listed(named, language))


def _agreement(reading: Reading) -> str:
    """Whether two coders agree, in one sentence."""
    language, known = reading.language, _known(reading)
    if not known:
        return _("How far coders agree is not known yet: too few comments were coded by two people.", language)
    unsure = [code for code, one in known.items() if one is Reliability.NOT_REPORTED]
    if not unsure:
        return ""
    book = code_book.newest()
    names = [book.named(code).name.in_language(language) for code in unsure if code in book]
    return _("Not reported, because coders agree too little: %(themes)s.", language, themes=listed(names, language))


def _why_no_words(reading: Reading, quotes: Sequence[Quote]) -> str:
    """Why no words are shown here, when there are some elsewhere."""
    if quotes or not lists_in(reading.session, reading.release):
        return ""
    return _(
        "No comments of this group can be read here. Too few people wrote them, or they stand in another list.",
        reading.language,
    )


def _themes(reading: Reading, rows: Sequence[PublishedRow]) -> Exhibit:
    language = reading.language
    title = _("What comments speak of", language)
    heading = _("Theme", language)
    shown = _shown(rows)
    table = list_table(reading, title, heading, shown, lambda row: theme_name(reading, row.reason))
    words = ChartWords("", value_axis=_("Percent of those who wrote, with a 95%% range", language), expected="")
    chart = dot_chart(table, words, "label", "percent", "low", "high", "")
    few = [theme_name(reading, row.reason) for row in rows if row.status is Status.MASKED and row.n.startswith("<")]
    note = _("Too few wrote about these to say more: %(themes)s.", language, themes=listed(few, language))
    return Exhibit("themes", title, table, chart, sentences=(note,) * bool(few))


def _areas(reading: Reading, rows: Sequence[PublishedRow]) -> Exhibit:
    language = reading.language
    title = _("What comments speak of by Area, percent of those who wrote", language)
    totals: dict[str, int] = {}
    for row in _shown(rows):
        totals[row.reason] = totals.get(row.reason, 0) + int(row.n)
    codes = sorted({row.reason for row in rows}, key=lambda code: (-totals.get(code, 0), code))
    columns = {code: theme_name(reading, code) for code in codes if totals.get(code)}
    table = grid_table(
        reading,
        title,
        _("Area", language),
        sorted(rows, key=lambda row: reading.names.area(row.key.area)),
        lambda row: reading.names.area(row.key.area),
        columns,
        lambda row: row.reason,
        with_base=False,
    )
    links = {
        reading.names.area(row.key.area): reading.address("comments", area=row.key.area, role="", reason="")
        for row in rows
    }
    return Exhibit("by-area", title, table, shaded=tuple(columns), links=links, hidden_link=reading.address("hidden"))


def _quotes(reading: Reading, wanted: QuoteList, quotes: Sequence[Quote]) -> Exhibit:
    title = _("In leavers’ own words", reading.language)
    table = quotes_table(reading, title, quotes, [_source_note(reading, wanted)])
    return Exhibit("words", title, table, links=_other_lists(reading, wanted), is_quoted=True)


def quotes_table(reading: Reading, title: str, quotes: Sequence[Quote], notes: Sequence[str] = ()) -> ReleasedTable:
    """Comments as a table of texts, which the page sets as quotations."""
    language = reading.language
    columns = (
        Column("theme", _("Theme", language)),
        Column("comment", _("Comment", language)),
        Column("language", _("Language", language)),
    )
    names = {code: theme_name(reading, code) for code in {one.code for one in quotes}}
    rows = [EvidencedRow((names[one.code], quoted(one, language), one.language), ()) for one in quotes]
    return table_of(reading, title, columns, rows, notes)


def quoted(one: Quote, language: str) -> str:
    """The comment's words, or ours where they stand for them."""
    return _("In our words: %(words)s", language, words=one.text) if one.is_paraphrase else one.text


def _source_note(reading: Reading, wanted: QuoteList) -> str:
    language = reading.language
    if _is_whole(wanted):
        return _(
            "From the whole organisation. Comments listed under an Area or job role are not repeated here.", language
        )
    return _("Every comment stands in one list only. These are in no other.", language)


def _other_lists(reading: Reading, wanted: QuoteList) -> dict[str, str]:
    """Name and address of the other groups whose comments can be read."""
    plain = {"area": "", "role": "", "reason": ""}
    found = {}
    for one in lists_in(reading.session, reading.release):
        if one == wanted:
            continue
        if one.family is Family.ORGANISATION:
            found[_("The whole organisation", reading.language)] = reading.address("comments", **plain)
        elif one.family is Family.AREA:
            found[reading.names.area(one.place)] = reading.address("comments", **plain | {"area": one.place})
        else:
            found[reading.names.role(one.place)] = reading.address("comments", **plain | {"role": one.place})
    return found


def _counted(reading: Reading, rows: Sequence[PublishedRow]) -> list[dict[str, object]]:
    release = reading.release
    asked = replace(reading.asked, by=By.AREA, reason=None)
    table = ThemeTable(release.number, release.agency, release.as_of, asked, tuple(queries.in_reading_order(rows)))
    return [{**{k: v for k, v in one.items() if k != "reason"}, "theme": one["reason"]} for one in theme_records(table)]


def _quoted(reading: Reading, wanted: QuoteList, quotes: Sequence[Quote]) -> list[dict[str, object]]:
    """The comments as rows of the file: their list and theme, and no number."""
    release = reading.release
    place = {
        "area": wanted.place if wanted.family is Family.AREA else EVERY,
        "role": wanted.place if wanted.family is Family.ROLE else EVERY,
    }
    common = {"release": release.number, "agency": release.agency, **place, "status": "shown"}
    return [{**common, "theme": one.code, "comment": quoted(one, reading.language)} for one in quotes]


def _guide(language: str) -> tuple[str, ...]:
    return (
        *GUIDES[language][Chapter.COMMENTS],
        _("A comment counts in the release after the one that brought it, once a person has coded it.", language),
        _("A leaver may speak of several themes, so percentages add up to more than 100%%.", language),
        _("Words are shown when ten people answered, five of them wrote, and three wrote on the theme.", language),
    )
