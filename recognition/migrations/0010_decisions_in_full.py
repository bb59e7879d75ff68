import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0001_initial'),
        ('recognition', '0009_source_register'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Condition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('text', models.TextField(verbose_name='what the learner must show')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('state', models.CharField(choices=[('open', 'To be met'), ('met', 'Met'), ('waived', 'Waived'), ('missed', 'Not met in time')], default='open', max_length=6)),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['decision', 'position', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_refusal_names_alternatives_and_measures',
        ),
        migrations.AddField(
            model_name='decision',
            name='accepted_proof',
            field=models.TextField(blank=True, verbose_name='why the proof is accepted'),
        ),
        migrations.AddField(
            model_name='decision',
            name='entry_semester',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='expected',
            field=models.CharField(blank=True, choices=[('full', 'Recognise in full'), ('inclusion', 'Count as free electives'), ('alternative', 'Recognise for another module'), ('partial', 'Recognise in part'), ('conditional', 'Recognise on a condition'), ('exemption', 'Exempt without credits'), ('advanced_entry', 'Enter a later semester'), ('advance_info', 'Say in advance, without binding anybody'), ('refusal', 'Refuse'), ('inadmissible', 'Not admissible')], max_length=20),
        ),
        migrations.AddField(
            model_name='decision',
            name='other_module',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.module'),
        ),
        migrations.AddField(
            model_name='decision',
            name='recorded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='why_not',
            field=models.JSONField(blank=True, default=dict, verbose_name='what else was considered'),
        ),
        migrations.AddField(
            model_name='linesource',
            name='authenticity',
            field=models.CharField(choices=[('verified', 'Signed, and the signature is valid'), ('confirmed', 'Confirmed by the issuer'), ('original_seen', 'The original was seen'), ('unconfirmed', 'Not confirmed')], default='unconfirmed', max_length=14),
        ),
        migrations.AddField(
            model_name='linesource',
            name='authenticity_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='linesource',
            name='authenticity_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='linesource',
            name='authenticity_note',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='condition',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='recognition.decision'),
        ),
        migrations.AddField(
            model_name='condition',
            name='documents',
            field=models.ManyToManyField(blank=True, related_name='+', to='credentials.document'),
        ),
        migrations.AddField(
            model_name='condition',
            name='notice',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.document'),
        ),
        migrations.AddField(
            model_name='condition',
            name='settled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='condition',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'open'), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='XOR'), name='condition_settled_by_somebody'),
        ),
    ]
