"""The only place for controls and number fields that differ from Django's own."""

from decimal import Decimal

from django import forms


class DateInput(forms.DateInput):
    """The browser's own date field; its value is ISO 8601 whatever the reader's language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own field for a day and a time of the portal's own time zone."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class EctsField(forms.DecimalField):
    """Credits in steps of a half, from a half on unless `min_value` says otherwise."""

    def __init__(self, **named):
        half = Decimal("0.5")
        super().__init__(**{"min_value": half, "step_size": half, "decimal_places": 1, **named})

    def to_python(self, value):
        """Refuse huge numbers at once: Django cannot tell whether they are in steps of a half."""
        number = super().to_python(value)
        if number is not None and number.adjusted() > 3:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number
