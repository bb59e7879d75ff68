from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_from_award(apps, schema_editor):
    """What was signed for an award is the signed form of its credential."""
    awards = apps.get_model("credentials", "Award").objects.filter(pk=OuterRef("award"))
    for name in ("SignedForm", "StatusEntry"):
        rows = apps.get_model("credentials", name).objects
        rows.update(credential=Subquery(awards.values("credential")[:1]))


class Migration(migrations.Migration):
    dependencies = [("credentials", "0002_for_recognition_in_full")]

    operations = [migrations.RunPython(take_from_award, migrations.RunPython.noop)]
