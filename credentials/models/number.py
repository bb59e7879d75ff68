"""Running numbers per institution, kind and year, such as LND-MC-2026-0001."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given; locked while the next is taken, so that none is given twice."""

    institution = models.ForeignKey("credentials.Institution", on_delete=models.PROTECT)
    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind", "year"], name="number_series_once"
            )
        ]

    def __str__(self):
        return f"{self.institution.number_prefix}-{self.kind}-{self.year}-{self.last:04}"
