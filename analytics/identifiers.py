"""Patterns of what identifies a person in a text (addresses, numbers, handles) and the tokens that replace it."""

import re
from enum import StrEnum


class Kind(StrEnum):
    EMAIL = "email"
    LINK = "link"
    PHONE = "phone"
    POSTCODE = "postcode"
    NATIONAL_INSURANCE = "national_insurance"
    STAFF_NUMBER = "staff_number"
    CASE_NUMBER = "case_number"
    HANDLE = "handle"
    ADDRESS = "address"
    NAME = "name"


TOKENS: dict[str, dict[Kind, str]] = {
    "en": {
        Kind.EMAIL: "[email]",
        Kind.LINK: "[link]",
        Kind.PHONE: "[phone]",
        Kind.POSTCODE: "[postcode]",
        Kind.NATIONAL_INSURANCE: "[national insurance number]",
        Kind.STAFF_NUMBER: "[staff number]",
        Kind.CASE_NUMBER: "[case number]",
        Kind.HANDLE: "[handle]",
        Kind.ADDRESS: "[address]",
        Kind.NAME: "[name]",
    },
    "cy": {
        Kind.EMAIL: "[e-bost]",
        Kind.LINK: "[dolen]",
        Kind.PHONE: "[ffôn]",
        Kind.POSTCODE: "[cod post]",
        Kind.NATIONAL_INSURANCE: "[rhif yswiriant gwladol]",
        Kind.STAFF_NUMBER: "[rhif staff]",
        Kind.CASE_NUMBER: "[rhif achos]",
        Kind.HANDLE: "[enw cyfrif]",
        Kind.ADDRESS: "[cyfeiriad]",
        Kind.NAME: "[enw]",
    },
}

_AT, _DOT = r"(?:\(at\)|\[at\]|\bat\b)", r"(?:\(dot\)|\[dot\]|\bdot\b)"
_IS = r"\s*(?:is|was|yw|oedd)?\s*[:#-]?\s*"
_CASE_WORDS = r"urn|case (?:no\.?|number|ref(?:erence)?\.?)|rhif (?:yr )?achos|cyfeirnod"
_STAFF_WORDS = (
    r"(?:staff|employee|payroll|personnel|collar|warrant)\s*(?:no\.?|number|num|id)"
    r"|rhif (?:staff|cyflogres|gweithiwr)"
)
_STREETS = "street|road|avenue|lane|close|drive|crescent|terrace|court|place|way|gardens|grove|square"
_STREETS_BEFORE = "stryd|heol|ffordd|lôn|maes|clos|rhodfa|rhes|teras|gerddi"
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"
# in small letters only with its space: 'b4 5pm' is no postcode, since no postcode ends in m
_SMALL_POSTCODE = r"[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2}"

# In the order of precedence: where two overlap the earlier one names the token.
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.EMAIL, re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")),
    (Kind.EMAIL, re.compile(rf"\b[\w.+-]+\s*{_AT}\s*[\w-]+(?:\s*{_DOT}\s*\w+)+", re.I)),
    (Kind.LINK, re.compile(r"\b(?:https?://|www\.)\S+", re.I)),
    (Kind.NATIONAL_INSURANCE, re.compile(r"\b[A-Z]{2}[ -]?(?:\d[ -]?){6}[A-D]\b", re.I)),
    (Kind.CASE_NUMBER, re.compile(r"\b\d{2}[A-Z]{2}[ /-]?\d{5,7}(?:[/-]\d{2})?\b", re.I)),
    (Kind.CASE_NUMBER, re.compile(r"\b[TSAU][ -]?20\d{2}[ -]?\d{4}\b")),
    (Kind.CASE_NUMBER, re.compile(rf"\b(?:{_CASE_WORDS}){_IS}(?=[\w/-]*\d)[\w/-]{{4,}}", re.I)),
    (Kind.STAFF_NUMBER, re.compile(rf"\b(?:{_STAFF_WORDS}){_IS}(?=\w*\d)[\w-]{{3,}}", re.I)),
    (Kind.PHONE, re.compile(r"(?<![\w+])(?:\+44[ -]?(?:\(0\))?|\(?0)(?:[ -]?\(?\d\)?){9,10}(?!\w)")),
    (Kind.STAFF_NUMBER, re.compile(r"\b(?:[A-Z]{1,3}\d{5,8}|\d{6,9})\b")),
    (
        Kind.ADDRESS,
        re.compile(
            rf"\b(?:flat \d+\w?,? )?\d{{1,4}}[a-z]?,? (?:(?:[A-Z][\w'’]+ ){{1,3}}(?i:{_STREETS})\b"
            rf"|(?i:{_STREETS_BEFORE})(?: (?:y|yr|[A-Z][\w'’]+))+)"
        ),
    ),
    (Kind.POSTCODE, re.compile(rf"\b(?:{_POSTCODE}|{_SMALL_POSTCODE})\b")),
    (Kind.HANDLE, re.compile(r"(?<![\w@./])@[A-Za-z0-9_]{3,30}\b")),
)
