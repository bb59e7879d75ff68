#!/usr/bin/env python3
"""Django's commands for Symbolon: `python manage.py help` lists them."""

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
    except PermissionError as problem:
        sys.exit(f"You may not write {problem.filename}. It must belong to who runs Symbolon.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
