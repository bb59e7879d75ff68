import pytest

from recognition.states import LineState
from tests.factories.recognition import make_line

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", LineState)
def test_factory_walks_to_every_state(state):
    assert make_line(state).state == state
