import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


def name_keys(apps, schema_editor):
    """Give each key an identifier of its own: the default of a new column is one for all."""
    keys = apps.get_model("credentials", "IssuerKey").objects.all()
    for key in keys:
        key.uuid = uuid.uuid4()
        key.save(update_fields=["uuid"])


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0004_signed_forms_of_credentials'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('stolen', 'Report as stolen'), ('erase', 'Erase the private half')], max_length=8)),
                ('stolen_from', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField()),
                ('requested_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('is_approved', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-requested_at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='signedform',
            name='signed_form_once',
        ),
        migrations.AddField(
            model_name='issuerkey',
            name='stolen_from',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='issuerkey',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.RunPython(name_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='issuerkey',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='signedform',
            name='replaced_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='issuerkey',
            name='wrapped_private',
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('sign_award', 'Signing a credential'), ('sign_anew', 'Signing credentials anew'), ('award_supplement', 'Making a supplement'), ('line_documents', 'Making the decision letter and supplements'), ('issuer_letter', 'Making a letter to an issuer'), ('remedy_letter', 'Making a letter on an objection, appeal or annulment'), ('delay_letter', 'Making the letter on a delay'), ('decision_credential', 'Signing a decision as a credential'), ('case_file', 'Making the case file'), ('diploma_pages', 'Making micro-credentials pages'), ('meeting_minutes', 'Making the minutes of a meeting')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.CheckConstraint(condition=models.Q(('retired_at__isnull', False), models.Q(('stolen_from', None), ('wrapped_private__isnull', False)), _connector='OR'), name='issuer_active_key_signs'),
        ),
        migrations.AddConstraint(
            model_name='signedform',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('credential', 'format', 'subject_id'), name='signed_form_once'),
        ),
        migrations.AddField(
            model_name='keyrequest',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='key_requests_answered', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='keyrequest',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='credentials.issuerkey'),
        ),
        migrations.AddField(
            model_name='keyrequest',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_requests', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='keyrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('key',), name='key_request_one_open'),
        ),
        migrations.AddConstraint(
            model_name='keyrequest',
            constraint=models.CheckConstraint(condition=models.Q(('is_approved', False), models.Q(('answered_by__isnull', False), models.Q(('answered_by', models.F('requested_by')), _negated=True)), _connector='OR'), name='key_request_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='keyrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'stolen'), _negated=True), ('stolen_from__isnull', False), _connector='OR'), name='key_request_stolen_since'),
        ),
    ]
