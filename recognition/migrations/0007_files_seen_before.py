"""Files that were opened to blind reviewers were looked at, also before that was kept."""

from django.db import migrations


def seen_as_shown(apps, schema_editor):
    Line = apps.get_model("recognition", "Line")
    shown, seen = Line.shown_files.through, Line.seen_files.through
    seen.objects.bulk_create(
        (
            seen(line_id=line, document_id=document)
            for line, document in shown.objects.values_list("line", "document").iterator()
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("recognition", "0006_consent_to_grades")]

    operations = [migrations.RunPython(seen_as_shown, migrations.RunPython.noop)]
