
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


def add_suspensions(apps, schema_editor):
    """Put a list of suspensions beside each list of revocations that is there."""
    lists = apps.get_model("credentials", "StatusList").objects
    for kept in lists.filter(purpose="revocation"):
        lists.create(
            institution_id=kept.institution_id,
            purpose="suspension",
            length=kept.length,
            bits=bytes(kept.length // 8),
            beside=kept,
        )
    if schema_editor.connection.vendor == "postgresql":
        # It alters no table of which a row still waits for the check of its foreign keys.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0006_batches_of_awards'),
    ]

    operations = [
        migrations.CreateModel(
            name='AwardHearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('about', models.CharField(choices=[('intended', 'The credential is to be revoked'), ('suspended', 'The credential was suspended'), ('revoked', 'The credential was revoked')], max_length=12)),
                ('reason', models.CharField(max_length=12)),
                ('note', models.TextField(blank=True)),
                ('opened_at', models.DateTimeField()),
                ('due_on', models.DateField(blank=True, null=True)),
                ('statement', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='award',
            name='suspended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='award',
            name='suspension_note',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='award',
            name='suspension_reason',
            field=models.CharField(blank=True, choices=[('examined', 'It is being examined whether it was earned'), ('misused', 'Somebody else may be using it'), ('requested', 'Asked for by the holder')], max_length=12),
        ),
        migrations.AddField(
            model_name='statuslist',
            name='beside',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='credentials.statuslist'),
        ),
        migrations.AlterField(
            model_name='statuslist',
            name='purpose',
            field=models.CharField(choices=[('revocation', 'Revocation'), ('suspension', 'Suspension')], max_length=12),
        ),
        migrations.RunPython(add_suspensions, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='award',
            name='revocation_reason',
            field=models.CharField(blank=True, choices=[('error', 'Awarded in error'), ('fraud', 'Obtained by deception'), ('withdrawn', 'Withdrawn by the institution'), ('requested', 'Asked for by the holder'), ('superseded', 'Replaced by a corrected credential')], max_length=12),
        ),
        migrations.AlterField(
            model_name='award',
            name='state',
            field=models.CharField(choices=[('signing', 'Being signed'), ('issued', 'Valid'), ('suspended', 'Suspended'), ('revoked', 'Revoked')], default='signing', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'suspended'), _negated=True), models.Q(('suspended_at__isnull', False), models.Q(('suspension_reason', ''), _negated=True)), _connector='OR'), name='award_suspended_with_reason_and_date'),
        ),
        migrations.AddConstraint(
            model_name='statuslist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('beside', None), ('purpose', 'revocation')), models.Q(('beside__isnull', False), ('purpose', 'suspension')), _connector='OR'), name='status_suspensions_beside_revocations'),
        ),
        migrations.AddField(
            model_name='awardhearing',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='credentials.award'),
        ),
        migrations.AddField(
            model_name='awardhearing',
            name='opened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings_opened', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='awardhearing',
            constraint=models.UniqueConstraint(condition=models.Q(('about', 'intended'), ('closed_at', None)), fields=('award',), name='hearing_one_intended'),
        ),
        migrations.AddConstraint(
            model_name='awardhearing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about', 'intended'), _negated=True), ('due_on__isnull', False), _connector='OR'), name='hearing_intended_until'),
        ),
    ]
