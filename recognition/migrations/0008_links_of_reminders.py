from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recognition', '0007_files_seen_before'),
    ]

    operations = [
        migrations.AddField(
            model_name='issuerinquiry',
            name='reminder_hash',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
