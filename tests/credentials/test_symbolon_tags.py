"""The signs of the portal: numbers, dates, names and drawings, in the reader's language."""

import datetime
import re
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from credentials import days
from credentials.templatetags import symbolon


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (Decimal("5.0"), "en", "5\u00a0ECTS"),
        (Decimal("4.50"), "en", "4.5\u00a0ECTS"),
        (Decimal("4.50"), "de", "4,5\u00a0ECTS"),
        (10, "en", "10\u00a0ECTS"),
        ("0.5", "en", "0.5\u00a0ECTS"),
        (None, "en", ""),
    ],
)
def test_ects_drops_zeros_and_never_breaks(value, language, text):
    with translation.override(language):
        assert symbolon.ects(value) == text


@pytest.mark.parametrize(
    ("filter_name", "language", "text"),
    [
        ("shortdate", "en", "3 Oct 2026"),
        ("shortdate", "de", "03.10.2026"),
        ("longdate", "en", "3 October 2026"),
        ("longdate", "de", "3. Oktober 2026"),
        ("daymonth", "en", "3 October"),
        ("daymonth", "de", "3. Oktober"),
    ],
)
def test_dates_stand_in_the_readers_way_on_one_line(filter_name, language, text):
    with translation.override(language):
        shown = getattr(days, filter_name)(datetime.date(2026, 10, 3))

    assert shown == text.replace(" ", "\u00a0")


def test_dates_of_a_moment_are_those_of_the_portals_clock():
    late = datetime.datetime(2026, 10, 2, 23, 30, tzinfo=datetime.UTC)  # 3 October in Berlin

    assert days.longdate(late) == "3\u00a0October\u00a02026"


def test_no_date_is_no_text():
    assert [days.shortdate(None), days.longdate(None), days.daymonth(None)] == [""] * 3


def test_names_of_countries_and_languages_follow_the_reader():
    with translation.override("de"):
        assert symbolon.country_name("ES") == "Spanien"
        assert symbolon.language_name("en") == "Englisch"
    assert symbolon.country_name("XK1") == "XK1"
    assert symbolon.language_name("") == ""


def test_lang_attr_stands_only_where_the_language_changes():
    german = {"de": "Luft und Wasser messen"}

    assert symbolon.lang_attr(german) == ' lang="de"'
    with translation.override("de"):
        assert symbolon.lang_attr(german) == ""
    assert symbolon.lang_attr("text of unknown language") == ""


def test_state_tag_is_word_icon_and_colour_and_escapes_the_word():
    tag = symbolon.state_tag("<Late>", "warn")

    assert tag.startswith('<span class="state warn"><svg')
    assert tag.endswith("<span>&lt;Late&gt;</span></span>")


@pytest.mark.parametrize("rating", symbolon.TOKEN_OF_RATING)
def test_every_rating_has_a_token_of_its_own(rating):
    others = [symbolon.step_glyph(other) for other in symbolon.TOKEN_OF_RATING if other != rating]

    assert symbolon.step_glyph(rating.lower()) not in others


@pytest.mark.parametrize(("got", "total", "boxes"), [(12, 13, 13), (0, 4, 4), (17, 20, 20)])
def test_tally_draws_one_box_each(got, total, boxes):
    drawing = symbolon.tally(got, total)

    assert drawing.count('class="got"') == got
    assert drawing.count("<rect") == boxes


@pytest.mark.parametrize(("got", "width"), [(210, "52.4"), (417, "104.0")])
def test_tally_of_many_is_one_bar(got, width):
    assert f'class="got" x="0.5" y="0.5" width="{width}"' in symbolon.tally(got, 417)


def test_tally_of_none_draws_no_box():
    assert symbolon.tally(0, 0).count("<rect") == 0


def test_stack_draws_a_piece_each_with_its_credits():
    drawing = symbolon.stack([(4, "has"), ("4.5", "this"), (6, "open")], "Three <pieces>")

    assert drawing.count("<path") == 3
    assert ">4.5</text>" in drawing
    assert 'aria-label="Three &lt;pieces&gt;"' in drawing


def test_query_without_drops_one_value_and_the_page():
    request = RequestFactory().get("/courses/?eqf=5&eqf=6&language=en&page=3")
    context = Context({"request": request})

    assert symbolon.query_without(context, "eqf", 5) == "?eqf=6&language=en"
    assert symbolon.query_without(context, "eqf") == "?language=en"


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="As on the proof.")
    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, choices=[("a", "A")])
    note = forms.CharField(label="Note", required=False)
    true = forms.BooleanField(label="This is true.")

    def clean(self):
        raise forms.ValidationError("Choose another one.")


def test_form_errors_lead_to_the_control_of_each_field():
    required = "This field is required."

    assert symbolon.form_errors(Sample({})) == [
        ("", "Choose another one."),
        ("id_title", f"Title: {required}"),
        ("id_kind_0", f"Kind: {required}"),
        ("id_true", f"This is true: {required}"),
    ]
    assert symbolon.form_errors(Sample()) == []
    assert symbolon.form_errors(None) == []
    assert len(symbolon.form_errors([Sample({}), Sample()])) == 4


def test_form_errors_read_formsets():
    formset = forms.formset_factory(forms.Form, max_num=1, validate_max=True)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}

    assert symbolon.form_errors(formset(data)) == [("", "Please submit at most 1 form.")]


def test_field_ties_hint_and_error_to_its_control():
    html = str(Sample({})["title"].as_field_group())

    assert '<div class="hint" id="id_title_helptext">As on the proof.</div>' in html
    assert '<ul class="errors" id="id_title_error">' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_field_marks_what_is_optional_and_nothing_else():
    form = Sample()

    assert '<span class="optional">(optional)</span>' in form["note"].as_field_group()
    assert "optional" not in form["title"].as_field_group()
    assert "optional" not in form["true"].as_field_group()


def test_group_of_choices_is_a_fieldset_with_a_legend():
    html = Sample()["kind"].as_field_group()

    assert re.search(r"<legend>Kind\s*</legend>", html)
    assert '<label class="choice" for="id_kind_0"><input type="radio"' in html


def test_error_summary_counts_and_links():
    page = Template('{% include "components/_error_summary.html" %}')

    html = page.render(Context({"form": Sample({})}))

    assert "4 things need your attention" in html
    assert '<a href="#id_kind_0">Kind: This field is required.</a>' in html
    assert page.render(Context({"form": Sample()})).strip() == ""
