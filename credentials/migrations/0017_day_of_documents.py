"""Documents bear a day, before which they are not shown to whom they are about."""

from django.db import migrations, models


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
    ]
