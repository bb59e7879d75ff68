"""Names stand by their letters, whatever capitals and accents they have."""

from credentials.name_order import name_key


def test_names_are_sorted_by_letters_without_capitals_and_accents():
    names = ["Zech", "Ødegaard", "von Hohenfels", "Łukaszewicz", "Tamsett", "Ólafs", "Lund"]

    found = sorted(names, key=lambda name: name_key(name, ""))

    assert found == ["Łukaszewicz", "Lund", "Ødegaard", "Ólafs", "Tamsett", "von Hohenfels", "Zech"]


def test_given_name_decides_between_equal_family_names():
    people = [("Ardwen", "Nela"), ("ardwen", "Bo"), ("Ardwén", "Ada")]

    assert sorted(people, key=lambda one: name_key(*one)) == [people[2], people[1], people[0]]
