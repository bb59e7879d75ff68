"""Runs things at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(*actions: Callable[[], object]) -> list[Exception]:
    """Run the actions together; return what they raised."""
    barrier, problems = threading.Barrier(len(actions)), []

    def run(action):
        try:
            barrier.wait()
            action()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems
