"""Checks that every page and question can be reached by some leaver: an exact search over the conditions.

The search takes a condition apart, trying one branch of each `any` at a time, into comparisons that must hold
together; a comparison that only an answer can meet brings in the conditions under which its question is asked. It goes
back as soon as some question or band has no value that meets all its comparisons. When no branch is left, nobody ever
sees the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from surveyapp.engine.assembly import condition, options_of
from surveyapp.engine.checks.conditions import KNOWN_BANDS
from surveyapp.engine.faults import N_, Fault
from surveyapp.engine.outline import Outline
from surveyapp.engine.rules import All, Comparison, Condition, Not, compile_condition
from surveyapp.engine.values import PREFER_NOT_TO_SAY, Answer, Chosen, Day, Graded, Month, Number, Said, Ticked
from surveyapp.engine.written import WrittenQuestion

Literal = tuple[Comparison, bool]
Goal = tuple[Condition, bool]

_MOST_STEPS = 5000
_DEEPEST = 250
_MOST_TICKS_TRIED = 4


class _TooLarge(Exception):
    """The condition is too large to search; it is then taken as reachable."""


@dataclass(frozen=True)
class _World:
    """The questions by code, with the condition under which each is asked."""

    found: Outline
    questions: dict[str, WrittenQuestion]
    asked_if: dict[str, Condition]


def reachability_faults(found: Outline) -> Iterator[Fault]:
    world = _World(found, {}, {})
    for part, place, pages in found.parts():
        of_part = condition(part.show_if)
        if of_part and not _can_hold(world, of_part):
            what = N_("No leaver ever reaches the part `%(code)s`.")
            yield found.source.fault((*place, "show_if"), what, _REMEDY, code=part.code)
            of_part = None
        for one in pages:
            of_page = condition(one.page.show_if)
            if of_page and not _can_hold(world, _both(of_part, of_page)):
                what = N_("No leaver ever reaches the page `%(code)s`.")
                yield one.fault((*one.place, "show_if"), what, _REMEDY, code=one.page.code)
                of_page = None
            for question, where in one.questions():
                own = condition(question.show_if)
                whole = _both(of_part, of_page, own)
                if own and not _can_hold(world, whole):
                    what = N_("No leaver is ever asked `%(code)s`.")
                    yield one.fault((*where, "show_if"), what, _REMEDY, code=question.code)
                    whole = _both(of_part, of_page)
                world.asked_if[question.code] = whole
            world.questions.update({question.code: question for question in one.page.questions})


_REMEDY = N_("Its conditions cannot hold together: change or drop one.")


def _both(*conditions: Condition | None) -> All:
    return All(tuple(one for one in conditions if one is not None))


def _can_hold(world: _World, rule: Condition) -> bool:
    try:
        return _Search(world).succeeds([(rule, True)], frozenset())
    except _TooLarge:
        return True


@dataclass
class _Search:
    """A search with going back, and a limit on its steps."""

    world: _World
    steps: int = 0

    def succeeds(self, goals: list[Goal], held: frozenset[Literal], depth: int = 0) -> bool:
        """Whether all goals, each a rule and how it must come out, can be met beside what is held already."""
        goals = list(goals)
        while goals:
            self.steps += 1
            if self.steps > _MOST_STEPS or depth > _DEEPEST:
                raise _TooLarge
            rule, wanted = goals.pop()
            if isinstance(rule, Not):
                goals.append((rule.condition, not wanted))
            elif isinstance(rule, Comparison):
                if (rule, wanted) in held:
                    continue
                held |= {(rule, wanted)}
                if not self._subject_can(rule, held):
                    return False
                goals += self._needed_by(rule) if wanted else []
            elif isinstance(rule, All) == wanted:
                goals += [(inner, wanted) for inner in rule.conditions]
            else:
                return any(self.succeeds([*goals, (inner, wanted)], held, depth + 1) for inner in rule.conditions)
        return True

    def _subject_can(self, rule: Comparison, held: frozenset[Literal]) -> bool:
        mine = [one for one in held if (one[0].of_case, one[0].subject) == (rule.of_case, rule.subject)]
        return _band_can(rule.subject, mine) if rule.of_case else _answer_can(self.world, rule.subject, mine)

    def _needed_by(self, rule: Comparison) -> list[Goal]:
        """What a comparison that only an answer can meet needs: its question asked, its choice ticked before."""
        if rule.of_case or rule.op == "not_answered" or rule.subject not in self.world.asked_if:
            return []
        needed: list[Goal] = [(self.world.asked_if[rule.subject], True)]
        source = self.world.questions[rule.subject].choose_among
        if source and rule.op == "equals" and rule.value != PREFER_NOT_TO_SAY:
            needed.append((Comparison(source, "includes", rule.value), True))
        return needed


def _band_can(band: str, literals: list[Literal]) -> bool:
    mentioned = {value for rule, _ in literals for value in _values(rule)}
    # a code no condition mentions stands for all the others, unless the bands are a fixed list
    candidates = [*mentioned, *KNOWN_BANDS.get(band, {"some_other_code"}), ""]
    tests = [(compile_condition(rule), wanted) for rule, wanted in literals]
    return any(all(test({}, {band: value}) == wanted for test, wanted in tests) for value in candidates)


def _answer_can(world: _World, code: str, literals: list[Literal]) -> bool:
    tests = [(compile_condition(rule), wanted) for rule, wanted in literals]
    for answer in _candidates(world, code, literals):
        answers = {code: answer} if answer is not None else {}
        if all(test(answers, {}) == wanted for test, wanted in tests):
            return True
    return False


def _candidates(world: _World, code: str, literals: list[Literal]) -> Iterator[Answer | None]:
    """Enough answers to tell whether the comparisons can hold together: one for every way they can fall."""
    yield None
    question = world.questions[code]
    mentioned = sorted({value for rule, _ in literals for value in _values(rule)})
    match question.type:
        case "single_choice":
            yield from (Chosen(option) for option in (*_codes(world, question), PREFER_NOT_TO_SAY))
        case "multiple_choice" | "ranking":
            yield from (Ticked(ticks) for ticks in _tick_sets(world, question, mentioned))
        case "matrix":
            yield from _gradings(world, question, literals)
        case "number" | "scale":
            yield from (Number(value) for value in _numbers(question, mentioned))
        case "date":
            days = [date.fromisoformat(value) + timedelta(days=by) for value in mentioned for by in (-1, 0, 1)]
            yield from (Day(day.isoformat()) for day in [*days, date(2026, 1, 1)])
        case "month":
            yield from (Month(month) for value in mentioned for month in ("1900-01", value, "2100-12"))
            yield Month("2026-01")
        case _:
            yield Said("something")


def _codes(world: _World, question: WrittenQuestion) -> list[str]:
    return [option.code for option in options_of(world.found, question)]


def _tick_sets(world: _World, question: WrittenQuestion, mentioned: list[str]) -> Iterator[tuple[str, ...]]:
    options = options_of(world.found, question)
    alone = [option.code for option in options if option.exclusive] + [PREFER_NOT_TO_SAY]
    yield from ((code,) for code in alone)
    free = [option.code for option in options if not option.exclusive]
    named = [code for code in free if code in mentioned]
    unnamed = [code for code in free if code not in mentioned][:1]
    for size in range(min(len(named), _MOST_TICKS_TRIED) + 1):
        for ticks in combinations(named, size):
            yield from (ticks, (*ticks, *unnamed))
    yield tuple(free)


def _gradings(world: _World, question: WrittenQuestion, literals: list[Literal]) -> Iterator[Answer]:
    """Rows are free of one another, so every mix of grades over the rows that are compared."""
    rows = sorted({rule.row for rule, _ in literals if rule.row})
    grades = _codes(world, question)
    mixes: list[tuple[tuple[str, str], ...]] = [()]
    for row in rows[:_MOST_TICKS_TRIED]:
        mixes = [(*mix, *extra) for mix in mixes for extra in ((), *(((row, grade),) for grade in grades))]
    yield from (Graded(mix) for mix in mixes if mix)
    first = (question.rows or [])[:1]
    yield from (Graded(((row.code, grades[0]),)) for row in first if grades)


def _numbers(question: WrittenQuestion, mentioned: list[str]) -> list[Decimal]:
    low, high = (0, 10) if question.type == "scale" else (question.min, question.max)
    step = Decimal(1).scaleb(-(question.decimals or 0))
    tried = [Decimal(value) + by * step for value in mentioned for by in (-1, 0, 1)]
    tried += [Decimal(str(edge)) for edge in (low, high) if edge is not None]
    return [
        value
        for value in [*tried, Decimal(1)]
        if (low is None or value >= Decimal(str(low))) and (high is None or value <= Decimal(str(high)))
    ]


def _values(rule: Comparison) -> tuple[str, ...]:
    if rule.value is None:
        return ()
    return (rule.value,) if isinstance(rule.value, str) else rule.value
