"""The only place for controls that differ from Django's own."""

from django import forms


class DateInput(forms.DateInput):
    """The browser's own date field; its value is ISO 8601 whatever the reader's language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")
