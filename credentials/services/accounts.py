"""The only place that ties accounts to the learners that institutions know.

An account is tied only by what it has proved: an e-mail address that was confirmed.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from credentials.models import (
    Credential,
    Institution,
    Learner,
    LearnerEmail,
    MailRhythm,
    User,
)
from credentials.models.many import among
from credentials.permissions import can_be_learner
from credentials.services import facts, mails
from credentials.services.lifecycle import change, lock, record, record_all
from credentials.verdict import Refused


def confirmed_addresses(user: User) -> list[str]:
    """Return the e-mail addresses that the user has shown to be theirs."""
    found = EmailAddress.objects.filter(user=user, verified=True)
    return list(found.values_list("email", flat=True))


def _known_under(addresses: list[str]) -> Q:
    known = Q(pk__in=[])
    for address in addresses:
        known |= Q(emails__email__iexact=address)
    return known


def learner_of(user: User, institution: Institution) -> Learner | None:
    """Return the learner that a user is at an institution, None when it does not know them.

    A record without an account counts when it alone is known under a confirmed address; whom the
    user has awarded something is somebody else.
    """
    own = institution.learners.filter(user=user).first()
    if own:
        return own
    known = _known_under(confirmed_addresses(user))
    others = institution.learners.filter(known, user=None).exclude(awards__awarded_by=user)
    found = list(others.distinct()[:2])
    return found[0] if len(found) == 1 else None


@change()
def link(learner: Learner, *, user: User) -> Learner:
    """Tie a learner without an account to `user`, and with it what was awarded to them."""
    learner = lock(learner)
    if learner.user_id is None:
        can_be_learner(user, learner).require()
        learner.user = user
        learner.save(update_fields=["user"])
        _hand_over(Credential.objects.filter(award__learner=learner, holder=None), user)
        record(learner, "link-account", by=user)
    return learner


def _hand_over(awarded: QuerySet[Credential], user: User) -> None:
    """Make the user holder of what was awarded; a copy they brought as a file steps aside."""
    for credential in awarded:
        copies = user.credentials.filter(
            issuer_key=credential.issuer_key, identifier=credential.identifier
        )
        copies.update(identifier="")
        credential.holder = user
        credential.save(update_fields=["holder", "updated_at"])


@change()
def link_all(user: User) -> None:
    """Tie a user to every institution that knows them; called when an address is confirmed."""
    known = _known_under(confirmed_addresses(user))
    for institution in Institution.objects.filter(
        learners__in=Learner.objects.filter(known, user=None)
    ).distinct():
        if learner := learner_of(user, institution):
            link(learner, user=user)


@change()
def enter(
    institution: Institution,
    *,
    given_name: str,
    family_name: str,
    email: str = "",
    user: User | None = None,
    by: User,
) -> Learner:
    """Enter a learner in the records of an institution."""
    learner = Learner.objects.create(
        institution=institution,
        user=user,
        given_name=given_name,
        family_name=family_name,
    )
    if email:
        LearnerEmail.objects.create(learner=learner, email=email)
    record(learner, "enter", by=by)
    return learner


@change()
def enter_all(
    institution: Institution, learners: Sequence[Learner], emails: Sequence[str], *, by: User
) -> None:
    """Enter many learners at once, each under an address, as `enter` does one."""
    Learner.objects.bulk_create(learners, batch_size=100)
    known = [LearnerEmail(learner=one, email=to) for one, to in zip(learners, emails, strict=True)]
    LearnerEmail.objects.bulk_create(known, batch_size=100)
    record_all(Learner, [one.uuid for one in learners], "enter", by=by, institution=institution)


@change()
def open_for(learner: Learner, *, email: str, by: User) -> User:
    """Return the account of a learner; one without a password is made, and they are invited.

    Whoever holds the address takes it over by setting a password; an account under an address
    that nobody has confirmed loses the password that it had.
    """
    learner = lock(learner)
    if learner.user:
        return learner.user
    user = User.objects.filter(email__iexact=email).first()
    if user and learner.institution.learners.filter(user=user).exists():
        raise Refused(_("This address belongs to another learner. Look them up by it."))
    language = learner.institution.spoken_language
    if user is None:
        user = User.objects.create_user(email, None, name=learner.name, language=language)
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        context = {"learner": learner, "url": facts.address("account_reset_password")}
        mails.write("account_opened", user, context)
    if not learner.emails.filter(email__iexact=email).exists():
        LearnerEmail.objects.create(learner=learner, email=email)
    record(learner, "open-account", by=by)
    link(learner, user=user)
    return user


def addressee(learner: Learner) -> User | mails.Stranger | None:
    """Return whom to write to: the account, else somebody at the learner's first address."""
    if learner.user:
        return learner.user
    email = learner.emails.order_by("pk").values_list("email", flat=True).first()
    return reader_of(learner, email or "", learner.institution.spoken_language)


def reader_of(learner: Learner, email: str, language: str) -> mails.Stranger | None:
    """Return the same of a learner whose first address is known, as somebody to write to.

    `language`: that of the institution, for those without an account.
    """
    if user := learner.user:
        return mails.Stranger(user.name, user.email, user.language)
    return mails.Stranger(learner.name, email, language) if email else None


def locked(learners: Iterable[int]) -> dict[int, Learner]:
    """Return learners as they are now, by their primary keys, locked until the transaction ends."""
    named = Learner.objects.filter(pk__in=among(learners)).order_by("pk")
    locking = named.select_for_update(of=("self",), no_key=True).prefetch_related("user")
    return {one.pk: one for one in locking}


def first_emails(learners: Iterable[int]) -> dict[int, str]:
    """Return the first address of many learners, by their primary keys."""
    known = LearnerEmail.objects.filter(learner__in=among(learners)).order_by("-pk")
    return dict(known.values_list("learner", "email"))


def prefer(user: User, *, language: str, mail_rhythm: MailRhythm) -> None:
    """Keep in which language somebody is written to, and how often about what waits for them."""
    User.objects.filter(pk=user.pk).update(language=language, mail_rhythm=mail_rhythm)


def take_digest_of(user: User, day: date) -> bool:
    """Return whether the digest of a day is still to be looked at; of many who ask one gets it."""
    waiting = User.objects.filter(pk=user.pk, is_active=True, mail_rhythm=MailRhythm.DAILY)
    return bool(waiting.exclude(digested_on=day).update(digested_on=day))
