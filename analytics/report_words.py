"""The fixed words of a release report, in English and Welsh: chapter titles, how to read each, what is hidden."""

from enum import StrEnum


class Chapter(StrEnum):
    """The chapters a report may have, in the order they stand in."""

    STANDOUTS = "standouts"
    REASONS = "reasons"
    BY_AREA = "by_area"
    BY_ROLE = "by_role"
    BY_ROLE_AND_AREA = "by_role_and_area"
    CHANGE = "change"
    ACTIONS = "actions"
    COMMENTS = "comments"
    LEAVING_RATES = "leaving_rates"
    EARLY_LEAVERS = "early_leavers"
    WHO_ANSWERED = "who_answered"
    KEPT = "kept"
    NEXT = "next"
    RATINGS = "ratings"
    EQUALITY = "equality"
    SOURCES = "sources"
    BENCHMARKS = "benchmarks"


TITLES: dict[str, dict[Chapter, str]] = {
    "en": {
        Chapter.STANDOUTS: "What stands out",
        Chapter.REASONS: "Why people leave",
        Chapter.BY_AREA: "Reasons by Area",
        Chapter.BY_ROLE: "Reasons by job role",
        Chapter.BY_ROLE_AND_AREA: "Reasons by job role and Area",
        Chapter.CHANGE: "Change over time",
        Chapter.ACTIONS: "Before and after our actions",
        Chapter.COMMENTS: "In leavers’ own words",
        Chapter.LEAVING_RATES: "How many leave",
        Chapter.EARLY_LEAVERS: "Leaving early",
        Chapter.WHO_ANSWERED: "Who answered",
        Chapter.KEPT: "Could they have been kept?",
        Chapter.NEXT: "Where they go next",
        Chapter.RATINGS: "How leavers rated their work",
        Chapter.EQUALITY: "Reasons by equality group",
        Chapter.SOURCES: "What HR, leavers and interviewers say",
        Chapter.BENCHMARKS: "Elsewhere",
    },
    "cy": {
        Chapter.STANDOUTS: "Yr hyn sy’n sefyll allan",
        Chapter.REASONS: "Pam mae pobl yn gadael",
        Chapter.BY_AREA: "Rhesymau fesul Ardal",
        Chapter.BY_ROLE: "Rhesymau fesul rôl",
        Chapter.BY_ROLE_AND_AREA: "Rhesymau fesul rôl ac Ardal",
        Chapter.CHANGE: "Newid dros amser",
        Chapter.ACTIONS: "Cyn ac ar ôl ein camau",
        Chapter.COMMENTS: "Yng ngeiriau’r ymadawyr",
        Chapter.LEAVING_RATES: "Faint sy’n gadael",
        Chapter.EARLY_LEAVERS: "Gadael yn gynnar",
        Chapter.WHO_ANSWERED: "Pwy atebodd",
        Chapter.KEPT: "A ellid bod wedi eu cadw?",
        Chapter.NEXT: "I ble maen nhw’n mynd nesaf",
        Chapter.RATINGS: "Barn yr ymadawyr am eu gwaith",
        Chapter.EQUALITY: "Rhesymau fesul grŵp cydraddoldeb",
        Chapter.SOURCES: "Beth mae AD, ymadawyr a chyfwelwyr yn ei ddweud",
        Chapter.BENCHMARKS: "Mewn mannau eraill",
    },
}

_INTERVAL_EN = "The line through a dot shows how far chance may have moved it."
_INTERVAL_CY = "Mae’r llinell drwy ddot yn dangos faint y gallai siawns fod wedi ei symud."

GUIDES: dict[str, dict[Chapter, tuple[str, ...]]] = {
    "en": {
        Chapter.STANDOUTS: (
            "A reason stands out when far more or far fewer leavers give it than expected.",
            "What is expected comes from the same roles in other Areas, or the same Areas in other roles.",
            "A dot is our estimate. The fewer answered, the nearer it lies to what is expected.",
            "We allow for having looked at many groups. About 1 finding in 10 may still be chance.",
            "Where nothing stands out, it does not mean there is no difference.",
        ),
        Chapter.REASONS: ("A leaver may give several reasons, so percentages add up to more than 100%.", _INTERVAL_EN),
        Chapter.BY_AREA: ("The diamond shows what the roles in the Area would lead us to expect.", _INTERVAL_EN),
        Chapter.BY_ROLE: ("The diamond shows what the Areas of the role would lead us to expect.", _INTERVAL_EN),
        Chapter.BY_ROLE_AND_AREA: ("Each cell shows its own years: small groups need more of them.",),
        Chapter.CHANGE: (
            "A square marks a point that is unlikely to be chance.",
            "Points between the limits are ordinary ups and downs.",
            "About 1 chart in 5 shows a signal over 24 points although nothing has changed.",
        ),
        Chapter.ACTIONS: (
            "We compare the change where we acted with the change elsewhere.",
            "When groups are small or the range holds 0, we cannot tell whether it worked.",
        ),
        Chapter.COMMENTS: (
            "Comments are shown in no order, without role, Area or date. A person has checked each one.",
        ),
        Chapter.LEAVING_RATES: ("Leavers for every 100 staff in a year. Moves inside the agency are not counted.",),
        Chapter.EARLY_LEAVERS: ("Of every 100 who start, how many have not resigned after so many months.",),
        Chapter.WHO_ANSWERED: (
            "The fewer who answer, the less we know about the others.",
            "The band shows the share if none, or all, of those who did not answer had given the reason.",
        ),
        Chapter.KEPT: (
            "Avoidable is the leaver’s own view. Regretted is HR’s view, written down before any answer.",
            "Each question has its own base: the leavers who answered it.",
            _INTERVAL_EN,
        ),
        Chapter.NEXT: (
            "Who would recommend working here gave 7 or more on a scale of 0 to 10.",
            "Each question has its own base: the leavers who answered it.",
            _INTERVAL_EN,
        ),
        Chapter.RATINGS: (
            "Who agrees chose “agree” or “strongly agree”. Averages run from 1 (worst) to 5 (best).",
            "The base of a topic is the leavers who rated each of its statements.",
            _INTERVAL_EN,
        ),
        Chapter.EQUALITY: (
            "These questions are optional. Groups of under 20 are hidden, and only the whole organisation is shown.",
            "A difference between groups is no proof of its cause: their roles and Areas differ too.",
        ),
        Chapter.SOURCES: ("The three are different people’s views. They are compared by group and never added up.",),
        Chapter.BENCHMARKS: ("Other surveys ask other people other questions. Read these figures as context only.",),
    },
    "cy": {
        Chapter.STANDOUTS: (
            "Mae rheswm yn sefyll allan pan fo llawer mwy neu lawer llai o ymadawyr na’r disgwyl yn ei roi.",
            "Daw’r disgwyl o’r un rolau mewn Ardaloedd eraill, neu o’r un Ardaloedd mewn rolau eraill.",
            "Ein hamcangyfrif yw dot. Y lleiaf a atebodd, yr agosaf ydyw at y disgwyl.",
            "Rydym yn caniatáu ar gyfer edrych ar lawer o grwpiau. Gall tua 1 o bob 10 canfyddiad fod yn siawns o hyd.",
            "Lle nad oes dim yn sefyll allan, nid yw’n golygu nad oes gwahaniaeth.",
        ),
        Chapter.REASONS: (
            "Gall ymadawr roi sawl rheswm, felly mae’r canrannau’n adio i fwy na 100%.",
            _INTERVAL_CY,
        ),
        Chapter.BY_AREA: ("Mae’r diemwnt yn dangos y disgwyl ar sail y rolau yn yr Ardal.", _INTERVAL_CY),
        Chapter.BY_ROLE: ("Mae’r diemwnt yn dangos y disgwyl ar sail Ardaloedd y rôl.", _INTERVAL_CY),
        Chapter.BY_ROLE_AND_AREA: ("Mae pob cell yn dangos ei blynyddoedd ei hun: mae angen mwy ar grwpiau bach.",),
        Chapter.CHANGE: (
            "Mae sgwâr yn dangos pwynt sy’n annhebygol o fod yn siawns. Amrywio arferol yw pwyntiau rhwng y terfynau.",
            "Mae tua 1 siart ym mhob 5 yn dangos arwydd dros 24 pwynt er nad oes dim wedi newid.",
        ),
        Chapter.ACTIONS: (
            "Rydym yn cymharu’r newid lle gwnaethom weithredu â’r newid mewn mannau eraill.",
            "Pan fo grwpiau’n fach neu’r amrediad yn cynnwys 0, ni allwn ddweud a weithiodd.",
        ),
        Chapter.COMMENTS: ("Dangosir sylwadau heb drefn, rôl, Ardal na dyddiad. Mae rhywun wedi gwirio pob un.",),
        Chapter.LEAVING_RATES: ("Ymadawyr am bob 100 o staff mewn blwyddyn. Ni chyfrifir symud o fewn yr asiantaeth.",),
        Chapter.EARLY_LEAVERS: ("O bob 100 sy’n dechrau, faint sydd heb ymddiswyddo ar ôl hyn a hyn o fisoedd.",),
        Chapter.WHO_ANSWERED: (
            "Po leiaf sy’n ateb, lleiaf a wyddom am y lleill.",
            "Mae’r band yn dangos y ganran pe bai neb, neu bawb, na atebodd wedi rhoi’r rheswm.",
        ),
        Chapter.KEPT: (
            "Barn yr ymadawr yw a ellid osgoi gadael. Barn AD, cyn unrhyw ateb, yw a yw’n destun gofid.",
            "Mae gan bob cwestiwn ei sail ei hun: yr ymadawyr a’i atebodd.",
            _INTERVAL_CY,
        ),
        Chapter.NEXT: (
            "Rhoddodd y rhai a fyddai’n argymell gweithio yma 7 neu fwy ar raddfa o 0 i 10.",
            "Mae gan bob cwestiwn ei sail ei hun: yr ymadawyr a’i atebodd.",
            _INTERVAL_CY,
        ),
        Chapter.RATINGS: (
            "Dewisodd y rhai sy’n cytuno “cytuno” neu “cytuno’n gryf”. Mae’r cyfartaledd o 1 (gwaethaf) i 5 (gorau).",
            "Sail pwnc yw’r ymadawyr a roddodd farn ar bob un o’i osodiadau.",
            _INTERVAL_CY,
        ),
        Chapter.EQUALITY: (
            "Mae’r cwestiynau hyn yn ddewisol. Cuddir grwpiau o dan 20, a dim ond y sefydliad cyfan a ddangosir.",
            "Nid yw gwahaniaeth yn profi ei achos: mae rolau ac Ardaloedd y grwpiau’n wahanol hefyd.",
        ),
        Chapter.SOURCES: ("Barn pobl wahanol yw’r tair. Cânt eu cymharu fesul grŵp a byth eu hadio.",),
        Chapter.BENCHMARKS: (
            "Mae arolygon eraill yn gofyn cwestiynau eraill i bobl eraill.",
            "Darllenwch y ffigurau fel cyd-destun yn unig.",
        ),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "in_short": "In short",
        "answered": "{base} leavers told us why they left ({selection}, {window}).",
        "commonest": "The reasons given most were {reasons}.",
        "one_reason": "{reason} ({percent}%)",
        "and": "and",
        "one_more": "1 more is in the chapter “{chapter}”.",
        "more": "{count} more are in the chapter “{{chapter}}”.",
        "hidden_title": "What is not shown",
        "hidden_one": "1 row is hidden, so that nobody can be singled out.",
        "hidden_many": "{count} rows are hidden, so that nobody can be singled out.",
        "hidden_none": "No row of this report is hidden.",
        "symbol": "[c] stands for every hidden figure, whatever the cause. Very small counts read “fewer than 3”.",
        "how_to_read": "How to read this",
        "issued": "Release {release}, {issued_on}",
    },
    "cy": {
        "in_short": "Yn gryno",
        "answered": "Dywedodd {base} o ymadawyr wrthym pam y gwnaethant adael ({selection}, {window}).",
        "commonest": "Y rhesymau a roddwyd amlaf oedd {reasons}.",
        "one_reason": "{reason} ({percent}%)",
        "and": "a hefyd",
        "one_more": "Mae 1 arall yn y bennod “{chapter}”.",
        "more": "Mae {count} arall yn y bennod “{{chapter}}”.",
        "hidden_title": "Yr hyn na ddangosir",
        "hidden_one": "Mae 1 rhes wedi’i chuddio, fel na ellir adnabod neb.",
        "hidden_many": "Mae {count} o resi wedi’u cuddio, fel na ellir adnabod neb.",
        "hidden_none": "Nid oes unrhyw res o’r adroddiad hwn wedi’i chuddio.",
        "symbol": "Mae [c] yn sefyll am bob ffigur cudd, beth bynnag yr achos. Dangosir cyfrif bach fel “llai na 3”.",
        "how_to_read": "Sut i ddarllen hwn",
        "issued": "Datganiad {release}, {issued_on}",
    },
}
