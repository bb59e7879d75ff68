from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recognition', '0008_links_of_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidencepointer',
            name='was_proposed',
            field=models.BooleanField(default=False),
        ),
    ]
