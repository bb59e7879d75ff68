"""Recognition when many work at once, and when there is much of it.

    python -m benchmarks.recognition [--rounds N] [--cases N]

On PostgreSQL (DATABASE_URL, else a private server that is started and dropped):
1. N rounds (default 100) of 40 opinions handed in and 40 credits recorded at the same moment, each
   in a thread with a connection of its own: how many were lost or doubled. Exits with 1 if any was.
2. the pages of those who work on cases, with 10 cases and with N (default 10,000): milliseconds,
   the median of 15 whole requests, and their ratio.
Prints tables, then one line of JSON; `ratio` is the largest of the second part.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from functools import partial
from uuid import uuid4

from tests import services

STACK = ExitStack()
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = STACK.enter_context(services.postgresql())

import django

django.setup()

from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.lists import database, get
from credentials.models import CreditEntry, Learner, User
from recognition.models import Case, Line, LineSource, Review
from recognition.services import credits, reviews
from recognition.states import LineState, ReviewState
from recognition.vocabulary import DecisionType
from tests.at_once import at_once
from tests.factories.catalogue import make_module, make_programme_version
from tests.factories.people import make_institution, make_learner, make_user
from tests.factories.recognition import Way, make_case, make_external_credential, make_policy

AT_ONCE = 40
REQUESTS = 15
FEW = 10
