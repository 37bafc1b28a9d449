"""The words of a finding, in English and Welsh, made from released values alone."""

from analytics.findings import Band, Comparison, Direction
from analytics.tables import EVERY, Family

LANGUAGES = ("en", "cy")

_EXPECTED_FROM = {
    "en": {
        Family.AREA: "from the roles in this Area",
        Family.ROLE: "from the Areas this role works in",
        Family.ROLE_AREA: "from this role and this Area",
    },
    "cy": {
        Family.AREA: "ar sail y rolau yn yr Ardal hon",
        Family.ROLE: "ar sail yr Ardaloedd lle mae’r rôl hon",
        Family.ROLE_AREA: "ar sail y rôl hon a’r Ardal hon",
    },
}
_BANDS = {
    "en": {
        Band.STRONG: "very unlikely to be chance",
        Band.MODERATE: "unlikely to be chance",
        Band.WEAK: "may be chance: watch it",
    },
    "cy": {
        Band.STRONG: "annhebygol iawn o fod yn siawns",
        Band.MODERATE: "annhebygol o fod yn siawns",
        Band.WEAK: "gall fod yn siawns: cadwch olwg arno",
    },
}


def _people(comparison: Comparison, language: str) -> str:
    """'17 of 40', with a masked number kept masked; in English it begins the sentence."""
    base, text = comparison.base, comparison.n_text
    of, fewer, at_least = ("of", "Fewer than", "At least") if language == "en" else ("o’r", "llai na", "o leiaf")
    if text.startswith("<"):
        return f"{fewer} {text[1:]} {of} {base}"
    if text.startswith(">"):
        return f"{at_least} {text[2:]} {of} {base}"
    return f"{text} {of} {base}"


def _expected(comparison: Comparison, language: str) -> str:
    count = comparison.expected_count
    if language == "en":
        return f"about {count} would be expected" if count else "hardly any would be expected"
    return f"byddai disgwyl tua {count}" if count else "prin y byddai disgwyl yr un"


def sentence(comparison: Comparison, reason: str, language: str = "en") -> str:
    """'17 of 40 leavers gave workload; from the roles in this Area about 9 would be expected.'

    reason is its label in that language, written as inside a sentence. Raises KeyError for an unknown language.
    """
    source = _EXPECTED_FROM[language][comparison.family]
    people, expected = _people(comparison, language), _expected(comparison, language)
    if language == "en":
        return f"{people} leavers gave {reason}; {source} {expected}."
    # the label stands in quotation marks so that no mutation of its first letter is needed
    return f"Rheswm {people} a adawodd: ‘{reason}’; {source} {expected}."


def told_alone(comparison: Comparison, reason: str, role: str, area: str, language: str = "en") -> str:
    """'Gwent: 17 of 40 leavers gave workload. About 9 would be expected.' For a page without the heading beside it.

    Labels in that language, the reason's written as inside a sentence. Raises KeyError for an unknown language.
    """
    keyed = ((role, comparison.key.role), (area, comparison.key.area))
    place = ", ".join(label for label, code in keyed if code != EVERY)
    people, expected = _people(comparison, language), _expected(comparison, language)
    said = (
        f"{people} leavers gave {reason}" if language == "en" else f"rhoddodd {people} a adawodd ‘{reason}’ yn rheswm"
    )
    said = said[:1].lower() + said[1:]
    return f"{place}: {said}. {expected[:1].upper()}{expected[1:]}."


def _place(comparison: Comparison, role: str, area: str, language: str) -> str:
    if language == "cy":
        return ", ".join(
            label for label, code in ((role, comparison.key.role), (area, comparison.key.area)) if code != EVERY
        )
    if comparison.family is Family.AREA:
        return f"in {area}"
    return f"for {role}" if comparison.family is Family.ROLE else f"for {role} in {area}"


def heading(comparison: Comparison, reason: str, role: str, area: str, language: str = "en") -> str:
    """'Workload stands out in Gwent' or 'Workload is rarer than expected in Gwent', from labels in that language."""
    place = _place(comparison, role, area, language)
    label = reason[:1].upper() + reason[1:]
    is_over = comparison.direction is not Direction.UNDER
    if language == "cy":
        return f"{label} {'yn sefyll allan' if is_over else 'yn brinnach na’r disgwyl'}: {place}"
    return f"{label} {'stands out' if is_over else 'is rarer than expected'} {place}"


def strength(band: Band, language: str = "en") -> str:
    """The band in words."""
    return _BANDS[language][band]


def mix_note(comparison: Comparison, language: str = "en") -> str:
    """What to say when the crude comparison points the other way; empty when it does not."""
    if not comparison.is_explained_by_mix:
        return ""
    if comparison.family is Family.ROLE:
        return "the mix of Areas explains this" if language == "en" else "cymysgedd yr Ardaloedd sy’n egluro hyn"
    return "the mix of roles explains this" if language == "en" else "cymysgedd y rolau sy’n egluro hyn"


def crude_and_expected(comparison: Comparison, language: str = "en") -> str:
    """'45%; whole organisation 27%; expected 30%', with the note on the mix where the signs differ."""
    words = ("whole organisation", "expected") if language == "en" else ("y sefydliad cyfan", "disgwyliedig")
    shown = [] if comparison.percent is None else [f"{comparison.percent}%"]
    if comparison.organisation_percent is not None:
        shown.append(f"{words[0]} {comparison.organisation_percent}%")
    shown.append(f"{words[1]} {comparison.expected_percent}%")
    note = mix_note(comparison, language)
    return "; ".join([*shown, note] if note else shown)


def summary(n_findings: int, language: str = "en") -> str:
    """The line above the list: how many things stand out, and what silence does not mean."""
    if language == "cy":
        first = f"Mae {n_findings} o bethau’n sefyll allan." if n_findings else "Nid oes dim yn sefyll allan."
        if n_findings == 1:
            first = "Mae 1 peth yn sefyll allan."
        return f"{first} Lle nad oes dim yn sefyll allan, nid yw’n golygu nad oes gwahaniaeth."
    first = f"{n_findings} things stand out." if n_findings else "Nothing stands out."
    if n_findings == 1:
        first = "1 thing stands out."
    return f"{first} Where nothing does, it does not mean there is no difference."
