"""Making people up: who leaves, when, why, whether they answer and talk. Pure; the same seed makes the same people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from surveyapp.demo.planted import BASE_CHANCES, EASED_FOR, chance

HERE = Path(__file__).parent
FIRST_NAMES = tuple((HERE / "first_names.txt").read_text().split())
LAST_NAMES = tuple((HERE / "last_names.txt").read_text().split())
LEAVING_TYPES = (
    ("resignation", 0.72),
    ("transfer_out", 0.08),
    ("retirement", 0.10),
    ("end_of_appointment", 0.05),
    ("dismissal_conduct", 0.02),
    ("redundancy", 0.015),
    ("ill_health_retirement", 0.01),
    ("death", 0.005),
)
ANSWERING_TYPES = frozenset({"resignation", "transfer_out", "retirement", "end_of_appointment", "redundancy"})
INTERVIEW_TYPES = frozenset({"resignation", "transfer_out"})
LATE_AREAS: Mapping[str, float] = {"FL": 0.30, "CC": 0.22}
"""Areas whose HR news comes late more often than the usual one in twelve."""


@dataclass(frozen=True)
class Place:
    """One role in one Area and how many leave it in a year, on average."""

    agency: str
    area: str
    role: str
    grades: tuple[str, ...]
    leavers_a_year: float


@dataclass(frozen=True)
class InventedLeaver:
    """One invented person's leaving; dates are None for what did not happen."""

    place: Place
    staff_number: str
    name: str
    grade: str
    leaving_type: str
    start_date: date
    notice_date: date
    notified_on: date
    last_working_day: date
    language: str
    regretted: str
    answered_on: date | None
    declined_on: date | None
    is_named: bool
    is_keyed_in: bool
    reasons: tuple[str, ...]
    main_reason: str | None
    avoidable: str | None
    recommend: int | None
    comment: str
    offered_on: date | None
    interview_on: date | None
    written_up_on: date | None


def places_of(
    agency: str, areas: Sequence[str], roles: Sequence[str], grades: Sequence[str], total: int, random: Random
) -> list[Place]:
    """Every role in every Area with its share of the agency's leavers, sizes as uneven as real ones."""
    role_size = {role: random.lognormvariate(0, 0.4) for role in roles}
    area_size = {area: random.lognormvariate(0, 0.45) for area in areas}
    raw = {
        (role, area): role_size[role] * area_size[area] * random.lognormvariate(0, 0.3)
        for role in roles
        for area in areas
    }
    scale = total / sum(raw.values())
    return [Place(agency, area, role, tuple(grades), size * scale) for (role, area), size in sorted(raw.items())]


def leavers_of(
    places: Sequence[Place], first: date, last: date, today: date, random: Random
) -> Iterator[InventedLeaver]:
    """Everyone whose last working day lies between the two days, in order of it; nothing after today has happened."""
    days = (last - first).days + 1
    found: list[tuple[date, Place]] = []
    for place in places:
        expected = place.leavers_a_year * days / 365.25
        n = int(expected) + (random.random() < expected - int(expected))
        found += [(first + timedelta(random.randrange(days)), place) for _ in range(n)]
    numbers = random.sample(range(100_000, 999_999), len(found))
    for (last_day, place), number in zip(sorted(found, key=lambda one: one[0]), numbers, strict=True):
        yield _leaver(place, _weekday(last_day), f"N{number}", today, random)


def _leaver(place: Place, last_day: date, staff_number: str, today: date, random: Random) -> InventedLeaver:
    leaving_type = _weighted(LEAVING_TYPES, random)
    notice = last_day - timedelta(random.choice((28, 28, 35, 56, 84)))
    is_late = random.random() < LATE_AREAS.get(place.area, 0.08)
    notified = last_day + timedelta(random.randint(1, 20)) if is_late else notice + timedelta(random.randint(1, 9))
    notified = _weekday(notified)
    start = last_day - timedelta(int(random.lognormvariate(7.4, 0.9)) + 60)
    eased = last_day > today - EASED_FOR
    reasons = tuple(one for one in BASE_CHANCES if random.random() < chance(place.role, place.area, one, eased=eased))
    if leaving_type == "retirement":
        reasons = ("retirement", *random.sample(reasons, k=min(1, len(reasons))))
    reasons = reasons or (random.choice(("pay", "workload", "career_change")),)
    answered, declined = _reply(leaving_type, notified, today, random)
    offered, interview, written = _interview(leaving_type, notified, last_day, today, random)
    avoidable = random.choices(("yes", "perhaps", "no"), (0.34, 0.26, 0.40))[0]
    return InventedLeaver(
        place=place,
        staff_number=staff_number,
        name=f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}",
        grade=random.choice(place.grades),
        leaving_type=leaving_type,
        start_date=start,
        notice_date=notice,
        notified_on=notified,
        last_working_day=last_day,
        language="cy" if random.random() < (0.4 if place.area == "DY" else 0.02) else "en",
        regretted=random.choices(("yes", "no", "not_given"), (0.45, 0.20, 0.35))[0],
        answered_on=answered,
        declined_on=declined,
        is_named=random.random() < 0.07,
        is_keyed_in=random.random() < 0.02,
        reasons=reasons,
        main_reason=random.choice(reasons) if random.random() < 0.93 else None,
        avoidable=avoidable if random.random() < 0.95 else None,
        recommend=min(10, max(0, round(random.gauss(6.2 if avoidable == "no" else 4.8, 2.3)))),
        comment=_comment(reasons, random),
        offered_on=offered,
        interview_on=interview,
        written_up_on=written,
    )


def _reply(leaving_type: str, notified: date, today: date, random: Random) -> tuple[date | None, date | None]:
    """(answered, declined) days: about seven in ten of those invited answer, one in twenty declines."""
    if leaving_type not in ANSWERING_TYPES:
        return None, None
    day = notified + timedelta(2 + int(random.expovariate(1 / 9)))
    kind = random.random()
    if day > today:
        return None, None
    return (day, None) if kind < 0.72 else (None, day) if kind < 0.77 else (None, None)


STILL_TO_WRITE_UP = timedelta(10)
"""Interviews held since then have no record yet, so that interviewers of the demo have something to do."""


def _interview(
    leaving_type: str, notified: date, last_day: date, today: date, random: Random
) -> tuple[date | None, date | None, date | None]:
    """(offered, held or booked for, written up): half of those offered one talk; the newest wait to be written up."""
    if leaving_type not in INTERVIEW_TYPES:
        return None, None, None
    offered = _weekday(notified + timedelta(random.choice((1, 2, 3, 4, 5, 9))))
    if offered > today:
        return None, None, None
    held = _weekday(max(offered + timedelta(random.randint(4, 15)), last_day - timedelta(random.randint(1, 12))))
    if random.random() > 0.5:
        return offered, None, None
    if held >= today:
        return offered, held, None
    written = _weekday(held + timedelta(random.choice((0, 1, 1, 2, 3, 3, 6))))
    return offered, held, written if held < today - STILL_TO_WRITE_UP else None


COMMENTS: Mapping[str, tuple[str, ...]] = {
    "workload": (
        "There were never enough of us. I took work home most nights and it still was not done.",
        "The number of cases grew every month and nobody took anything away.",
        "I was good at the job but there was too much of it.",
    ),
    "pay": (
        "I can earn more down the road for the same work.",
        "Pay had not kept up with the cost of living here.",
    ),
    "management": (
        "My one-to-ones were cancelled week after week. I did not feel anyone was interested.",
        "I was told what went wrong and never what went right.",
    ),
    "promotion": (
        "There was no next step unless somebody retired.",
        "Posts were filled before the rest of us knew about them.",
    ),
    "travel": ("Two hours each way to court, and the trains were not reliable.",),
    "flexibility": ("Fixed days did not work with school hours. Nobody would look at it again.",),
    "leadership": ("Changes were announced, not explained.",),
    "wellbeing": ("The material is hard to read every day. There was nobody to talk to about it.",),
}


def _comment(reasons: Sequence[str], random: Random) -> str:
    """About a third write something, on one of the reasons they gave."""
    known = [reason for reason in reasons if reason in COMMENTS]
    return random.choice(COMMENTS[random.choice(known)]) if known and random.random() < 0.35 else ""


def _weighted(choices: Sequence[tuple[str, float]], random: Random) -> str:
    return random.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def _weekday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(max(0, day.weekday() - 4))
