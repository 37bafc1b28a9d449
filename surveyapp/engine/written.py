"""The definition format as an author writes it: the shapes YAML may take, and the source of the JSON Schema."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=40)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Words = Annotated[dict[Language, str], Field(description="The same text in every language, such as {en: ..., cy: ...}")]
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_/]*/[1-9][0-9]*$")]

QUESTION_TYPE_NAMES = (
    "single_choice",
    "multiple_choice",
    "matrix",
    "scale",
    "ranking",
    "number",
    "date",
    "month",
    "short_text",
    "long_text",
)
OPERATORS = (
    "equals",
    "not_equals",
    "any_of",
    "none_of",
    "includes",
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "answered",
    "not_answered",
)
CASE_BANDS = ("role", "area", "leaving_type", "tenure_band", "grade_group", "check")
PURPOSES = (
    "reasons",
    "main_reason",
    "avoidable",
    "kept_by",
    "recommend",
    "return",
    "destination",
    "consent",
    "comment",
    "equality",
)


QuestionType: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": list(QUESTION_TYPE_NAMES)})]
Operator: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": list(OPERATORS)})]
CaseBand: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": list(CASE_BANDS)})]
Purpose: TypeAlias = Annotated[str, Field(json_schema_extra={"enum": list(PURPOSES)})]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class WrittenCondition(_Written):
    """One of `any`, `all`, `not`, a comparison of an earlier `question`, or of a band of the `case`."""

    any: list["WrittenCondition"] | None = Field(None, description="True when one of these is")
    all: list["WrittenCondition"] | None = Field(None, description="True when each of these is")
    not_: "WrittenCondition | None" = Field(None, alias="not", description="True when this is not")
    question: Code | None = Field(None, description="The code of a question on an earlier page")
    row: Code | None = Field(None, description="For a matrix: the row that is compared")
    case: CaseBand | None = Field(None, description="A stored band of the case")
    op: Operator | None = None
    value: Any = Field(None, description="A code, a number, a date, or a list of codes")


class WrittenOption(_Written):
    """One thing that can be chosen."""

    code: Code
    text: Words
    hint: Words | None = None
    fill: Words | None = Field(None, description="How the option reads inside a sentence, when piped")
    exclusive: bool = Field(False, description="Choosing it rules out all others")
    other: bool = Field(False, description="Opens a box: please say")
    score: int | None = Field(None, description="The number it counts as in an average")


class WrittenRow(_Written):
    """One statement of a matrix."""

    code: Code
    text: Words


class WrittenQuestion(_Written):
    """One question. Which of the later fields it may have depends on its type."""

    code: Code
    type: QuestionType
    text: Words
    hint: Words | None = None
    show_if: WrittenCondition | None = None
    purpose: Purpose | None = Field(None, description="What reports read it as")
    locked: bool = Field(False, description="A national question: it may not be changed or left out locally")
    required: bool = Field(False, description="Only the consent question may be required")
    prefer_not_to_say: bool | None = Field(None, description="Offer this answer; choices do unless told not to")
    options: list[WrittenOption] | None = None
    list_: Code | None = Field(None, alias="list", description="An option list; `reasons` is the reason list")
    choose_among: Code | None = Field(None, description="Offer only what was ticked in this earlier question")
    default: Code | None = None
    rows: Annotated[list[WrittenRow], Field(min_length=1)] | None = None
    low: Words | None = Field(None, description="What 0 means")
    high: Words | None = Field(None, description="What 10 means")
    pick: Annotated[int, Field(ge=2, le=5)] | None = Field(None, description="How many to rank")
    min: float | None = None
    max: float | None = None
    decimals: Annotated[int, Field(ge=0, le=2)] | None = None
    unit: Words | None = None
    max_length: Annotated[int, Field(ge=1, le=10000)] | None = None


class WrittenHelp(_Written):
    """A route to help shown on a page."""

    text: Words
    phone: str | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s\"'<>]+$")] | None = None


class WrittenPage(_Written):
    """One page, one topic; or `include`, which takes the pages of a shared section."""

    code: Code
    title: Words
    intro: Words | None = Field(None, description="Said above the questions; a blank line parts paragraphs")
    help: list[WrittenHelp] | None = Field(None, description="Routes to help, shown under the questions")
    show_if: WrittenCondition | None = None
    questions: Annotated[list[WrittenQuestion], Field(min_length=1)]


class WrittenInclude(_Written):
    """The pages of a shared section, in this place."""

    include: Reference


def _page_or_include(entry: Any) -> str:
    is_include = isinstance(entry, WrittenInclude) or isinstance(entry, dict) and "include" in entry
    return "include" if is_include else "page"


WrittenEntry = Annotated[
    Annotated[WrittenPage, Tag("page")] | Annotated[WrittenInclude, Tag("include")], Discriminator(_page_or_include)
]


class WrittenPart(_Written):
    """A part of the journey, named in the progress line: "Part 3 of 7: your manager"."""

    code: Code
    title: Words
    progress: Words = Field(description="The part's name inside the progress line, in lower case")
    separate: bool = Field(False, description="Optional and kept apart, such as equality; not counted as a part")
    show_if: WrittenCondition | None = None
    pages: Annotated[list[WrittenEntry], Field(min_length=1)]


class WrittenFill(_Written):
    """A value piped into text as {name}."""

    question: Code | None = None
    case: CaseBand | None = None
    plural: dict[Language, dict[str, str]] | None = Field(
        None, description="How a number reads, by the plural forms of each language; {n} is the number"
    )
    if_blank: Words = Field(description="What stands there when there is no answer")


class WrittenDefinition(_Written):
    """One version of a questionnaire, holding every language."""

    questionnaire: Code
    version: Annotated[int, Field(ge=1)]
    kind: Literal["leaver", "interview_guide", "new_starter", "stay"]
    languages: Annotated[list[Language], Field(min_length=1)]
    title: Words
    minutes: Annotated[int, Field(ge=1, le=60)] = Field(10, description="How long it takes, as the first page says")
    reasons: Reference | None = Field(None, description="The reason list, such as reasons/1")
    lists_from: list[Reference] = Field(default_factory=list, description="Shared sections whose lists are used")
    lists: dict[Code, Annotated[list[WrittenOption], Field(min_length=2)]] = Field(default_factory=dict)
    fills: dict[Code, WrittenFill] = Field(default_factory=dict)
    parts: Annotated[list[WrittenPart], Field(min_length=1)]


class WrittenSection(_Written):
    """Pages and option lists shared between questionnaires."""

    section: Code
    version: Annotated[int, Field(ge=1)]
    lists: dict[Code, Annotated[list[WrittenOption], Field(min_length=2)]] = Field(default_factory=dict)
    pages: list[WrittenPage] = Field(default_factory=list)


class WrittenReasonGroup(_Written):
    """A theme that reasons belong to."""

    code: Code
    text: Words


class WrittenReason(_Written):
    """One reason for leaving."""

    code: Code
    text: Words
    hint: Words | None = None
    fill: Words | None = None
    report: Words | None = Field(None, description="What reports call it, as inside a sentence: `workload`")
    group: Code
    kind: Literal["push", "pull", "personal", "structural"]
    sensitive: bool = Field(False, description="Shown only for large groups (k = 20)")
    other: bool = False
    civil_service: list[str] = Field(default_factory=list, description="Codes of the Civil Service list, C02_..")


class WrittenReasonList(_Written):
    """One version of the reason list."""

    reason_list: Code
    version: Annotated[int, Field(ge=1)]
    languages: Annotated[list[Language], Field(min_length=1)]
    groups: Annotated[list[WrittenReasonGroup], Field(min_length=1)]
    reasons: Annotated[list[WrittenReason], Field(min_length=1)]
