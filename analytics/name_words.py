"""Ordinary words that are also names, short forms of forenames, and the words before a name; English and Welsh."""

from importlib import resources

# Names that mean something else as well. Such a word is taken for a name only with a capital inside a sentence.
# A Welsh comment may hold English words; an English one seldom holds Welsh ones.
_EN, _CY = (
    frozenset((resources.files("analytics.reference") / f"names_that_are_words_{code}.txt").read_text("utf-8").split())
    for code in ("en", "cy")
)
ALSO_WORDS = {"en": _EN, "cy": _EN | _CY}

# Short forms by which colleagues are written about; a directory holds the long one.
SHORT_FORMS: dict[str, tuple[str, ...]] = {
    "alexander": ("alex", "sandy"), "andrew": ("andy", "drew"), "anthony": ("tony",), "benjamin": ("ben",),
    "catherine": ("cath", "cathy", "kate", "katie"), "charles": ("charlie",), "christine": ("chris", "tina"),
    "christopher": ("chris",), "daniel": ("dan", "danny"), "dafydd": ("dai", "daf"), "david": ("dave", "dai"),
    "deborah": ("debbie", "deb"), "edward": ("ed", "eddie", "ted"), "elizabeth": ("liz", "beth", "lizzie", "betsan"),
    "gareth": ("gaz", "gary"), "gwenllian": ("gwen", "gwenno"), "jacqueline": ("jackie",), "james": ("jim", "jamie"),
    "jennifer": ("jen", "jenny"), "jonathan": ("jon", "jonny"), "joseph": ("joe",), "katherine": ("kath", "kate"),
    "kathryn": ("kath", "kate"), "margaret": ("maggie", "peggy", "mags"), "matthew": ("matt",), "michael": ("mike",),
    "nicholas": ("nick",), "nicola": ("nicky", "nikki"), "patricia": ("pat", "trish"), "peter": ("pete",),
    "philip": ("phil",), "rebecca": ("becky", "bex"), "richard": ("rich", "dick", "ricky"), "robert": ("rob", "bob"),
    "ronald": ("ron",), "samantha": ("sam",), "samuel": ("sam",), "stephen": ("steve",), "steven": ("steve",),
    "susan": ("sue",), "thomas": ("tom", "twm"), "timothy": ("tim",), "victoria": ("vicky",),
    "william": ("will", "bill", "wil"),
}  # fmt: skip

TITLES = (
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "hhj", "judge", "dj",
    "pc", "dc", "ds", "di", "dci", "dcs", "sgt", "sergeant", "inspector", "supt", "rev", "cllr",
    "syr", "barnwr", "parch", "cyng", "rhingyll", "arolygydd",
)  # fmt: skip

# Words after which a capitalised word that is no known name is still very likely one.
BEFORE_A_NAME = (
    r"named|called|name is|name was|my (?:line )?manager,?|my boss,?|my supervisor,?|team leader,?"
    r"|o'r enw|o’r enw|fy rheolwr(?: llinell)?,?|fy mhennaeth,?|fy modd,?"
)
