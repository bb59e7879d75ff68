import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0008_ask_and_assess")]

    operations = [
        migrations.AddField("credential", "revoked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "signedform",
            "credential",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signed_forms",
                to="credentials.credential",
            ),
        ),
        migrations.AddField(
            "statusentry",
            "credential",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="status_entries",
                to="credentials.credential",
            ),
        ),
    ]
