"""Checks what many bookers were told against each other and against the database; shares no code with the guards."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

LIVE = ("booked", "held")
NEVER = 1 << 62


@dataclass(frozen=True)
class Act:
    """One act of one client: when it began, when its answer came (None: killed before), what it said it had done."""

    name: str
    kind: str
    subject: str
    began: int
    ended: int | None = None
    refused: str = ""
    failed: str = ""
    done: tuple[dict[str, Any], ...] = ()
    busy: int = 0

    @property
    def is_in_doubt(self) -> bool:
        return self.ended is None


@dataclass(frozen=True)
class Stand:
    """A booking as one act left it: `seen` is when that was certain, `left` when somebody began to change it."""

    effect: dict[str, Any]
    began: int
    seen: int
    left: int = NEVER


@dataclass
class Findings:
    """What the history and the database have against each other; all empty when nothing is wrong."""

    lines: list[str] = field(default_factory=list)

    def add(self, what: str, *things: Any) -> None:
        self.lines.append(f"{what}: " + ", ".join(map(str, things)))


def read_history(folder: Path) -> list[Act]:
    """Every client's acts; a line that a kill cut short belongs to an act in doubt."""
    acts: dict[str, Act] = {}
    for path in sorted(folder.glob("client-*.jsonl")):
        for line in _whole_lines(path):
            if name := line.get("begins"):
                acts[name] = Act(name, line["kind"], line["subject"], line["at"])
            else:
                before = acts[line["ends"]]
                acts[before.name] = Act(
                    before.name,
                    before.kind,
                    before.subject,
                    before.began,
                    line["at"],
                    line.get("refused", ""),
                    line.get("failed", ""),
                    tuple(line.get("done", ())),
                    line.get("busy", 0),
                )
    return list(acts.values())


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def check(acts: list[Act], rows: list[dict[str, Any]], limits: dict[str, int]) -> list[str]:
    """Everything wrong: acknowledged and lost, twice the same turn, overlaps now or at any time, limits broken.

    `rows` are the bookings as they stand in the end, shaped like the clients' effects; `limits` each interviewer's
    interviews a day.
    """
    found = Findings()
    for act in acts:
        if act.failed:
            found.add("an act failed", act.name, act.failed)
    stands = stands_of(acts)
    in_doubt = defaultdict(int)
    for act in acts:
        if act.is_in_doubt:
            in_doubt["any" if act.kind == "ill" else act.subject] += 1
    final = {row["booking"]: row for row in rows}
    for booking, turns in stands.items():
        _check_turns(booking, turns, final.get(booking), in_doubt, found)
    _check_unknown_rows(rows, stands, in_doubt, found)
    _check_end(rows, limits, found)
    _check_at_all_times([stand for turns in stands.values() for stand in turns], limits, found)
    return found.lines


def stands_of(acts: Iterable[Act]) -> dict[str, list[Stand]]:
    """Each booking's acknowledged turns in order, with the time for which each was certainly how things stood."""
    acts = list(acts)
    turns: dict[str, list[Stand]] = defaultdict(list)
    for act in acts:
        for effect in act.done:
            turns[effect["booking"]].append(Stand(effect, act.began, act.ended or NEVER))
    doubts = defaultdict(list)
    for act in acts:
        if act.is_in_doubt:
            doubts[act.subject].append(act.began)
    for booking, known in turns.items():
        known.sort(key=lambda stand: stand.effect["sequence"])
        turns[booking] = [_until_changed(stand, known[place + 1 :], acts, doubts) for place, stand in enumerate(known)]
    return turns


def _until_changed(stand: Stand, later: list[Stand], acts: list[Act], doubts: dict[str, list[int]]) -> Stand:
    """From when on the stand is uncertain: the next acknowledged turn began, or an act that was killed did."""
    ends = [one.began for one in later[:1]]
    ends += [began for began in doubts[stand.effect["case"]] if began > stand.began]
    ends += [act.began for act in acts if act.is_in_doubt and act.kind == "ill" and act.began > stand.began]
    return Stand(stand.effect, stand.began, stand.seen, min(ends, default=NEVER))


def _check_turns(
    booking: str, turns: list[Stand], row: dict[str, Any] | None, in_doubt: dict[str, int], found: Findings
) -> None:
    numbers = [stand.effect["sequence"] for stand in turns]
    if len(set(numbers)) != len(numbers):
        found.add("two acts were told the same turn: one of them is lost", booking, numbers)
    for earlier, later in combinations(turns, 2):
        if later.seen < earlier.began:
            found.add("turns out of order", booking, earlier.effect["sequence"], later.effect["sequence"])
    if row is None:
        found.add("an acknowledged booking is not there", booking)
        return
    gaps = row["sequence"] + 1 - len(set(numbers))
    if gaps > in_doubt[row["case"]] + in_doubt["any"]:
        found.add("turns nobody took", booking, numbers, row["sequence"])
    last = turns[-1].effect
    if row["sequence"] < last["sequence"]:
        found.add("an acknowledged turn is lost", booking, last["sequence"], row["sequence"])
    if row["sequence"] == last["sequence"] and any(row[name] != last[name] for name in last):
        found.add("the database says otherwise than the client was told", row, last)


def _check_unknown_rows(
    rows: list[dict[str, Any]], stands: dict[str, list[Stand]], in_doubt: dict[str, int], found: Findings
) -> None:
    for row in rows:
        if row["booking"] not in stands and not in_doubt[row["case"]] + in_doubt["any"]:
            found.add("a booking nobody made", row)


def _overlap(a: dict[str, Any], b: dict[str, Any]) -> bool:
    same = a["interviewer"] == b["interviewer"] and a["booking"] != b["booking"]
    return same and a["from"] < b["until"] and b["from"] < a["until"]


def _check_end(rows: list[dict[str, Any]], limits: dict[str, int], found: Findings) -> None:
    live = [row for row in rows if row["state"] in LIVE]
    for mine in _grouped(live, "interviewer"):
        for a, b in combinations(mine, 2):
            if _overlap(a, b):
                found.add("two live bookings overlap", a, b)
    for several in _grouped([row for row in live if row["state"] == "booked"], "case"):
        if len(several) > 1:
            found.add("a case has two interviews to come", several)
    for several in _grouped(live, "interviewer", "day"):
        if len(several) > limits[several[0]["interviewer"]]:
            found.add("more interviews in a day than the limit", several)


def _grouped(rows: list[dict[str, Any]], *names: str) -> list[list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return list(groups.values())


def _check_at_all_times(stands: list[Stand], limits: dict[str, int], found: Findings) -> None:
    """Of what the clients were told: no moment at which two overlapping bookings, or too many, certainly stood."""
    sure = [one for one in stands if one.effect["state"] in LIVE and one.seen < one.left]
    by_day = defaultdict(list)
    for one in sure:
        by_day[one.effect["interviewer"], one.effect["day"]].append(one)
    for (interviewer, day), several in by_day.items():
        for a, b in combinations(several, 2):
            if _overlap(a.effect, b.effect) and a.seen < b.left and b.seen < a.left:
                found.add("two clients held overlapping bookings at once", a.effect, b.effect)
        for one in several:
            at_once = sum(other.seen <= one.seen < other.left for other in several)
            if at_once > limits[interviewer]:
                found.add("more interviews at once than the day's limit", interviewer, day, at_once)
