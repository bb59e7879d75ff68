"""The demonstration's grades: three scales, and the grading tables that Lindenfeld keeps."""

from django.utils import timezone

from recognition.demo.people import World
from recognition.services import grade_tables

# By institution: its grades, lowest first, and the lowest pass.
SCALES = {
    "lindenfeld": (
        ["5.0", "4.0", "3.7", "3.3", "3.0", "2.7", "2.3", "2.0", "1.7", "1.3", "1.0"],
        "4.0",
    ),
    "marisol": ([str(grade) for grade in range(11)], "5"),
    "nordhavn": (["-3", "00", "02", "4", "7", "10", "12"], "02"),
}
SHARES = {
    "lindenfeld": {
        "1.0": 8,
        "1.3": 10,
        "1.7": 14,
        "2.0": 15,
        "2.3": 14,
        "2.7": 12,
        "3.0": 10,
        "3.3": 8,
        "3.7": 5,
        "4.0": 4,
    },
    "marisol": {"10": 6, "9": 14, "8": 22, "7": 26, "6": 19, "5": 13},
    "nordhavn": {},
}
BODIES = {"marisol": "Marisol Technical University", "nordhavn": "Nordhavn College"}
NAMES = {"lindenfeld": "Lindenfeld", **BODIES}


def make_grade_tables(world: World) -> None:
    """Enter the tables of three institutions; of Nordhavn only the scale is known."""
    home, year = world.institutions["lindenfeld"], timezone.localdate().year
    for slug, shares in SHARES.items():
        grades, passing = SCALES[slug]
        body = home.awarding_bodies.filter(name=BODIES.get(slug, "")).first()
        grade_tables.enter(
            home,
            by=world.orla,
            body=body,
            name=f"{NAMES[slug]} {year - 4}–{year - 2}",
            year_from=year - 4,
            year_to=year - 2,
            best=grades[-1],
            passing=passing,
            worst=grades[0],
            rows=[[grade, str(share)] for grade, share in shares.items()],
        )
