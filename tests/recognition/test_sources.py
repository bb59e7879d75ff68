"""Who stands behind a source: awarding body and platform apart, the track of each, what is kept."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from credentials.models import AwardingBody
from credentials.services import bodies
from credentials.standards.facts import BodyFacts
from credentials.verdict import Refused
from credentials.vocabulary import BodyKind, BodyStatus
from recognition import evidence, tracks
from recognition.models import Line, LineSource
from recognition.opinions import credit_rules, ects_of
from recognition.services import cases, lines, sources
from recognition.sources import known_body, proposed_track, track_of
from recognition.states import LineState
from recognition.vocabulary import Track, TrackReason
from tests.factories.catalogue import make_programme_version
from tests.factories.people import make_awarding_body, make_institution, make_user
from tests.factories.recognition import (
    Way,
    make_case,
    make_external_credential,
    make_line,
)

pytestmark = pytest.mark.django_db

PLATFORM = {"kind": BodyKind.PLATFORM, "status": BodyStatus.NON_HE}


def registrar_of(line):
    return cases.registrars_of(line.case)[0]


def line_with(*register, **facts) -> Line:
    """Return a line at the check; `register`: columns of the entries that are there before."""
    programme, applicant = make_programme_version(make_institution()), make_user()
    for columns in register:
        make_awarding_body(programme.institution, **columns)
    credential = make_external_credential(applicant, **facts)
    case = make_case(programme_version=programme, applicant=applicant, sources=[credential])
    return case.lines.with_all().get()


def read(line) -> LineSource:
    return LineSource.objects.get(line=line)


def complete(line, track, reason=""):
    way = Way(line)
    rapporteur, *others = way.members
    lines.declare_complete(
        line,
        by=way.registrar,
        track=track,
        override_reason=reason,
        committee=way.committee,
        rapporteur=rapporteur,
        reviewers=others,
    )
    line.refresh_from_db()


# Awarding body and platform


def test_body_and_platform_are_found_apart():
    line = line_with(
        {"name": "Marisol TU"},
        {"name": "Campus Online", "country": "IE", **PLATFORM},
        awarding_body=BodyFacts(name={"en": "Marisol TU"}, country="ES"),
        platform=BodyFacts(name={"en": "Campus Online"}),
    )

    source = read(line)
    assert (source.awarding_body.name, source.platform.name) == ("Marisol TU", "Campus Online")
    assert track_of(source).track == Track.RECOGNITION


def test_platform_named_as_awarding_body_awards_nothing():
    line = line_with(
        {"name": "Campus Online", **PLATFORM},
        awarding_body=BodyFacts(name={"en": "Campus Online"}, country="ES"),
    )

    source = read(line)
    assert (source.awarding_body, source.platform.name) == (None, "Campus Online")
    proposal = track_of(source)
    assert (proposal.track, proposal.reasons) == (Track.VALIDATION, (TrackReason.PLATFORM,))


def test_unknown_platform_stays_a_name():
    line = line_with(platform=BodyFacts(name={"en": "Campus Online"}))

    assert read(line).platform is None


def test_platform_of_another_institution_is_not_taken():
    make_awarding_body(make_institution(), name="Campus Online", **PLATFORM)

    line = line_with(platform=BodyFacts(name={"en": "Campus Online"}))

    assert read(line).platform is None


def test_platform_cannot_be_linked_as_awarding_body_nor_the_reverse():
    line = line_with()
    by, register = registrar_of(line), line.case.institution
    platform = make_awarding_body(register, **PLATFORM)
    university = make_awarding_body(register)

    with pytest.raises(Refused, match="A platform does not award"):
        sources.link_body(read(line), platform, by=by)
    with pytest.raises(Refused, match="not a platform"):
        sources.link_platform(read(line), university, by=by)
    sources.link_platform(read(line), platform, by=by)
    sources.link_body(read(line), university, by=by)

    source = read(line)
    assert (source.awarding_body, source.platform) == (university, platform)
    line.refresh_from_db()
    assert (line.state, line.handler) == (LineState.FORMAL_CHECK, by)


def test_what_turns_out_to_be_a_platform_is_kept_as_one():
    line = line_with()
    by = registrar_of(line)
    sources.link_body(read(line), make_awarding_body(line.case.institution, name="Campus"), by=by)

    sources.enter_body(read(line), by=by, name="Campus", country="IE", **PLATFORM)

    source = read(line)
    assert (source.awarding_body, source.platform.name) == (None, "Campus")


@pytest.mark.parametrize("status", BodyStatus.values)
def test_entry_that_is_linked_as_platform_never_leads_to_recognition(status):
    """Also not when somebody later says in the register that it is a university."""
    line = line_with(
        {"name": "Campus Online", **PLATFORM},
        awarding_body=BodyFacts(name={"en": "Campus Online"}, country="ES"),
    )
    bodies.correct(
        AwardingBody.objects.get(), by=registrar_of(line), kind=BodyKind.HEI, status=status
    )

    assert track_of(read(line)).track == Track.VALIDATION


@pytest.mark.parametrize("action", [sources.link_body, sources.link_platform])
def test_register_is_linked_by_registrars_only(action):
    line = line_with()
    entry = make_awarding_body(line.case.institution, **PLATFORM)
    if action == sources.link_body:
        entry = make_awarding_body(line.case.institution)

    for user in (line.case.applicant, Way(line).chair, make_user()):
        with pytest.raises(Refused):
            action(read(line), entry, by=user)


def test_register_is_not_linked_after_the_check():
    line = make_line(LineState.UNDER_REVIEW)
    entry = make_awarding_body(line.case.institution)

    with pytest.raises(Refused):
        sources.link_body(line.sources.get(), entry, by=registrar_of(line))


# What is kept


def test_complete_line_keeps_what_the_register_said():
    line = line_with(
        {"name": "Marisol TU", "checked_on": date(2026, 5, 31), "hours_per_ects": Decimal("27.5")},
        awarding_body=BodyFacts(name={"en": "Marisol TU"}, country="ES"),
    )
    complete(line, Track.RECOGNITION)
    entry = read(line).awarding_body

    bodies.correct(
        entry, by=registrar_of(line), status=BodyStatus.NOT_RECOGNISED, quality_agency="Other"
    )

    source = read(line)
    assert source.body_facts == {
        "name": "Marisol TU",
        "country": "ES",
        "kind": "hei",
        "status": "recognised",
        "quality_agency": "Test Agency",
        "evidence": "National list",
        "checked_on": "2026-05-31",
        "checked_by": "",
        "hours_per_ects": "27.5",
        "version": 1,
    }
    known = known_body(source)
    assert (known.status, known.quality_agency) == (BodyStatus.RECOGNISED, "Test Agency")
    assert (known.version, known.is_frozen) == (1, True)
    assert proposed_track([source]).track == Track.RECOGNITION


def test_complete_line_keeps_that_the_register_said_nothing():
    line = line_with()
    complete(line, Track.VALIDATION)

    sources_now = read(line)
    assert sources_now.body_facts["status"] == BodyStatus.UNKNOWN
    assert known_body(sources_now).is_frozen


def test_line_that_is_not_declared_complete_keeps_nothing():
    line = line_with()

    with pytest.raises(Refused, match="another track"):
        complete(line, Track.RECOGNITION)

    assert read(line).body_facts == {}


def test_page_of_a_complete_line_shows_what_counted(client):
    line = line_with(
        {"name": "Marisol TU"}, awarding_body=BodyFacts(name={"en": "Marisol TU"}, country="ES")
    )
    complete(line, Track.RECOGNITION)
    client.force_login(registrar_of(line))
    address = reverse("line-check", args=[line.uuid])
    before = client.get(address).content.decode()

    bodies.correct(read(line).awarding_body, by=registrar_of(line), status=BodyStatus.NON_HE)

    after = client.get(address).content.decode()
    assert "This is what counts for the line (version 1 of the entry)." in before
    assert "the register said: Recognised higher education institution (version 1" in after
    assert "Provider outside higher education" in after


def test_hours_are_counted_by_the_rate_of_the_body():
    said = {"ects": None, "hours": Decimal(150)}
    body = BodyFacts(name={"en": "Marisol TU"}, country="ES")
    line = line_with({"name": "Marisol TU", "hours_per_ects": 30}, awarding_body=body, **said)
    plain = line_with({"name": "Marisol TU"}, awarding_body=body, **said)
    stated = line_with(
        {"name": "Marisol TU", "hours_per_ects": 30},
        awarding_body=body,
        hours_per_ects=Decimal(50),
        **said,
    )

    counted = [ects_of(read(one), credit_rules(one)) for one in (line, plain, stated)]

    assert counted == [Decimal(5), Decimal(6), Decimal(3)]


# The track in words


def test_each_reason_says_on_what_it_rests():
    line = line_with(
        {"name": "Marisol TU", "checked_on": date(2026, 5, 31)},
        awarding_body=BodyFacts(name={"en": "Marisol TU"}, country="ES"),
    )

    (told,) = tracks.tracks_of(evidence.evidence_of(line, line.case.applicant))

    assert [(point.sentence, point.evidence, point.advice) for point in told.points] == [
        (
            "The awarding body is a recognised higher education institution.",
            "Register: National list, 31\xa0May\xa02026",
            "",
        ),
        ("Its quality is assured.", "Institutional quality assurance (ESG)", ""),
        ("Its level is that of higher education (EQF 5 or above).", "EQF 6", ""),
        ("Its workload is stated.", "5\xa0ECTS. Stated by the applicant", ""),
    ]


def test_what_is_not_known_says_what_to_do():
    line = line_with(quality_assurance="", eqf_level=None, ects=None)

    (told,) = tracks.tracks_of(evidence.evidence_of(line, line.case.applicant))

    assert [point.advice for point in told.points] == ["Look it up and enter it in the register."]
    assert told.points[0].evidence.startswith("Named: Unknown Academy")


def test_quality_may_be_known_from_the_register_alone():
    line = line_with(
        {"name": "Marisol TU"},
        awarding_body=BodyFacts(name={"en": "Marisol TU"}, country="ES"),
        quality_assurance="",
    )

    (told,) = tracks.tracks_of(evidence.evidence_of(line, line.case.applicant))

    assert told.points[1].evidence == "Register: Test Agency"


def test_line_with_several_sources_says_why_it_follows():
    found = [tracks.SourceTrack(title, Track.RECOGNITION, ()) for title in ("One", "Two")]
    other = replace(found[1], track=Track.VALIDATION)

    said = [
        tracks.why_together(given)
        for given in (found[:1], found, [other, other], [found[0], other])
    ]

    assert said == [
        "",
        "All sources speak for it.",
        "All sources ask for it.",
        "The sources are weighed together, so one that asks for validation takes the line with "
        "it: “Two”.",
    ]


# Pages


def test_check_page_shows_body_and_platform_apart_and_what_the_track_means(client):
    line = line_with(
        {"name": "Marisol TU", "checked_on": None},
        {"name": "Campus Online", "country": "IE", **PLATFORM},
        awarding_body=BodyFacts(name={"en": "Marisol TU"}, country="ES"),
        platform=BodyFacts(name={"en": "Campus Online"}),
    )
    client.force_login(registrar_of(line))

    page = client.get(reverse("line-check", args=[line.uuid])).content.decode()

    assert "The learner names “Marisol TU”." in page
    assert "The learner names “Campus Online”." in page
    assert "Platform that delivers courses of others" in page
    assert page.count("Look again") == 1
    assert "It speaks for: Recognition" in page
    assert "Proposed track: Recognition" in page
    assert f"The learner reads: “{Track.VALIDATION.for_applicant}”" in page
    assert f"The committee: {Track.RECOGNITION.for_committee}" in page
    assert reverse("source-platform", args=[line.uuid, read(line).uuid]) in page


def test_platform_page_links_and_enters(client):
    line = line_with(platform=BodyFacts(name={"en": "Campus Online"}))
    source, by = read(line), registrar_of(line)
    client.force_login(by)
    address = reverse("source-platform", args=[line.uuid, source.uuid])
    page = client.get(address)
    data = {"do": "enter", "name": "Campus Online", "country": "IE", "status": "non_he"}

    refused = client.post(address, {**data, "kind": "hei"})
    entered = client.post(address, {**data, "kind": "platform"})

    entry = AwardingBody.objects.get(name="Campus Online")
    assert page.context["form"]["name"].value() == "Campus Online"
    assert (refused.status_code, set(refused.context["form"].errors)) == (200, {"kind"})
    assert (entered.status_code, read(line).platform) == (302, entry)
    assert entry.kind == BodyKind.PLATFORM
    other = make_awarding_body(line.case.institution, **PLATFORM)
    client.post(address, {"do": "link", "body": other.pk})
    assert read(line).platform == other


def test_body_page_offers_no_platform(client):
    line = line_with()
    make_awarding_body(line.case.institution, **PLATFORM)
    client.force_login(registrar_of(line))

    page = client.get(reverse("source-body", args=[line.uuid, read(line).uuid]))

    assert not page.context["link_form"].fields["body"].queryset.exists()


def test_body_page_names_what_is_in_the_register_already(client):
    line = line_with()
    entry = make_awarding_body(line.case.institution)
    client.force_login(registrar_of(line))

    page = client.post(
        reverse("source-body", args=[line.uuid, read(line).uuid]),
        {
            "do": "enter",
            "name": entry.name.upper(),
            "country": entry.country,
            "status": "recognised",
        },
    )

    assert page.status_code == 200
    assert "This awarding body is in the register already." in page.content.decode()


def test_applicant_reads_the_track_and_why(client):
    line = make_line(LineState.UNDER_REVIEW)
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert "Who shows what" in page
    assert str(Track.RECOGNITION.for_applicant) in page
    assert "The awarding body is a recognised higher education institution." in page


def test_applicant_reads_why_the_registrar_chose_another_track(client):
    line = line_with()
    complete(line, Track.RECOGNITION, reason="It was merged into a university.")
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert "The registrar chose this track: It was merged into a university." in page
    assert "not known to be a recognised institution" not in page


def test_applicant_reads_of_no_track_before_the_check(client):
    line = make_line()
    client.force_login(line.case.applicant)

    page = client.get(reverse("case-detail", args=[line.case.uuid])).content.decode()

    assert "Who shows what" not in page
