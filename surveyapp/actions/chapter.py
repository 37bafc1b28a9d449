"""The report's chapter on actions: what was agreed, where, whose it is, how it stands, and before and after."""

from collections.abc import Iterable, Sequence

from analytics.disclosure import EvidencedRow
from analytics.effects import Verdict
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Column, GroupKey
from surveyapp import clock
from surveyapp.access import Permission
from surveyapp.access.staff_roles import PERMISSIONS
from surveyapp.actions import queries
from surveyapp.actions.before_after import BeforeAfter, NothingToSay, before_and_after
from surveyapp.actions.models import UNFINISHED, Action
from surveyapp.actions.showing import roles_words, unknown_words, where_words
from surveyapp.actions.words import OUTCOMES, STATES
from surveyapp.directory import queries as directory
from surveyapp.directory.queries import PlaceNames
from surveyapp.directory.role_words import ROLES
from surveyapp.languages import formats, ngettext
from surveyapp.languages import gettext as _
from surveyapp.reports.later_chapters import LaterChapter
from surveyapp.reports.pages.page import Exhibit, Page, content_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import in_sentence
from surveyapp.reports.pages.tables import table_of

Told = tuple[Action, BeforeAfter | NothingToSay]


def actions_page(reading: Reading) -> Page:
    """Every action of the agency that this reader may see, in the order in which something is next wanted.

    States are today's; figures are those of this release and the ones before it, so that they never change.
    """
    language = reading.language
    wanted = queries.ActionFilters(reading.release.agency, state="all")
    actions = queries.actions_for(reading.viewer, reading.session, wanted)
    told = [(action, _before_and_after(reading, action)) for action in actions]
    overview = _overview(reading, told)
    return Page(
        name="actions",
        title=ngettext("%(n)s action has been agreed", "%(n)s actions have been agreed", len(actions), language),
        caption=_("Actions", language),
        window=reading.window,
        base=reading.base,
        hidden="",
        content=content_of(overview.table),
        exhibits=(overview, *_effects(told)) if told else (),
        guide=GUIDES[language][Chapter.ACTIONS],
    )


def _before_and_after(reading: Reading, action: Action) -> BeforeAfter | NothingToSay:
    name, release = reading.names.reason(action.reason), reading.release
    said = in_sentence(name) if reading.language == "en" else name
    return before_and_after(reading.viewer, reading.session, action, said, reading.language, up_to=release.number)


def _overview(reading: Reading, told: Sequence[Told]) -> Exhibit:
    language, places = reading.language, directory.place_names(reading.session)
    columns = (
        Column("what", _("Action", language)),
        Column("reason", _("Reason for leaving", language)),
        Column("where", _("Where and for whom", language)),
        Column("owner", _("Whose", language)),
        Column("state", _("How it stands", language)),
        Column("before_after", _("Before and after", language)),
    )
    lines = [EvidencedRow(_cells(reading, places, *one), _evidence(one[1])) for one in told]
    title = _("Actions to keep staff", language)
    stands = _(
        "The actions are told as they stood on %(day)s; every figure is from this release or one before it.",
        language,
        day=formats.long_date(clock.today(), language),
    )
    return Exhibit(
        "actions", title, table_of(reading, title, columns, lines), sentences=(stands, *_found(told, language))
    )


def _cells(reading: Reading, places: PlaceNames, action: Action, found: BeforeAfter | NothingToSay) -> tuple[str, ...]:
    language = reading.language
    where = (where_words(action, places, language), roles_words(action, places) or _("all job roles", language))
    return (
        action.what,
        reading.names.reason(action.reason) if action.reason else _("None named", language),
        "; ".join(where),
        owner_words(action, language),
        state_words(action, language),
        found.sentence if isinstance(found, BeforeAfter) else unknown_words(found, language),
    )


def owner_words(action: Action, language: str) -> str:
    """The staff role in which the owner holds the action: a report that travels names nobody."""
    held = {
        grant.staff_role
        for grant in directory.viewer_of(action.owner).grants
        if Permission.SEE_ACTIONS in PERMISSIONS[grant.staff_role] and grant.agency in (None, action.agency)
    }
    return formats.listed([_(ROLES[one], language) for one in ROLES if one in held], language) or _("Nobody", language)


def state_words(action: Action, language: str) -> str:
    """How it stands, and the day that belongs to it."""
    state = _(STATES[action.state], language)
    if action.state in UNFINISHED:
        due = formats.long_date(action.due_on, language)
        if action.is_overdue(clock.today()):
            return _("%(state)s, overdue since %(day)s", language, state=state, day=due)
        return _("%(state)s, to be done by %(day)s", language, state=state, day=due)
    if action.outcome:
        said = _(OUTCOMES[action.outcome], language)
        return _("%(state)s. Its review says: %(outcome)s", language, state=state, outcome=said)
    ended = formats.long_date(action.ended_on, language) if action.ended_on else ""
    return _("%(state)s on %(day)s", language, state=state, day=ended) if ended else state


def _evidence(found: BeforeAfter | NothingToSay) -> tuple[GroupKey, ...]:
    return found.evidence if isinstance(found, BeforeAfter) else ()


def _found(told: Sequence[Told], language: str) -> Iterable[str]:
    """How many are not done, and of how many the figures say something, whichever way."""
    n_open = sum(action.state in UNFINISHED for action, _found in told)
    effects = [found.effect for _action, found in told if isinstance(found, BeforeAfter) and found.effect]
    n_clear = sum(one.verdict is not Verdict.CANNOT_TELL for one in effects)
    if n_open:
        yield ngettext("%(n)s action is not done yet.", "%(n)s actions are not done yet.", n_open, language)
    if n_clear:
        yield ngettext(
            "For %(n)s action the figures show a change that chance hardly explains.",
            "For %(n)s actions the figures show a change that chance hardly explains.",
            n_clear,
            language,
        )
    if len(told) > n_clear:
        yield ngettext(
            "For %(n)s action we cannot tell, or not yet.",
            "For %(n)s actions we cannot tell, or not yet.",
            len(told) - n_clear,
            language,
        )


def _effects(told: Sequence[Told]) -> Iterable[Exhibit]:
    """A picture and a table for each action of which figures may be shown."""
    for at, (action, found) in enumerate(told, start=1):
        if isinstance(found, BeforeAfter):
            yield Exhibit(f"before-after-{at}", action.what, found.table, found.figure)


CHAPTER = LaterChapter(Chapter.ACTIONS, actions_page)
"""For the application's list."""
