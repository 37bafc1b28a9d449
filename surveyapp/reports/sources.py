"""The sources of a reason: what the leaver said, what the interviewer heard, what HR recorded,
what comments speak of; never added up."""

LEAVER = "leaver"
LEAVER_MAIN = "leaver_main"
INTERVIEWER = "interviewer"
HR = "hr"
COMMENT = "comment"
SOURCES = (LEAVER, LEAVER_MAIN, INTERVIEWER, HR, COMMENT)
RESIGNATION, OTHER = "resignation", "other"
