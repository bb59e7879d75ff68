"""What came in is printed as a receipt, and what an applicant is asked as a letter."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0016_papers_of_applications_and_portfolios"),
        ("recognition", "0009_proposed_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="receipt",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="credentials.document",
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="letter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="credentials.document",
            ),
        ),
    ]
