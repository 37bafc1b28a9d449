"""Conditions as data: over earlier answers and over the bands of the case, compiled once to plain functions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from surveyapp.engine.values import Answer, Graded, held_codes, measure

Answers = Mapping[str, Answer]
Bands = Mapping[str, str]
Test = Callable[[Answers, Bands], bool]
Value = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`{question|case, op, value}`. An unanswered question meets none but `not_answered`."""

    subject: str
    op: str
    value: Value = None
    row: str | None = None
    of_case: bool = False


@dataclass(frozen=True, slots=True)
class All:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the conditions holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


Condition = Comparison | All | Some | Not


def comparisons_in(condition: Condition | None) -> Iterator[Comparison]:
    """Every comparison inside the condition, in the order written."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons_in(condition.condition)
    elif condition is not None:
        for inner in condition.conditions:
            yield from comparisons_in(inner)


def compile_condition(condition: Condition) -> Test:
    """The condition as one function of answers and bands."""
    if isinstance(condition, Comparison):
        return _of_case(condition) if condition.of_case else _of_question(condition)
    if isinstance(condition, Not):
        inner = compile_condition(condition.condition)
        return lambda answers, bands: not inner(answers, bands)
    tests = tuple(compile_condition(one) for one in condition.conditions)
    if isinstance(condition, All):
        return lambda answers, bands: all(test(answers, bands) for test in tests)
    return lambda answers, bands: any(test(answers, bands) for test in tests)


def _of_case(comparison: Comparison) -> Test:
    band = comparison.subject
    holds = _code_test(comparison.op, _wanted(comparison.value))

    def test(_answers: Answers, bands: Bands) -> bool:
        value = bands.get(band)
        return holds(frozenset((value,)) if value else frozenset())

    return test


def _of_question(comparison: Comparison) -> Test:
    question, row = comparison.subject, comparison.row
    if comparison.op in ORDERINGS:
        return _ordering_test(question, comparison.op, comparison.value)
    holds = _code_test(comparison.op, _wanted(comparison.value))
    if row is not None:
        return lambda answers, _bands: holds(_row_codes(answers.get(question), row))
    return lambda answers, _bands: holds(held_codes(answers.get(question)))


def _row_codes(answer: Answer | None, row: str) -> frozenset[str]:
    if isinstance(answer, Graded):
        return frozenset(grade for name, grade in answer.rows if name == row)
    return frozenset()


def _wanted(value: Value) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset((value,)) if isinstance(value, str) else frozenset(value)


def _code_test(op: str, wanted: frozenset[str]) -> Callable[[frozenset[str]], bool]:
    """How a set of held codes is compared; an empty set is no answer."""
    tests: dict[str, Callable[[frozenset[str]], bool]] = {
        "equals": lambda held: held == wanted,
        "not_equals": lambda held: bool(held) and held != wanted,
        "any_of": lambda held: not held.isdisjoint(wanted),
        "none_of": lambda held: bool(held) and held.isdisjoint(wanted),
        "includes": lambda held: bool(held) and wanted <= held,
        "answered": bool,
        "not_answered": lambda held: not held,
    }
    return tests[op]


ORDERINGS: dict[str, Callable[[Decimal | str, Decimal | str], bool]] = {
    "at_least": lambda a, b: a >= b,  # type: ignore[operator]  # both are numbers or both are dates: checked on loading
    "at_most": lambda a, b: a <= b,  # type: ignore[operator]  # as above
    "more_than": lambda a, b: a > b,  # type: ignore[operator]  # as above
    "less_than": lambda a, b: a < b,  # type: ignore[operator]  # as above
}


def _ordering_test(question: str, op: str, value: Value) -> Test:
    compare, wanted = ORDERINGS[op], as_measure(str(value))

    def test(answers: Answers, _bands: Bands) -> bool:
        held = measure(answers.get(question))
        return held is not None and compare(held, wanted)

    return test


def as_measure(written: str) -> Decimal | str:
    """A number as a number; a date or month stays as ISO text, which sorts in order of time."""
    try:
        return Decimal(written)
    except InvalidOperation:
        return written
