import django.db.models.deletion
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('credentials', '0001_initial'),
        ('credentials', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('declared_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('check_due_on', models.DateField(blank=True, null=True)),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL)),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='credentials.learner')),
                ('programme_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='credentials.programmeversion')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.JSONField(default=dict)),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='committee', to='credentials.unit')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Being written'), ('signed', 'Signed')], default='draft', max_length=8)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('type', models.CharField(blank=True, choices=[('full', 'Recognise in full'), ('inclusion', 'Count as free electives'), ('partial', 'Recognise in part'), ('refusal', 'Refuse')], max_length=20)),
                ('ects', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ('ects_explanation', models.JSONField(blank=True, default=dict)),
                ('grade', models.CharField(blank=True, max_length=20)),
                ('outcome_ratings', models.JSONField(blank=True, default=dict)),
                ('reasons', models.TextField(blank=True, verbose_name='reasons')),
                ('considered', models.TextField(blank=True, verbose_name='what else was considered')),
                ('later_measures', models.TextField(blank=True, verbose_name='what the learner can do')),
                ('language', models.CharField(default='en', max_length=12)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('notified_at', models.DateTimeField(blank=True, null=True)),
                ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.document')),
                ('parts', models.ManyToManyField(blank=True, related_name='+', to='credentials.modulepart')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions_written', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('element', models.CharField(choices=[('level', 'Level'), ('workload', 'Workload'), ('quality', 'Quality'), ('profile', 'Profile'), ('outcomes', 'Learning outcomes')], max_length=20, verbose_name='essential element')),
                ('what_differs', models.TextField(verbose_name='what differs')),
                ('examined', models.TextField(verbose_name='evidence examined')),
                ('why_it_matters', models.TextField(verbose_name='why it matters for this programme')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='recognition.decision')),
                ('outcome', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='credentials.learningoutcome')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Being checked for completeness'), ('info_requested', 'Waiting for information'), ('under_review', 'Under review'), ('deliberation', 'Waiting for the decision'), ('decided', 'Decided'), ('notified', 'Decision sent'), ('recorded', 'Credits recorded'), ('closed', 'Closed'), ('inadmissible', 'Not admissible'), ('withdrawn', 'Withdrawn')], default='draft', max_length=16)),
                ('target_kind', models.CharField(choices=[('module', 'A module'), ('parts', 'Parts of a module'), ('free_elective', 'The free-elective area')], default='module', max_length=14)),
                ('requested_ects', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='credits asked for')),
                ('note', models.TextField(blank=True, verbose_name='note to the committee')),
                ('track', models.CharField(blank=True, choices=[('recognition', 'Recognition'), ('validation', 'Validation of prior learning')], max_length=12)),
                ('track_reasons', models.JSONField(blank=True, default=list)),
                ('track_override_reason', models.TextField(blank=True)),
                ('held_since', models.DateTimeField(blank=True, null=True)),
                ('complete_at', models.DateTimeField(blank=True, null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('inadmissible_reason', models.CharField(blank=True, max_length=24)),
                ('closing_note', models.TextField(blank=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='recognition.case')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='recognition.committee')),
                ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='credentials.module')),
                ('parts', models.ManyToManyField(blank=True, related_name='lines', to='credentials.modulepart')),
            ],
            options={
                'ordering': ['case', 'position'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('module', None), ('target_kind', 'free_elective')), models.Q(models.Q(('target_kind', 'free_elective'), _negated=True), ('module__isnull', False)), _connector='OR'), name='line_target_fits_kind'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['under_review', 'deliberation', 'decided', 'notified', 'recorded']), _negated=True), models.Q(('complete_at__isnull', False), ('due_on__isnull', False), ('committee__isnull', False), models.Q(('track', ''), _negated=True)), _connector='OR'), name='line_clock_runs_from_completeness'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'inadmissible'), _negated=True), models.Q(('inadmissible_reason', ''), _negated=True), _connector='OR'), name='line_inadmissible_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='InformationRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('items', models.TextField(verbose_name='what is missing')),
                ('due_on', models.DateField()),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('documents', models.ManyToManyField(blank=True, related_name='+', to='credentials.document')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='information_requests', to='recognition.line')),
            ],
            options={
                'ordering': ['asked_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('line',), name='information_one_open')],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='line',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='recognition.line'),
        ),
        migrations.CreateModel(
            name='LineSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('provenance', models.JSONField(blank=True, default=dict)),
                ('verification', models.JSONField(blank=True, default=dict)),
                ('links', models.JSONField(blank=True, default=list)),
                ('awarding_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='credentials.awardingbody')),
                ('credential', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='line_sources', to='credentials.credential')),
                ('documents', models.ManyToManyField(blank=True, related_name='+', to='credentials.document')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='recognition.line')),
                ('supplement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='credentials.document')),
            ],
            options={
                'ordering': ['line', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('line', 'credential'), name='line_source_once')],
            },
        ),
        migrations.CreateModel(
            name='OutcomeRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rating', models.CharField(blank=True, choices=[('FULL', 'Full'), ('SUBSTANTIAL', 'Largely'), ('PARTIAL', 'Partial'), ('NOT_MET', 'Not met'), ('NOT_EVIDENCED', 'Not evidenced'), ('NOT_APPLICABLE', 'Not applicable')], max_length=16)),
                ('note', models.TextField(blank=True)),
                ('outcome', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='credentials.learningoutcome')),
            ],
            options={
                'ordering': ['review', 'outcome__order'],
            },
        ),
        migrations.CreateModel(
            name='EvidencePointer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=120)),
                ('quote', models.CharField(max_length=300)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='recognition.linesource')),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pointers', to='recognition.outcomerating')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('rating', 'source', 'place'), name='evidence_pointer_once')],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('valid_from', models.DateField()),
                ('check_days', models.PositiveSmallIntegerField(default=5, verbose_name='completeness check, working days')),
                ('decision_days', models.PositiveSmallIntegerField(default=20, verbose_name='decision after completeness, working days')),
                ('information_days', models.PositiveSmallIntegerField(default=14, verbose_name='answer to a question, calendar days')),
                ('appeal_days', models.PositiveSmallIntegerField(default=30, verbose_name='objection, calendar days')),
                ('appeal_body', models.JSONField(default=dict)),
                ('appeal_address', models.JSONField(default=dict)),
                ('legal_basis', models.JSONField(default=dict)),
                ('validation_cap', models.DecimalField(decimal_places=2, default=Decimal('0.50'), max_digits=3, verbose_name='share of a programme that validation may fill')),
                ('allows_proportional', models.BooleanField(default=True, verbose_name='part of a module without parts may be recognised in proportion')),
                ('quorum', models.PositiveSmallIntegerField(default=2, verbose_name='opinions needed')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='credentials.institution')),
            ],
            options={
                'ordering': ['institution', '-version'],
                'constraints': [models.UniqueConstraint(fields=('institution', 'version'), name='policy_version_once')],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='recognition.policy'),
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('is_rapporteur', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('assigned', 'Conflict of interest not yet declared'), ('at_work', 'At work'), ('submitted', 'Opinion given'), ('recused', 'Stepped back')], default='assigned', max_length=10)),
                ('assigned_at', models.DateTimeField(auto_now_add=True)),
                ('declared_at', models.DateTimeField(blank=True, null=True)),
                ('conflict', models.TextField(blank=True)),
                ('comment', models.TextField(blank=True, verbose_name='what the committee should know')),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='recognition.line')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-is_rapporteur', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('line', 'reviewer'), name='review_once'), models.UniqueConstraint(condition=models.Q(('is_rapporteur', True), models.Q(('state', 'recused'), _negated=True)), fields=('line',), name='review_one_rapporteur'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'submitted'), ('submitted_at__isnull', False)), models.Q(models.Q(('state', 'submitted'), _negated=True), ('submitted_at__isnull', True)), _connector='OR'), name='review_submitted_at_with_state'), models.CheckConstraint(condition=models.Q(('state', 'assigned'), ('declared_at__isnull', False), _connector='XOR'), name='review_declared_before_work')],
            },
        ),
        migrations.AddField(
            model_name='outcomerating',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='recognition.review'),
        ),
        migrations.CreateModel(
            name='ElementOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('element', models.CharField(choices=[('level', 'Level'), ('workload', 'Workload'), ('quality', 'Quality'), ('profile', 'Profile'), ('authenticity', 'Authenticity'), ('identity', 'Identity at assessment'), ('currency', 'Currency')], max_length=16)),
                ('rating', models.CharField(blank=True, choices=[('none', 'No difference'), ('minor', 'Minor difference'), ('substantial', 'Substantial difference')], max_length=12)),
                ('note', models.TextField(blank=True)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='elements', to='recognition.review')),
            ],
            options={
                'ordering': ['review', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('review', 'element'), name='element_opinion_once')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('chair', 'Chair'), ('deputy', 'Deputy chair'), ('member', 'Member')], default='member', max_length=8)),
                ('group', models.CharField(blank=True, max_length=60)),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='recognition.committee')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['committee', 'role', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('committee', 'user'), name='seat_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'draft')), models.Q(('decided_at__isnull', False), ('state', 'signed'), models.Q(('type', ''), _negated=True), models.Q(('number', ''), _negated=True)), _connector='OR'), name='decision_signed_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), ('type', 'refusal'), _negated=True), models.Q(models.Q(('considered', ''), _negated=True), models.Q(('later_measures', ''), _negated=True)), _connector='OR'), name='decision_refusal_names_alternatives_and_measures'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('notified_at__isnull', True), ('letter__isnull', False), _connector='OR'), name='decision_notified_with_letter'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('reference', ''), _negated=True), fields=('reference',), name='case_reference_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('submitted_at__isnull', True), models.Q(models.Q(('reference', ''), _negated=True), ('policy__isnull', False), ('declared_at__isnull', False), ('learner__isnull', False)), _connector='OR'), name='case_submitted_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='outcomerating',
            constraint=models.UniqueConstraint(fields=('review', 'outcome'), name='outcome_rating_once'),
        ),
    ]
