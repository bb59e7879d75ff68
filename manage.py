#!/usr/bin/env python3
"""Django's commands for Symbolon: `python manage.py help` lists them."""

import errno
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("The Python packages are missing. Run: make setup, then use .venv/bin/python")
    try:
        execute_from_command_line(sys.argv)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            sys.exit("The disk is full.")
        if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
            sys.exit(
                f"You may not write {problem.filename} ({problem.strerror}). "
                "It must belong to the user who runs Symbolon."
            )
        raise


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
