"""Proves how an institution designs its documents: versions, preview, and what is printed so."""

import io
import zlib
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from lxml import html

from credentials.models import AuditEvent, DocumentDesign, DocumentKind
from credentials.services import designs, documents
from credentials.services.designs import Signing, ready, templates_hash
from credentials.verdict import Refused, Stale
from recognition.documents.samples import SAMPLES
from recognition.services import design_previews, transcripts
from tests.factories.designs import cmyk_jpeg, make_design, png
from tests.factories.graduates import make_results, make_studies
from tests.factories.people import make_institution, make_registrar

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution()


@pytest.fixture
def registrar(institution):
    return make_registrar(institution)


def test_revise_makes_version_after_version_and_writes_it_down(institution, registrar):
    first = make_design(institution, registrar)
    second = designs.revise(institution, by=registrar, seen_version=1, colour="#1c4f8f")

    assert (first.version, second.version) == (1, 2)
    assert designs.current(institution) == second
    assert (second.logo, second.signatures, second.texts) == (
        first.logo,
        first.signatures,
        first.texts,
    )
    first.refresh_from_db()
    assert first.colour == "#8a143c"
    said = AuditEvent.objects.filter(thing=str(institution.uuid), action="revise-design")
    assert list(said.order_by("sequence").values_list("before", "after")) == [("", "1"), ("1", "2")]


def test_revise_with_the_same_once_more_changes_nothing(institution, registrar):
    first = make_design(institution, registrar)

    again = designs.revise(
        institution,
        by=registrar,
        seen_version=0,
        colour="#8a143c",
        logo=ready(png(), "logo"),
    )

    assert again == first
    assert DocumentDesign.objects.count() == 1
    assert institution.document_set.filter(kind=DocumentKind.PICTURE).count() == 4


def test_revise_refuses_what_was_changed_meanwhile(institution, registrar):
    make_design(institution, registrar)

    with pytest.raises(Stale):
        designs.revise(institution, by=registrar, seen_version=0, colour="#000000")


def test_revise_that_comes_late_leaves_no_picture_behind(institution, registrar, settings):
    make_design(institution, registrar)
    kept = files_in(settings.MEDIA_ROOT)

    with pytest.raises(Stale):
        designs.revise(
            institution, by=registrar, seen_version=0, logo=ready(png((150, 70)), "logo")
        )

    assert files_in(settings.MEDIA_ROOT) == kept


def files_in(folder):
    return {path for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize("colour", ["#aabbcc", "red", "#12345", "url(x)"])
def test_revise_refuses_a_colour_that_nobody_can_read(institution, registrar, colour):
    with pytest.raises(Refused):
        designs.revise(institution, by=registrar, seen_version=0, colour=colour)


def test_only_registrars_of_the_institution_revise(institution):
    stranger = make_registrar(make_institution())

    with pytest.raises(Refused, match="Only registrars"):
        designs.revise(institution, by=stranger, seen_version=0, colour="#000000")


def test_use_again_makes_a_new_version_of_an_old_one(institution, registrar):
    first = make_design(institution, registrar)
    designs.revise(institution, by=registrar, seen_version=1, colour="#1c4f8f", logo=None)

    third = designs.use_again(first, by=registrar, seen_version=2)

    assert (third.version, third.colour, third.logo) == (3, first.colour, first.logo)


# Printed


def pictures_in(data: bytes) -> list[int]:
    """Return the widths of the pictures in a PDF whose colours are RGB."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream)]
        return sorted(
            int(o.Width)
            for o in images
            if o.get("/Subtype") == "/Image" and o.get("/ColorSpace") == "/DeviceRGB"
        )


def printed(institution, registrar):
    enrolment = make_studies(institution)
    make_results(enrolment, ["1.0"])
    return transcripts.print_one(enrolment, timezone.localdate(), signatory=registrar.name)


def test_document_keeps_the_design_and_the_templates_it_was_printed_with(institution, registrar):
    before = printed(institution, registrar)
    design = make_design(institution, registrar)
    after = printed(institution, registrar)

    assert (before.design, after.design) == (None, design)
    assert before.facts["template"] == after.facts["template"] == templates_hash()


def test_printed_document_bears_logo_header_seal_and_signature(institution, registrar):
    plain = documents.read(printed(institution, registrar))
    make_design(institution, registrar)
    designed = documents.read(printed(institution, registrar))

    kept = pictures_in(plain)
    new = [width for width in pictures_in(designed) if width not in kept]
    assert new == [90, 120, 200, 400]
    assert {"A red bar", f"Unterschrift von {registrar.name}"} <= alternatives(designed)


def alternatives(data: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {
            str(o["/Alt"]) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o
        }


def test_signature_is_printed_only_where_that_person_signs(institution, registrar):
    other = Signing("Somebody Else", {}, ready(png(), "signature"))
    make_design(institution, registrar, signatures=(other,))

    data = documents.read(printed(institution, registrar))

    assert not [alt for alt in alternatives(data) if alt.startswith("Unterschrift von")]


# The page


def fields(**changes):
    said = {"seen_version": "0", "colour": "#8a143c", "footer_en": "Castle Square 1"}
    return {**said, **changes}


def file(data, name="logo.png"):
    made = io.BytesIO(data)
    made.name = name
    return made


def test_page_saves_a_design(client, institution, registrar):
    client.force_login(registrar)
    url = reverse("design-edit", args=[institution.slug])

    sent = client.post(
        url,
        fields(
            logo=file(png()),
            logo_alt_en="Our bird",
            name_0="Orla Finnery",
            capacity_0_en="Registrar",
            signature_0=file(cmyk_jpeg(), "sign.jpg"),
        ),
    )

    made = designs.current(institution)
    assert (sent.status_code, sent.url) == (302, url)
    assert (made.colour, made.logo.media_type) == ("#8a143c", "image/png")
    assert made.texts == {"footer": {"en": "Castle Square 1"}, "logo": {"en": "Our bird"}}
    assert [one["name"] for one in made.signatures] == ["Orla Finnery"]
    assert designs.wanted_of(made).signatures[0].picture.media_type == "image/jpeg"
    client.post(url, fields(seen_version="1", logo_gone="on"))
    assert designs.current(institution).logo is None
    assert b"Version 1 of" in client.get(url).content


def bomb() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in few bytes."""
    head = (60_000).to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)
        for name, data in parts
    )


ONLY = "is no picture in PNG or JPEG. Save it as one of the two."


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "a.svg", ONLY),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "a.png", ONLY),
        (b"<html><script>1</script></html>", "a.png", ONLY),
        (b"%PDF-1.7", "a.pdf", ONLY),
        (b"GIF89a" + bytes(50), "a.gif", ONLY),
        (png()[:80], "a.png", "This picture cannot be read."),
        (bomb(), "a.png", "more than 50 million pixels"),
        (b"0" * 21_000_000, "a.png", "MB. Make it smaller."),
        (png((4, 4)), "a.png", "too small"),
    ],
)
def test_page_refuses_hostile_pictures(client, institution, registrar, data, name, why):
    client.force_login(registrar)

    page = client.post(
        reverse("design-edit", args=[institution.slug]), fields(logo=file(data, name))
    )

    assert page.status_code == 200
    assert why in " ".join(page.context["form"].errors["logo"])
    assert designs.current(institution) is None


def test_page_offers_a_darker_tone(client, institution, registrar):
    client.force_login(registrar)

    page = client.post(reverse("design-edit", args=[institution.slug]), fields(colour="#ff9900"))

    assert page.context["form"].errors["colour"] == [
        "Text in this colour is hard to read: its contrast with white paper is 2.1 to 1, and "
        "4.5 to 1 are needed. The nearest darker tone is #ab6600."
    ]


def test_page_needs_the_same_queries_for_one_and_three_versions(
    client, institution, registrar, django_assert_num_queries
):
    client.force_login(registrar)
    url = reverse("design-edit", args=[institution.slug])
    make_design(institution, registrar)
    client.get(url)

    with django_assert_num_queries(7):
        client.get(url)
    for colour in ("#111111", "#222222"):
        make_design(institution, registrar, colour=colour)
    with django_assert_num_queries(7):
        client.get(url)


@pytest.mark.parametrize("document", ["decision_letter", "supplement", "diploma_supplement"])
def test_preview_shows_a_design_that_is_not_saved(client, institution, registrar, document):
    client.force_login(registrar)
    make_design(institution, registrar)

    shown = client.post(
        reverse("design-preview", args=[institution.slug]),
        fields(document=document, logo=file(png((150, 70)))),
    )

    assert (shown.status_code, shown["Content-Type"]) == (200, "application/pdf")
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    widths = pictures_in(shown.content)
    assert 150 in widths
    assert 120 not in widths
    assert DocumentDesign.objects.count() == 1


def test_preview_says_why_there_is_none(client, institution, registrar):
    client.force_login(registrar)
    url = reverse("design-preview", args=[institution.slug])

    wrong = client.post(url, fields(colour="#ffffff"))
    cache.set(f"draft:{registrar.pk}", True, timedelta(minutes=1).seconds)
    busy = client.post(url, fields())

    assert "The nearest darker tone is #767676" in wrong.content.decode()
    assert wrong["X-Frame-Options"] == "SAMEORIGIN"
    assert "still being made" in busy.content.decode()
    marks = [b"data-preview-busy" in one.content for one in (wrong, busy)]
    assert marks == [False, True]  # by which the page knows that it may ask again


def test_title_of_a_picture_is_shown_once(client, institution, registrar):
    client.force_login(registrar)

    page = html.fromstring(client.get(reverse("design-edit", args=[institution.slug])).content)

    for title in ("Logo", "Paper header", "Picture of the seal"):
        named = [one for one in page.iter() if (one.text or "").strip() == title]
        assert [(one.tag, one.get("class")) for one in named] == [
            ("h3", None),
            ("span", "hidden-text"),
        ]


def test_use_again_needs_the_version_that_was_seen(client, institution, registrar):
    client.force_login(registrar)
    make_design(institution, registrar)
    make_design(institution, registrar, colour="#111111")
    url = reverse("design-use-again", args=[institution.slug, 1])

    late = client.post(url, {"seen_version": "1"})
    led = client.post(url, {"seen_version": "2"})

    assert (late.status_code, led.status_code) == (409, 302)
    assert designs.current(institution).colour == "#8a143c"


@pytest.mark.checkers
def test_designed_documents_pass_verapdf(verapdf, institution, registrar, tmp_path):
    wanted = designs.wanted_of(make_design(institution, registrar))
    files = []
    for template in SAMPLES:
        data = design_previews.preview(institution, wanted, template, by=registrar)
        files.append(tmp_path / f"{template}.pdf")
        files[-1].write_bytes(data)

    assert verapdf(*files) == []


def test_same_design_gives_the_same_bytes(institution, registrar):
    wanted = designs.wanted_of(make_design(institution, registrar))

    one, other = (
        design_previews.preview(institution, wanted, "supplement", by=registrar) for _ in range(2)
    )

    assert one == other


def test_page_says_what_pictures_are_called_and_when_a_version_was_made(
    client, institution, registrar
):
    client.force_login(registrar)
    made = make_design(institution, registrar)

    page = client.get(reverse("design-edit", args=[institution.slug]))

    told = page.context["form"]["logo_alt_en"].help_text
    assert told.endswith(f"If you leave it empty: “Logo of {institution}”.")
    assert timezone.localtime(made.made_at).strftime(", %H:%M</b>") in page.content.decode()
    hint = page.context["form"]["logo"].help_text
    assert hint.endswith("PNG or JPEG, at most 50 million pixels.")
