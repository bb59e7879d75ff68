"""Documents bear a day, of which their learner is told, and say with which key they are sealed."""

from datetime import date

from django.db import migrations, models
from django.utils import timezone


def take_over(apps, _editor):
    """The day stood in what is shown to whoever verifies a document."""
    documents = apps.get_model("credentials", "Document").objects
    documents.filter(learner__isnull=False).update(announced_at=timezone.now())  # long known
    for document in documents.filter(facts__has_key="shown").iterator():
        if day := document.facts["shown"].get("date"):
            documents.filter(pk=document.pk).update(dated_on=date.fromisoformat(day))


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0016_papers_of_applications_and_portfolios'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='dated_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='document',
            name='announced_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='document',
            name='sealed_with',
            field=models.ForeignKey(blank=True, null=True, on_delete=models.PROTECT, related_name='documents', to='credentials.issuerkey'),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
