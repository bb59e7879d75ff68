from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recognition', '0006_consent_to_grades'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidencepointer',
            name='was_proposed',
            field=models.BooleanField(default=False),
        ),
    ]
