"""The look in a real browser: no accessibility fault, no policy fault, keyboard, charts, no JavaScript."""

import pytest
from playwright.sync_api import Browser

from tests.browser import accessibility_faults, watched_page

pytestmark = pytest.mark.browser
PAGES = ["/staff", "/report", "/wide", "/a/token", "/nowhere"]
# A page that is meant to be an error makes the browser note its status.
MEANT = "Failed to load resource: the server responded with a status of 404"


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("cy", 1280)])
@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_accessibility_fault_fit_the_screen_and_break_no_policy(
    own_browser: Browser, gallery: str, path: str, language: str, width: int
) -> None:
    page, errors = watched_page(own_browser, width)
    page.goto(f"{gallery}{path}?lang={language}", wait_until="networkidle")
    assert accessibility_faults(page) == []
    assert [error for error in errors if MEANT not in error] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.close()


def test_a_form_sent_with_errors_moves_focus_to_the_summary_and_links_to_each_field(
    own_browser: Browser, gallery: str
) -> None:
    page, _errors = watched_page(own_browser, 390)
    page.goto(f"{gallery}/staff")
    page.get_by_label("Years of service").fill("many")
    page.get_by_role("button", name="Save").click()
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert accessibility_faults(page) == []
    assert page.get_by_label("Years of service").input_value() == "many"
    for text, focused in [
        ("Enter the name", "name"),
        ("Enter the last working day, like 27 3 2027", "last_working_day-day"),
        ("Choose a leaving type", "kind"),
    ]:
        page.locator(".govuk-error-summary").get_by_text(text).click()
        assert page.evaluate("document.activeElement.id") == focused
    page.close()


def test_a_leaver_without_javascript_gets_the_summary_in_focus_and_keeps_what_was_typed_on_changing_language(
    own_browser: Browser, gallery: str
) -> None:
    page, _errors = watched_page(own_browser, 390, java_script_enabled=False)
    page.goto(f"{gallery}/a/token?lang=en")
    page.get_by_label("Tell us more").fill("Too much work")
    page.get_by_role("button", name="Cymraeg").click()
    assert page.locator("html").get_attribute("lang") == "cy"
    assert page.locator("textarea").input_value() == "Too much work"
    page.get_by_role("button", name="Save and continue").click()
    assert page.locator(".govuk-error-summary").get_attribute("autofocus") == ""
    assert page.title().startswith("Gwall: ")
    page.close()


def test_while_typing_the_leaver_sees_what_is_left_and_is_warned_of_names_and_contact_details(
    own_browser: Browser, gallery: str
) -> None:
    page, _errors = watched_page(own_browser, 390)
    page.goto(f"{gallery}/a/token?lang=en")
    box, warning = page.get_by_label("Tell us more"), page.locator("#more-warning")
    for clean in ["Too much work and too few people.", "Crown Court work in Cardiff. We lost 3 of 12 staff in 2026."]:
        box.fill(clean)
        assert not warning.is_visible(), clean
    assert page.locator("#more-left").inner_text() == f"You have {500 - len(clean)} characters left"
    for personal in ["ask ann@example.org", "ring 020 7946 0000", "it was Mr Jones", "my manager Ann Jones shouted"]:
        box.fill(personal)
        assert warning.is_visible(), personal
    page.close()


def test_a_table_is_sorted_by_keyboard_and_says_so(own_browser: Browser, gallery: str) -> None:
    page, _errors = watched_page(own_browser)
    page.goto(f"{gallery}/staff?lang=en")
    heading = page.get_by_role("button", name="Days")
    heading.focus()
    firsts = []
    for _ in range(2):
        page.keyboard.press("Enter")
        firsts.append(page.locator("tbody tr:first-child td.app-number").inner_text())
    assert firsts == ["3", "1,200"]
    assert page.locator("th", has_text="Days").get_attribute("aria-sort") == "descending"
    assert page.locator("table ~ [role=status]").inner_text() == "Sorted by Days, highest first"
    page.close()


def test_masked_counts_sort_below_their_limit_and_hidden_cells_last(own_browser: Browser, gallery: str) -> None:
    page, _errors = watched_page(own_browser)
    page.goto(f"{gallery}/report?lang=en")
    page.get_by_text("Show these numbers as a table").click()
    page.get_by_role("button", name="Leavers").click()
    assert page.locator("tbody th").all_inner_texts() == ["South", "Mid", "North", "West", "East"]
    page.close()


def test_charts_are_drawn_styled_and_offer_no_way_to_send_data_away(own_browser: Browser, gallery: str) -> None:
    page, errors = watched_page(own_browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{gallery}/report", wait_until="networkidle")
    assert page.locator("#workload-chart svg.main-svg").count() > 0
    assert page.locator("#workload-chart .scatterlayer .point").count() > 0
    assert page.evaluate("document.getElementById('plotly.js-style-global').sheet.cssRules.length") > 10
    assert page.locator("#workload-chart .modebar-btn").count() == 0
    fonts = [
        page.locator(place).first.evaluate("element => getComputedStyle(element).fontFamily")
        for place in ("h1", "#workload-chart text")
    ]
    assert fonts[0].split(",")[0] == fonts[1].split(",")[0]
    context = page.evaluate("document.getElementById('workload-chart')._context")
    assert context["showSendToCloud"] is False and context["plotlyServerURL"] == ""
    assert all(url.startswith(gallery) for url in asked)
    assert errors == []
    page.close()


def test_a_chart_is_saved_as_an_image_without_leaving_the_page(own_browser: Browser, gallery: str) -> None:
    page, errors = watched_page(own_browser)
    page.goto(f"{gallery}/report?lang=en", wait_until="networkidle")
    for kind in ("PNG", "SVG"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"Save as {kind}").click()
        assert waiting.value.suggested_filename == f"workload.{kind.lower()}"
    assert errors == []
    page.close()


def test_a_report_page_prints_on_a4_without_losing_a_column(own_browser: Browser, gallery: str) -> None:
    page, _errors = watched_page(own_browser)
    page.goto(f"{gallery}/report", wait_until="networkidle")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 less its margins, at 96 dots an inch
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("document.documentElement.scrollWidth <= 680")
    assert page.locator("header nav").first.is_hidden()
    assert page.locator("#workload table").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#workload table").is_hidden()
    page.close()


def test_a_table_of_role_by_area_prints_across_the_page_without_losing_a_column(
    own_browser: Browser, gallery: str
) -> None:
    page, _errors = watched_page(own_browser, 1032)  # A4 across, less its margins, at 96 dots an inch
    page.emulate_media(media="print")
    page.goto(f"{gallery}/wide", wait_until="networkidle")
    assert page.locator("body").evaluate("body => getComputedStyle(body).page") == "across"
    assert page.locator("table").evaluate("table => table.getBoundingClientRect().right") <= 1032
    page.close()


def test_on_a_phone_the_filter_is_one_line_until_it_is_opened(own_browser: Browser, gallery: str) -> None:
    page, _errors = watched_page(own_browser, 390)
    page.goto(f"{gallery}/staff")
    field = page.locator("#filter-area")
    assert not field.is_visible()
    page.locator("summary.app-filter__summary").focus()
    page.keyboard.press("Enter")
    assert field.is_visible()
    page.goto(f"{gallery}/staff?area=north")
    assert field.is_visible()
    page.close()


def test_pages_survive_forced_colours_and_double_text_size(own_browser: Browser, gallery: str) -> None:
    page, errors = watched_page(own_browser, 640, forced_colors="active")  # 1280 pixels at 200% zoom
    page.goto(f"{gallery}/staff?lang=en")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert accessibility_faults(page) == []
    assert errors == []
    page.close()
