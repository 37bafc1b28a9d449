"""The words of invented leavers, and the codes that the demo's coders give them: the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from surveyapp.demo.inventing import FIRST_NAMES, LAST_NAMES, InventedLeaver
from surveyapp.demo.sentences import AFTER, BEFORE, ENGLISH, PRAISE, WELSH, Sentences

WRITES, PRAISES = 0.5, 0.22
CONSENTS = (("quote", 0.62), ("summarised", 0.3), ("no", 0.08))
OTHER_SUBJECTS = ("systems", "communication", "induction", "leaving_process", "nothing")


@dataclass(frozen=True)
class Words:
    """What one leaver writes: what to change, what was good, and how it may be used."""

    change: str
    best: str
    consent: str


def words_of(one: InventedLeaver) -> Words:
    """Half write what should change, mostly on a reason they gave; a fifth say what was good."""
    random = Random(f"words {one.staff_number} {one.name}")
    known = WELSH if one.language == "cy" else ENGLISH
    change = _change(one, known, random) if random.random() < WRITES else ""
    best = _filled(random.choice(PRAISE[one.language]), random) if random.random() < PRAISES else ""
    consent = random.choices([name for name, _ in CONSENTS], [weight for _, weight in CONSENTS])[0]
    return Words(change, best, consent)


def _change(one: InventedLeaver, known: Sentences, random: Random) -> str:
    subjects = [reason for reason in one.reasons if reason in known] or ["workload"]
    chosen = random.sample(subjects, k=min(len(subjects), random.choice((1, 1, 2))))
    if random.random() < 0.12:
        chosen = [code for code in (random.choice(OTHER_SUBJECTS),) if code in known] or chosen
    said = " ".join(random.choice(known[code]) for code in chosen)
    if one.language == "cy" or chosen == ["nothing"]:
        return said
    return _filled(f"{random.choice(BEFORE)}{said}{random.choice(AFTER)}", random)


def _filled(text: str, random: Random) -> str:
    """With the name or address of a colleague where there is room for one: redaction has something to do."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    return text.replace("{name}", first).replace("{email}", f"{first}.{last}@ncs.example".lower())


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of the sentences that a redacted text holds, in the order of the sentences."""
    found = [(text.index(piece), code) for code, piece in _pieces() if piece in text]
    return tuple(dict.fromkeys(code for _at, code in sorted(found)))


def _pieces() -> Iterator[tuple[str, str]]:
    """Each code with what can be recognised of its sentences after names were taken out."""
    for known in (ENGLISH, WELSH):
        for code, sentences in known.items():
            yield from ((code, sentence.partition("{")[0].strip()) for sentence in sentences)
    for sentences in PRAISE.values():
        yield from (("praise", sentence.partition("{")[0].strip()) for sentence in sentences)
