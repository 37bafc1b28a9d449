"""The sources of a reason: what the leaver said, what the interviewer heard, what HR recorded,
what comments speak of; never added up."""

LEAVER = "leaver"
LEAVER_MAIN = "leaver_main"
INTERVIEWER = "interviewer"
HR = "hr"
COMMENT = "comment"
SOURCES = (LEAVER, LEAVER_MAIN, INTERVIEWER, HR, COMMENT)
CHECK_PREFIX = "check:"
CHECKS = ("month_1", "month_3", "month_6")
"""New starters' checks, each a source of its own for every question: one person answers each check once."""
RESIGNATION, OTHER = "resignation", "other"
