"""Carry over: what refusals considered, awards of this portal as proofs that are verified."""

from django.db import migrations


def carry_over(apps, schema_editor):
    Decision = apps.get_model("recognition", "Decision")
    LineSource = apps.get_model("recognition", "LineSource")
    for decision in Decision.objects.exclude(considered="").iterator():
        # One text said it of all other decisions; the part is the nearest to a refusal.
        Decision.objects.filter(pk=decision.pk).update(why_not={"partial": decision.considered})
    LineSource.objects.filter(credential__origin="award").update(authenticity="verified")


class Migration(migrations.Migration):
    dependencies = [("recognition", "0010_decisions_in_full")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
