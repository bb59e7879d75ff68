"""Recognition when many work at once, and when there is much of it.

    python -m benchmarks.recognition [--rounds N] [--cases N]

On PostgreSQL (DATABASE_URL, else a private server that is started and dropped):
1. N rounds (default 100) of 40 votes cast and 40 credits recorded at the same moment, each in a
   thread with a connection of its own: how many were lost or doubled. Exits with 1 if any was.
2. the pages of those who work on cases, with 10 cases and with N (default 10,000): milliseconds,
   the median of 15 whole requests, and their ratio.
Prints tables, then one line of JSON; `ratio` is the largest of the second part.
"""

import os
from contextlib import ExitStack

from tests import services

STACK = ExitStack()
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = STACK.enter_context(services.postgresql())

import django

django.setup()


AT_ONCE = 40
FEW = 10


# Many at once ------------------------------------------------------------------------------------
