import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0003_credential_of_signed_forms'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='signedform',
            name='signed_form_once',
        ),
        migrations.RemoveConstraint(
            model_name='statusentry',
            name='status_entry_once',
        ),
        migrations.RemoveField(
            model_name='signedform',
            name='award',
        ),
        migrations.RemoveField(
            model_name='statusentry',
            name='award',
        ),
        migrations.AlterField(
            model_name='signedform',
            name='credential',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_forms', to='credentials.credential'),
        ),
        migrations.AlterField(
            model_name='statusentry',
            name='credential',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_entries', to='credentials.credential'),
        ),
        migrations.AddConstraint(
            model_name='signedform',
            constraint=models.UniqueConstraint(fields=('credential', 'format', 'subject_id'), name='signed_form_once'),
        ),
        migrations.AddConstraint(
            model_name='statusentry',
            constraint=models.UniqueConstraint(fields=('credential', 'status_list'), name='status_entry_once'),
        ),
    ]
