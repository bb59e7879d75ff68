import django.db.models.deletion
from django.db import migrations, models

TOGETHER = 500


def carry_over(apps, schema_editor):
    """Point from what was printed of a record to the learner, whose uuid stood in its facts."""
    documents = apps.get_model("credentials", "Document").objects
    learners = dict(apps.get_model("credentials", "Learner").objects.values_list("uuid", "pk"))
    known = {str(uuid): pk for uuid, pk in learners.items()}
    of_records = documents.filter(kind__in=("diploma_page", "transcript", "diploma"))
    pks = list(of_records.values_list("pk", flat=True))
    for start in range(0, len(pks), TOGETHER):
        some = list(documents.filter(pk__in=pks[start : start + TOGETHER]))
        for document in some:
            found = known.get(document.facts.get("learner", ""))
            if found:
                document.learner_id = found
                del document.facts["learner"]
        documents.bulk_update(some, ["learner", "facts"])


def back(apps, schema_editor):
    documents = apps.get_model("credentials", "Document").objects
    for document in documents.exclude(learner=None).select_related("learner").iterator():
        document.facts["learner"] = str(document.learner.uuid)
        document.save(update_fields=["facts"])


def end_after_start(apps, schema_editor):
    """Forget an end before the start, which nobody can have entered but by hand."""
    enrolments = apps.get_model("credentials", "Enrolment").objects
    enrolments.filter(ended_on__lt=models.F("started_on")).update(ended_on=None)


class Migration(migrations.Migration):
    dependencies = [("credentials", "0013_no_system_note")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="learner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="documents",
                to="credentials.learner",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["learner", "kind"], name="document_of_learner"),
        ),
        migrations.RunPython(end_after_start, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(ended_on__gte=models.F("started_on")),
                name="enrolment_ends_after_start",
            ),
        ),
        migrations.RunPython(carry_over, back),
    ]
