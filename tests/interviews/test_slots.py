"""Slots as pure functions: any pattern, both clock changes, closed days, absences, limits."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.clock import LONDON
from surveyapp.interviews.intervals import Interval, london_day, london_interval, merged, without
from surveyapp.interviews.slots import Diary, Hours, Taken, busy_time, is_open, open_slots

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
NINE_TO_FIVE = tuple(Hours(day, time(9), time(17)) for day in range(5))
SPRING_FORWARD = date(2027, 3, 28)
FALL_BACK = date(2026, 10, 25)


def times(diary: Diary, day: date, *, in_person: bool = False, not_before: datetime = LONG_AGO) -> list[str]:
    slots = open_slots(diary, day, day, not_before, in_person=in_person)
    return [slot.starts_at.astimezone(LONDON).strftime("%H:%M") for slot in slots]


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON).astimezone(UTC)


def taken(starts_at: datetime, buffer: int = 15, travel: int = 0) -> Taken:
    interview = Interval(starts_at, starts_at + timedelta(hours=1))
    return Taken(interview, busy_time(interview, timedelta(minutes=buffer), timedelta(minutes=travel)))


def test_a_working_day_gives_a_time_every_half_hour_that_leaves_room_for_an_interview() -> None:
    shown = times(Diary(NINE_TO_FIVE), MONDAY)
    assert (shown[0], shown[-1], len(shown)) == ("09:00", "16:00", 15)


def test_a_booking_takes_its_hour_and_the_buffer_after_it() -> None:
    shown = times(Diary(NINE_TO_FIVE, taken=(taken(at(11)),)), MONDAY)
    assert shown == ["09:00", "09:30", "12:30", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"]


def test_travel_is_kept_free_before_and_after_an_interview_in_person() -> None:
    diary = Diary(NINE_TO_FIVE, taken=(taken(at(12)),), travel=timedelta(minutes=45))
    assert "10:30" in times(diary, MONDAY) and "10:30" not in times(diary, MONDAY, in_person=True)
    assert "13:30" in times(diary, MONDAY) and "13:30" not in times(diary, MONDAY, in_person=True)


def test_a_day_at_its_limit_has_no_times() -> None:
    assert times(Diary(NINE_TO_FIVE, taken=(taken(at(9)),), daily_limit=1), MONDAY) == []


def test_a_closed_day_has_no_times_but_extra_hours_on_it_do() -> None:
    closed = Diary(NINE_TO_FIVE, closed=frozenset({MONDAY}))
    assert times(closed, MONDAY) == []
    extra = Diary(NINE_TO_FIVE, closed=frozenset({MONDAY}), extra=(Interval(at(18), at(19, 30)),))
    assert times(extra, MONDAY) == ["18:00", "18:30"]


def test_an_absence_takes_its_times_and_does_not_shift_the_others() -> None:
    absent = Interval(at(9, 10), at(10, 40))
    assert times(Diary(NINE_TO_FIVE, absent=(absent,)), MONDAY)[:3] == ["11:00", "11:30", "12:00"]


def test_nobody_is_offered_outside_accreditation_or_before_the_notice_is_over() -> None:
    assert times(Diary(NINE_TO_FIVE, accredited_until_on=MONDAY - timedelta(1)), MONDAY) == []
    assert times(Diary(NINE_TO_FIVE, accredited_on=MONDAY + timedelta(1)), MONDAY) == []
    assert times(Diary(NINE_TO_FIVE), MONDAY, not_before=at(15, 1)) == ["15:30", "16:00"]


def test_the_wall_clock_stays_the_same_across_both_clock_changes() -> None:
    for day in (date(2026, 10, 23), date(2026, 10, 26), date(2027, 3, 26), date(2027, 3, 29)):
        assert times(Diary(NINE_TO_FIVE), day)[0] == "09:00"
    summer = next(open_slots(Diary(NINE_TO_FIVE), date(2026, 10, 23), date(2026, 10, 23), LONG_AGO, in_person=False))
    winter = next(open_slots(Diary(NINE_TO_FIVE), date(2026, 10, 26), date(2026, 10, 26), LONG_AGO, in_person=False))
    assert (summer.starts_at.hour, winter.starts_at.hour) == (8, 9)


def test_the_night_of_the_spring_change_is_an_hour_shorter_and_of_the_autumn_change_an_hour_longer() -> None:
    night = (Hours(6, time(0), time(4)),)
    assert times(Diary(night), SPRING_FORWARD) == ["00:00", "00:30", "02:00", "02:30", "03:00"]
    assert len(times(Diary(night), FALL_BACK)) == 9
    assert london_interval(SPRING_FORWARD, time(1), time(2)) is None
    assert london_day(SPRING_FORWARD).length == timedelta(hours=23)
    assert london_day(FALL_BACK).length == timedelta(hours=25)


MOMENTS = st.integers(0, 21 * 24 * 12).map(lambda n: datetime(2026, 10, 12, tzinfo=UTC) + timedelta(minutes=5 * n))
INTERVALS = st.builds(lambda m, n: Interval(m, m + timedelta(minutes=15 * n)), MOMENTS, st.integers(1, 60))
DAY_TIMES = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
HOURS = st.builds(
    lambda weekday, pair: Hours(weekday, min(pair), max(pair)),
    st.integers(0, 6),
    st.tuples(DAY_TIMES, DAY_TIMES).filter(lambda pair: pair[0] != pair[1]),
)
MINUTES = st.sampled_from([0, 15, 20, 45, 90])


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    buffer, travel = timedelta(minutes=draw(MINUTES)), timedelta(minutes=draw(MINUTES))
    length = timedelta(minutes=draw(st.sampled_from([30, 45, 60, 90])))
    starts = draw(st.lists(MOMENTS, max_size=6))
    booked = [Interval(moment, moment + length) for moment in starts]
    return Diary(
        hours=tuple(draw(st.lists(HOURS, max_size=12))),
        extra=tuple(draw(st.lists(INTERVALS, max_size=3))),
        absent=tuple(draw(st.lists(INTERVALS, max_size=4))),
        closed=frozenset(draw(st.lists(st.dates(date(2026, 10, 12), date(2026, 11, 2)), max_size=3))),
        taken=tuple(Taken(one, busy_time(one, buffer, timedelta())) for one in booked),
        interview=length,
        buffer=buffer,
        travel=travel,
        daily_limit=draw(st.integers(1, 5)),
    )


def in_utc(day: date, at: time) -> datetime:
    """The moment a wall clock first shows this time; where the hour repeats, work goes on through both of them."""
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def is_worked(diary: Diary, moment: datetime) -> bool:
    """An oracle that shares no code with the slots: is this minute inside the pattern or the extra hours?"""
    day = moment.astimezone(LONDON).date()
    in_pattern = day not in diary.closed and any(
        h.weekday == day.weekday() and in_utc(day, h.starts) <= moment < in_utc(day, h.ends) for h in diary.hours
    )
    return in_pattern or any(one.starts_at <= moment < one.ends_at for one in diary.extra)


@settings(deadline=None)
@given(diaries(), st.booleans())
def test_every_slot_lies_in_worked_time_outside_absences_bookings_and_closed_days(
    diary: Diary, in_person: bool
) -> None:
    travel = diary.travel if in_person else timedelta()
    first, last = date(2026, 10, 12), date(2026, 11, 1)
    slots = list(open_slots(diary, first, last, LONG_AGO, in_person=in_person))
    assert slots == sorted(set(slots))
    for slot in slots:
        minutes = range(0, int(slot.length.total_seconds() // 60), 5)
        assert slot.length == diary.interview
        assert all(is_worked(diary, slot.starts_at + timedelta(minutes=n)) for n in minutes)
        assert not any(slot.overlaps(away) for away in diary.absent)
        busy = busy_time(slot, diary.buffer, travel)
        assert not any(busy.overlaps(one.busy) for one in diary.taken)
        on = slot.starts_at.astimezone(LONDON).date()
        n_on = sum(one.interview.starts_at.astimezone(LONDON).date() == on for one in diary.taken)
        assert n_on < diary.daily_limit
        assert is_open(diary, slot.starts_at, LONG_AGO, in_person=in_person)


@settings(deadline=None)
@given(diaries())
def test_booking_any_slot_leaves_no_slot_that_overlaps_it(diary: Diary) -> None:
    first, last = date(2026, 10, 12), date(2026, 11, 1)
    slots = list(open_slots(diary, first, last, LONG_AGO, in_person=False))
    for slot in slots[:5]:
        busy = busy_time(slot, diary.buffer, timedelta())
        left = open_slots(with_booking(diary, Taken(slot, busy)), first, last, LONG_AGO, in_person=False)
        assert not any(other.overlaps(busy) for other in left)


def with_booking(diary: Diary, booking: Taken) -> Diary:
    return replace(diary, taken=(*diary.taken, booking))


@settings(deadline=None)
@given(st.lists(INTERVALS, max_size=8), st.lists(INTERVALS, max_size=8))
def test_cutting_time_out_leaves_exactly_the_minutes_that_were_not_taken(
    stretches: list[Interval], cuts: list[Interval]
) -> None:
    kept = merged(stretches)
    left = list(without(kept, cuts))
    assert left == sorted(left)
    marks = {moment for one in (*stretches, *cuts) for moment in (one.starts_at, one.ends_at)}
    for moment in marks:
        inside = any(one.starts_at <= moment < one.ends_at for one in stretches)
        cut = any(one.starts_at <= moment < one.ends_at for one in cuts)
        assert any(one.starts_at <= moment < one.ends_at for one in left) == (inside and not cut)
