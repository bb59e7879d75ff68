import pytest
from django.core.management import CommandError, call_command

from recognition.management import pages
from recognition.management.commands import workflow_diagram


def test_workflow_page_is_what_the_states_say():
    call_command("workflow_diagram", check=True)


def test_workflow_check_names_what_to_do_when_stale(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "DOCS", tmp_path)

    with pytest.raises(CommandError, match="stale"):
        call_command("workflow_diagram", check=True)


def test_workflow_page_draws_every_move_once():
    page = workflow_diagram.page()

    moves = [
        f"    {before.value} --> {after.value}\n"
        for _title, _text, _choices, table in workflow_diagram.DIAGRAMS
        for before, targets in table.items()
        for after in targets
    ]
    assert page.count(" --> ") == len(moves) + page.count("[*]")
    assert {move for move in moves if move not in page} == set()
