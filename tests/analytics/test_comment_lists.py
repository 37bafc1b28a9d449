"""Which comments are listed together: the thresholds of STATISTICS 1.6, and nobody in two lists, ever."""

from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.comment_lists import Listed, ListRules, Writer, compose_lists
from analytics.tables import Family

RULES = ListRules(sensitive=frozenset({"health"}))
ROLES, AREAS, THEMES = ("caseworker", "lawyer"), ("NM", "EV", "SM"), ("pay", "workload", "travel", "health")


def writer(
    number: int, *themes: str, area: str = "NM", waits: bool = False, age: int = 0, secret: bool = True
) -> Writer:
    texts = tuple((theme, f"{theme} by {number}") for theme in themes)
    return Writer(f"p{number}", "lawyer", area, waits, age, secret, texts)


def people(*themes: str, n: int, start: int = 0, **more: object) -> list[Writer]:
    return [writer(start + number, *themes, **more) for number in range(n)]  # type: ignore[arg-type]


BIG = {("lawyer", "NM"): 90, ("lawyer", "EV"): 90}


def test_a_list_needs_five_people_and_three_a_theme() -> None:
    assert compose_lists(people("pay", n=4), BIG, RULES) == ()
    assert len(compose_lists(people("pay", n=5), BIG, RULES)) == 5
    three_and_two = [*people("pay", n=3), *people("travel", n=2, start=3)]
    assert compose_lists(three_and_two, BIG, RULES) == ()
    listed = compose_lists([*three_and_two, *people("pay", n=2, start=9)], BIG, RULES)
    assert {one.theme for one in listed} == {"pay"}


def test_a_person_is_listed_once_under_the_theme_most_people_share() -> None:
    listed = compose_lists([*people("pay", "travel", n=4), *people("pay", n=3, start=4)], BIG, RULES)
    assert [one.theme for one in listed] == ["pay"] * 7


def test_only_protected_answers_count_towards_the_thresholds() -> None:
    named = people("pay", n=4, secret=False)
    assert compose_lists([*people("pay", n=4, start=4), *named], BIG, RULES) == ()
    assert len(compose_lists([*people("pay", n=5, start=4), *named], BIG, RULES)) == 9


def test_a_group_under_ten_answers_has_no_list() -> None:
    assert compose_lists(people("pay", n=6), {("lawyer", "NM"): 9}, RULES) == ()
    assert compose_lists(people("pay", n=6), {("lawyer", "NM"): 10}, RULES)


def test_a_sensitive_theme_needs_five_people_in_a_group_of_twenty() -> None:
    assert compose_lists(people("health", n=6), {("lawyer", "NM"): 19}, RULES) == ()
    assert len(compose_lists(people("health", n=6), {("lawyer", "NM"): 20}, RULES)) == 6
    assert compose_lists([*people("health", n=4), *people("pay", n=3, start=7)], BIG, RULES) == ()


def test_an_area_is_listed_before_the_organisation_and_its_people_are_nowhere_else() -> None:
    waiting = [*people("pay", n=6, waits=True), *people("pay", n=6, start=6, area="EV")]
    listed = compose_lists(waiting, BIG, RULES)
    assert Counter((one.family, one.place) for one in listed) == {
        (Family.AREA, "NM"): 6,
        (Family.ORGANISATION, "*"): 6,
    }


def test_after_four_cuts_words_join_the_whole_organisations_list() -> None:
    few = people("pay", n=3, waits=True)
    others = people("pay", n=3, start=6)
    assert len(compose_lists([*few, *others], BIG, RULES)) == 0
    old = people("pay", n=3, waits=True, age=4)
    assert len(compose_lists([*old, *others], BIG, RULES)) == 6


def test_a_small_agency_has_lists_of_the_whole_organisation_only() -> None:
    listed = compose_lists(people("pay", n=8, waits=True), {("lawyer", "NM"): 119}, RULES)
    assert {one.family for one in listed} == {Family.ORGANISATION}


writers = st.builds(
    Writer,
    person=st.uuids().map(str),
    role=st.sampled_from(ROLES),
    area=st.sampled_from(AREAS),
    waits_for_place=st.booleans(),
    age=st.integers(0, 6),
    is_secret=st.sampled_from((True, True, True, False)),
    texts=st.lists(st.tuples(st.sampled_from(THEMES), st.text("ab", min_size=1)), min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(writers, max_size=40), min_size=1, max_size=4), st.integers(0, 60))
def test_no_two_lists_of_any_release_share_an_author_and_every_list_keeps_the_rules(
    releases: list[list[Writer]], cell: int
) -> None:
    answered = {(role, area): cell for role in ROLES for area in AREAS}
    waiting: list[Writer] = []
    seen: dict[str, tuple[int, Family, str]] = {}
    for number, fresh in enumerate(releases):
        waiting += fresh
        listed = compose_lists(waiting, answered, RULES)
        secret = {one.person for one in waiting if one.is_secret}
        lists: dict[tuple[int, Family, str], list[Listed]] = defaultdict(list)
        for one in listed:
            key = (number, one.family, one.place)
            assert seen.setdefault(one.person, key) == key, "an author stands in two lists"
            lists[key].append(one)
        for key, held in lists.items():
            assert len({one.person for one in held}) == len(held)
            assert sum(one.person in secret for one in held) >= 5
            for theme in {one.theme for one in held}:
                spoke = sum(one.person in secret for one in held if one.theme == theme)
                assert spoke >= (5 if theme == "health" else 3)
            assert key[1] is Family.ORGANISATION or sum(answered.values()) >= 120
        waiting = [one for one in waiting if one.person not in seen]
