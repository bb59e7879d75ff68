"""The words of the field, explained once for everybody; shown by pages.glossary."""

from django.utils.translation import gettext_lazy as _

# (anchor, term, meaning); the first one answers the question most readers come with.
TERMS = (
    (
        "micro-credential",
        _("Micro-credential"),
        _(
            "The record of what you have learned in a short course or module. It says who awarded "
            "it, what you can do now, how much work it took, at which level, and how it was "
            "assessed. You own it, you can share it, and it can count towards a larger degree."
        ),
    ),
    (
        "learning-outcome",
        _("Learning outcome"),
        _(
            "One sentence that says what a person can do after learning, for example “build and "
            "check a linear regression model”. Courses are compared by these sentences, not by "
            "their titles."
        ),
    ),
    (
        "essential-outcome",
        _("Essential outcome"),
        _(
            "A learning outcome that later parts of the programme build on. The course director "
            "says which ones are essential, before anybody applies."
        ),
    ),
    (
        "ects",
        _("ECTS credits"),
        _(
            "The European measure of work: 60 credits stand for a full year of study, one credit "
            "for 25 to 30 hours, classes and own work together."
        ),
    ),
    (
        "eqf",
        _("EQF level"),
        _(
            "One of eight levels of the European Qualifications Framework. Level 5 is the short "
            "cycle of higher education, 6 the bachelor, 7 the master, 8 the doctorate."
        ),
    ),
    (
        "awarding-body",
        _("Awarding body"),
        _(
            "The institution that assesses the learning and puts its name to the credential. A "
            "platform that only hosts the course is the provider."
        ),
    ),
    (
        "quality-assurance",
        _("Quality assurance"),
        _(
            "How somebody outside checks that an institution keeps its promises. Agencies that "
            "follow the European standards are listed in the register EQAR."
        ),
    ),
    (
        "signature",
        _("Signature"),
        _(
            "A seal made with a secret key of the awarding body. If one letter of the credential "
            "is changed, the seal breaks and everybody can see it."
        ),
    ),
    (
        "open-badges",
        _("Open Badges"),
        _(
            "A standard for digital credentials that many systems in the world can read and "
            "verify. Credentials awarded here follow version 3.0."
        ),
    ),
    (
        "verification",
        _("Verification"),
        _(
            "Checking that a credential is genuine and still stands: the signature, the issuer, "
            "the dates, and whether it was taken back. Anybody can do it, without an account."
        ),
    ),
    (
        "revoked",
        _("Revoked"),
        _(
            "Taken back by the awarding body, for example because a grade was wrong. A corrected "
            "credential usually takes its place."
        ),
    ),
    (
        "portfolio",
        _("E-portfolio"),
        _(
            "The place for everything you have learned: credentials from here, credentials from "
            "elsewhere, and learning you declare yourself. Only you see it until you share."
        ),
    ),
    (
        "self-declared",
        _("Self-declared learning"),
        _(
            "What you learned without a certificate, at work or in an association. You describe "
            "it and add evidence; it is always marked as declared by you."
        ),
    ),
    (
        "evidence",
        _("Evidence"),
        _(
            "A file or link that shows what you learned: a course description, a project report, "
            "a reference. The committee can only compare what it can see."
        ),
    ),
    (
        "share-link",
        _("Share link"),
        _(
            "An address that shows one credential to whoever has it. It ends by itself on a day "
            "you choose, and you can withdraw it earlier."
        ),
    ),
    (
        "recognition",
        _("Recognition"),
        _(
            "The decision of a university that learning from elsewhere counts in its own "
            "programme, so that you need not learn the same thing twice."
        ),
    ),
    (
        "lisbon-convention",
        _("Lisbon Recognition Convention"),
        _(
            "The treaty behind recognition in Europe. Learning is recognised unless the "
            "university can show a substantial difference; it decides in reasonable time, gives "
            "reasons, and you can appeal."
        ),
    ),
    (
        "substantial-difference",
        _("Substantial difference"),
        _(
            "A difference so large that you would probably not succeed in what builds on the "
            "module. The university has to show it. A different title, number of hours, language "
            "or way of teaching is never enough alone."
        ),
    ),
    (
        "partial-recognition",
        _("Partial recognition"),
        _(
            "A part of a module is recognised. The decision says which outcomes are still open "
            "and how you can show them."
        ),
    ),
    (
        "inclusion",
        _("Free electives"),
        _(
            "Space in a programme for learning of your choice. What matches no module can often "
            "be counted here with its own credits."
        ),
    ),
    (
        "committee",
        _("Recognition committee"),
        _(
            "The people who compare your learning with the module. One reports on the case, the "
            "others read it independently, and the chair decides when all opinions are in."
        ),
    ),
    (
        "precedent",
        _("Precedent"),
        _(
            "An earlier decision on the same course and module. It helps to treat equal cases "
            "equally. A committee may depart from it, but must say why."
        ),
    ),
    (
        "objection",
        _("Objection and appeal"),
        _(
            "If you do not agree with a decision, you can object: who decided looks again. If that "
            "does not help, or nothing is decided in time, you can appeal: other people decide."
        ),
    ),
    (
        "supplement",
        _("Credit and module supplement"),
        _(
            "A document in two languages that describes one piece of learning for people "
            "elsewhere: level, volume, content, result. It contains no judgement."
        ),
    ),
    (
        "diploma-supplement",
        _("Diploma supplement"),
        _(
            "The standard annex to a degree in Europe. Micro-credentials earned during the "
            "programme can be listed on a page of their own."
        ),
    ),
)
