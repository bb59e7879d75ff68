"""For a fresh database: all there is at once. One that is there already goes step by step."""

import credentials.models.document
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('credentials', '0001_initial'), ('credentials', '0002_for_recognition_in_full'), ('credentials', '0003_credential_of_signed_forms'), ('credentials', '0004_signed_forms_of_credentials'), ('credentials', '0005_signing_keys_in_custody'), ('credentials', '0006_batches_of_awards'), ('credentials', '0007_suspended_and_heard'), ('credentials', '0008_keys_for_badges_as_jwt'), ('credentials', '0009_seals_and_joint_bodies'), ('credentials', '0010_indexes_that_constraints_have'), ('credentials', '0011_documents_of_graduates'), ('credentials', '0012_education_systems'), ('credentials', '0013_no_system_note'), ('credentials', '0014_learners_of_documents'), ('credentials', '0015_accreditation_of_programmes'), ('credentials', '0016_papers_of_applications_and_portfolios'), ('credentials', '0017_day_of_documents')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveBigIntegerField(default=0)),
                ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('started_on', models.DateField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-started_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Graduation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('certified_on', models.DateField(verbose_name='date of the documents')),
                ('signatory', models.CharField(max_length=120, verbose_name='signed by')),
                ('capacity', models.JSONField(default=dict, verbose_name='capacity')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-certified_on', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(unique=True)),
                ('name', models.JSONField(default=dict, verbose_name='name')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('region', models.CharField(blank=True, max_length=100)),
                ('city', models.CharField(blank=True, max_length=100)),
                ('address', models.TextField(blank=True)),
                ('subdivision', models.CharField(blank=True, help_text='For public holidays, such as SN in Germany.', max_length=6)),
                ('url', models.URLField(blank=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('number_prefix', models.CharField(max_length=6, unique=True)),
                ('identifiers', models.JSONField(blank=True, default=dict)),
                ('quality_assurance', models.CharField(blank=True, choices=[('programme', 'Programme accreditation'), ('institution', 'Institutional quality assurance (ESG)'), ('licence', 'State licence'), ('internal', 'Internal quality assurance only'), ('none', 'No quality assurance')], max_length=20)),
                ('quality_agency', models.CharField(blank=True, max_length=200)),
                ('quality_url', models.URLField(blank=True)),
                ('languages', models.JSONField(default=list)),
                ('hours_per_ects', models.DecimalField(decimal_places=1, default=25, max_digits=4)),
                ('register_months', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='months after which an entry of the register is looked up again')),
            ],
            options={
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('language', models.CharField(default='en', max_length=12, verbose_name='language')),
                ('mail_rhythm', models.CharField(choices=[('at_once', 'A mail for each, at once'), ('daily', 'One mail in the morning of each working day')], default='at_once', max_length=8, verbose_name='what waits for you')),
                ('digested_on', models.DateField(blank=True, null=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('is_demo', models.BooleanField(default=False)),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(blank=True, max_length=36)),
                ('noun', models.CharField(max_length=40)),
                ('thing', models.CharField(db_index=True, max_length=36)),
                ('action', models.CharField(max_length=60)),
                ('before', models.CharField(blank=True, max_length=40)),
                ('after', models.CharField(blank=True, max_length=40)),
                ('commitment', models.CharField(blank=True, max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('head', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='credentials.audithead')),
            ],
            options={
                'ordering': ['head', 'sequence'],
            },
        ),
        migrations.CreateModel(
            name='AuditText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.CharField(max_length=32)),
                ('text', models.TextField()),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='text', to='credentials.auditevent')),
            ],
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=40, unique=True)),
                ('code', models.CharField(max_length=24, unique=True)),
                ('decision', models.UUIDField(blank=True, null=True)),
                ('state', models.CharField(choices=[('signing', 'Being signed'), ('issued', 'Valid'), ('suspended', 'Suspended'), ('revoked', 'Revoked')], default='signing', max_length=12)),
                ('holder_name', models.CharField(max_length=200)),
                ('identity_assurance', models.CharField(choices=[('account', 'Signed-in account of the institution'), ('student_record', 'Student record of the institution'), ('document', 'Identity document seen')], max_length=20)),
                ('grade', models.CharField(blank=True, max_length=20)),
                ('awarded_on', models.DateField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('issued_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revocation_reason', models.CharField(blank=True, choices=[('error', 'Awarded in error'), ('fraud', 'Obtained by deception'), ('withdrawn', 'Withdrawn by the institution'), ('requested', 'Asked for by the holder'), ('superseded', 'Replaced by a corrected credential')], max_length=12)),
                ('revocation_note', models.TextField(blank=True)),
                ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ('suspension_reason', models.CharField(blank=True, choices=[('examined', 'It is being examined whether it was earned'), ('misused', 'Somebody else may be using it'), ('requested', 'Asked for by the holder')], max_length=12)),
                ('suspension_note', models.TextField(blank=True)),
                ('awarded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards_made', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='credentials.award')),
            ],
            options={
                'ordering': ['-awarded_on', '-pk'],
            },
        ),
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
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='credentials.award')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings_opened', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AwardingBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('kind', models.CharField(blank=True, choices=[('hei', 'Higher education institution'), ('vet', 'Provider of vocational education and training'), ('company', 'Company'), ('platform', 'Platform that delivers courses of others'), ('public', 'Public body'), ('association', 'Association')], default='', max_length=12, verbose_name='kind of body')),
                ('status', models.CharField(choices=[('recognised', 'Recognised higher education institution'), ('non_he', 'Provider outside higher education'), ('unknown', 'Not known yet'), ('not_recognised', 'Not recognised in its country')], default='unknown', max_length=20, verbose_name='status')),
                ('quality_agency', models.CharField(blank=True, max_length=200, verbose_name='quality assurance agency')),
                ('evidence', models.CharField(blank=True, max_length=300, verbose_name='where this is known from')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='looked up on')),
                ('url', models.URLField(blank=True, verbose_name='web address')),
                ('did', models.CharField(blank=True, max_length=300, verbose_name='identifier of its keys (DID)')),
                ('erasmus_code', models.CharField(blank=True, max_length=20, verbose_name='Erasmus code')),
                ('schac_code', models.CharField(blank=True, max_length=100, verbose_name='SCHAC code')),
                ('deqar_id', models.CharField(blank=True, max_length=20, verbose_name='DEQAR number')),
                ('legal_id', models.CharField(blank=True, max_length=60, verbose_name='number in the official register')),
                ('hours_per_ects', models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(60)], verbose_name='hours for one ECTS credit')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='awarding_bodies', to='credentials.institution')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('submitted', 'Waiting for the teacher'), ('awarded', 'Awarded'), ('denied', 'Denied'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=12)),
                ('statement', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('submitted_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('claimant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['submitted_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='award',
            name='claim',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='award', to='credentials.claim'),
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('teachers', models.ManyToManyField(blank=True, related_name='courses_taught', to=settings.AUTH_USER_MODEL)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='credentials.institution')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='CourseVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'No longer offered')], default='draft', max_length=12)),
                ('title', models.JSONField(default=dict, verbose_name='title')),
                ('summary', models.JSONField(blank=True, default=dict, verbose_name='in one sentence')),
                ('description', models.JSONField(blank=True, default=dict, verbose_name='what the course is about')),
                ('language', models.CharField(blank=True, max_length=12, validators=[django.core.validators.RegexValidator('^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'Use a language tag such as “en” or “de”.')], verbose_name='language of instruction')),
                ('ects', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.StepValueValidator(Decimal('0.5'))], verbose_name='ECTS credits')),
                ('hours', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='workload in hours')),
                ('eqf_level', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(8)], verbose_name='level (EQF)')),
                ('cycle', models.CharField(blank=True, choices=[('short', 'Short cycle'), ('first', 'First cycle (bachelor)'), ('second', 'Second cycle (master)'), ('third', 'Third cycle (doctorate)')], max_length=8, verbose_name='cycle')),
                ('isced_f', models.CharField(blank=True, max_length=4, validators=[django.core.validators.RegexValidator('^(0[0-9]|10)\\d{0,2}$', 'Use a code of ISCED-F 2013, such as 06 or 0612.')], verbose_name='field (ISCED-F)')),
                ('assessment_type', models.CharField(blank=True, choices=[('written_exam', 'Written examination'), ('oral_exam', 'Oral examination'), ('assignment', 'Marked assignment'), ('project', 'Project work'), ('portfolio', 'Portfolio'), ('practical', 'Practical assessment'), ('artefact', 'Assessment of a product'), ('quiz', 'Quiz'), ('continuous', 'Continuous assessment'), ('group', 'Group performance'), ('peer', 'Peer assessment'), ('attendance', 'Attendance only')], max_length=20, verbose_name='type of assessment')),
                ('assessment_criteria', models.JSONField(blank=True, default=dict, verbose_name='assessment criteria')),
                ('participation_form', models.CharField(blank=True, choices=[('online', 'Online'), ('onsite', 'On site'), ('blended', 'Blended'), ('work', 'Work-based'), ('project', 'Project-based'), ('volunteering', 'Volunteering')], max_length=20, verbose_name='form of participation')),
                ('quality_assurance', models.CharField(blank=True, choices=[('programme', 'Programme accreditation'), ('institution', 'Institutional quality assurance (ESG)'), ('licence', 'State licence'), ('internal', 'Internal quality assurance only'), ('none', 'No quality assurance')], max_length=20, verbose_name='quality assurance')),
                ('quality_agency', models.CharField(blank=True, max_length=200, verbose_name='quality assurance agency')),
                ('quality_url', models.URLField(blank=True, verbose_name='quality assurance report')),
                ('prerequisites', models.JSONField(blank=True, default=dict, verbose_name='before you start')),
                ('supervision', models.CharField(blank=True, choices=[('unsupervised', 'Unsupervised, identity not verified'), ('supervised', 'Supervised, identity not verified'), ('supervised_online', 'Supervised online, identity verified'), ('supervised_onsite', 'Supervised on site, identity verified')], max_length=20, verbose_name='supervision and identity check')),
                ('grade_scale', models.JSONField(blank=True, default=list, verbose_name='grades, lowest first')),
                ('passed_from', models.CharField(blank=True, max_length=20, verbose_name='lowest pass')),
                ('stackability', models.CharField(blank=True, choices=[('standalone', 'Stand-alone'), ('stackable', 'Stackable towards another credential')], max_length=12, verbose_name='stackability')),
                ('stackable_towards', models.JSONField(blank=True, default=dict, verbose_name='builds towards')),
                ('further_information', models.JSONField(blank=True, default=dict, verbose_name='further information')),
                ('term', models.CharField(blank=True, max_length=500, verbose_name='term')),
                ('search_text', models.TextField(blank=True, default='', editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='credentials.course')),
                ('joint_bodies', models.ManyToManyField(blank=True, related_name='course_versions', to='credentials.awardingbody')),
            ],
            options={
                'ordering': ['course__code', '-number'],
            },
        ),
        migrations.AddField(
            model_name='claim',
            name='course_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='credentials.courseversion'),
        ),
        migrations.AddField(
            model_name='award',
            name='course_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='credentials.courseversion'),
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('origin', models.CharField(choices=[('award', 'Awarded here'), ('decision', 'Decision on recognition, signed here'), ('imported', 'Signed file of another issuer'), ('stated', 'File kept as it is, facts stated by you'), ('self_declared', 'Declared by you')], max_length=16)),
                ('issuer_key', models.CharField(blank=True, max_length=300)),
                ('identifier', models.CharField(blank=True, max_length=500)),
                ('title', models.JSONField(default=dict)),
                ('facts', models.JSONField(default=dict)),
                ('provenance', models.JSONField(blank=True, default=dict)),
                ('verification', models.JSONField(blank=True, default=dict)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('awarding_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='credentials', to='credentials.awardingbody')),
                ('holder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='award',
            name='credential',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='award', to='credentials.credential'),
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('upload', 'Uploaded file'), ('credential', 'Credential as received'), ('supplement', 'Credit or module supplement'), ('letter', 'Decision letter'), ('issuer_letter', 'Letter to an issuer'), ('case_file', 'Case file'), ('remedy', 'Letter on an objection, appeal or annulment'), ('diploma_page', 'Micro-credentials page'), ('minutes', 'Minutes of a committee'), ('transcript', 'Transcript of records'), ('diploma', 'Diploma supplement'), ('print_run', 'Documents of a list, to print'), ('receipt', 'Receipt of an application'), ('information', 'Request for information'), ('precedents', 'List of what was recognised before'), ('portfolio', 'Portfolio of a learner'), ('picture', 'Picture for documents')], max_length=20)),
                ('title', models.CharField(max_length=250)),
                ('filename', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('sniffed', models.CharField(blank=True, max_length=20)),
                ('file', models.FileField(max_length=200, upload_to=credentials.models.document.storage_path)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('dated_on', models.DateField(blank=True, null=True)),
                ('announced_at', models.DateTimeField(blank=True, null=True)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('code', models.CharField(blank=True, max_length=24)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to=settings.AUTH_USER_MODEL)),
                ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='credentials.document')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='credential',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='credentials.document'),
        ),
        migrations.AddField(
            model_name='award',
            name='supplement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.document'),
        ),
        migrations.CreateModel(
            name='DocumentDesign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('colour', models.CharField(blank=True, max_length=7, verbose_name='colour')),
                ('signatures', models.JSONField(blank=True, default=list)),
                ('texts', models.JSONField(blank=True, default=dict)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('header', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.document')),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.document')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credentials.document')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='document_designs', to='credentials.institution')),
            ],
            options={
                'ordering': ['-version'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='design',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='credentials.documentdesign'),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('certificate', 'Certificate or transcript'), ('description', 'Course or module description'), ('work', 'Own work'), ('statement', 'Statement of an employer or teacher'), ('reflection', 'Reflection'), ('other', 'Other')], default='other', max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('url', models.URLField(blank=True, verbose_name='web address')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('credential', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='credentials.credential')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='credentials.document')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='claim',
            name='evidence',
            field=models.ManyToManyField(blank=True, related_name='claims', to='credentials.evidence'),
        ),
        migrations.CreateModel(
            name='Graduate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('degree', 'Degree'), ('interim', 'Interim award')], default='degree', max_length=8, verbose_name='kind')),
                ('graduated_on', models.DateField(verbose_name='graduated on')),
                ('title_conferred', models.CharField(blank=True, help_text='If it is another one.', max_length=120, verbose_name='title conferred')),
                ('final_grade', models.CharField(blank=True, max_length=20, verbose_name='final grade')),
                ('classification', models.CharField(blank=True, max_length=120, verbose_name='overall classification')),
                ('additional', models.JSONField(blank=True, default=dict, verbose_name='additional information')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='graduates', to='credentials.enrolment')),
                ('supplement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='graduates', to='credentials.document')),
                ('graduation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='graduates', to='credentials.graduation')),
            ],
            options={
                'ordering': ['enrolment__learner__family_name', 'enrolment__learner__given_name', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='graduation',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='graduations', to='credentials.institution'),
        ),
        migrations.CreateModel(
            name='EducationSystem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('text', models.JSONField(default=dict, verbose_name='text')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='education_systems', to='credentials.institution')),
            ],
            options={
                'ordering': ['country'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='institution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='credentials.institution'),
        ),
        migrations.AddField(
            model_name='audithead',
            name='institution',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='credentials.institution'),
        ),
        migrations.CreateModel(
            name='IssuerKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('type', models.CharField(choices=[('Ed25519', 'Ed25519, for embedded proofs'), ('RSA', 'RSA, for badges as JWT'), ('Seal', 'Certificate, for seals')], default='Ed25519', max_length=8)),
                ('key_id', models.CharField(max_length=80)),
                ('public_multibase', models.CharField(blank=True, max_length=1600)),
                ('certificate', models.TextField(blank=True, default='')),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('wrapped_private', models.BinaryField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('stolen_from', models.DateTimeField(blank=True, null=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='credentials.institution')),
            ],
            options={
                'ordering': ['created_at'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='sealed_with',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='credentials.issuerkey'),
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('sign_award', 'Signing a credential'), ('sign_batch', 'Signing a batch of credentials'), ('sign_anew', 'Signing credentials anew'), ('award_supplement', 'Making a supplement'), ('batch_supplements', 'Making the supplements of a batch'), ('line_documents', 'Making the decision letter and supplements'), ('issuer_letter', 'Making a letter to an issuer'), ('remedy_letter', 'Making a letter on an objection, appeal or annulment'), ('delay_letter', 'Making the letter on a delay'), ('decision_credential', 'Signing a decision as a credential'), ('case_file', 'Making the case file'), ('diploma_pages', 'Making micro-credentials pages'), ('meeting_minutes', 'Making the minutes of a meeting'), ('transcripts', 'Making transcripts of records'), ('print_run', 'Printing the documents of graduates'), ('receipt', 'Making the receipt of an application'), ('information_letter', 'Making a request for information'), ('precedent_list', 'Making the list of what was recognised before'), ('portfolio', 'Making a portfolio for printing')], max_length=20)),
                ('subject', models.UUIDField()),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('queued', 'Waiting to start'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=1)),
                ('error', models.TextField(blank=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('beat_at', models.DateTimeField(auto_now=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='credentials.institution')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('results', models.ManyToManyField(blank=True, related_name='jobs', to='credentials.document')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
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
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='key_requests_answered', to=settings.AUTH_USER_MODEL)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='credentials.issuerkey')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_requests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-requested_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Learner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('given_name', models.CharField(max_length=100, verbose_name='given name')),
                ('family_name', models.CharField(max_length=100, verbose_name='family name')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='date of birth')),
                ('student_number', models.CharField(blank=True, max_length=40, verbose_name='student number')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='learners', to='credentials.institution')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='learners', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['family_name', 'given_name', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='enrolment',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='credentials.learner'),
        ),
        migrations.AddField(
            model_name='document',
            name='learner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='documents', to='credentials.learner'),
        ),
        migrations.AddField(
            model_name='claim',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='credentials.learner'),
        ),
        migrations.AddField(
            model_name='award',
            name='learner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='credentials.learner'),
        ),
        migrations.CreateModel(
            name='LearnerEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='emails', to='credentials.learner')),
            ],
        ),
        migrations.CreateModel(
            name='LearningOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('order', models.PositiveSmallIntegerField()),
                ('text', models.JSONField(default=dict)),
                ('is_essential', models.BooleanField(default=True)),
                ('skills', models.JSONField(blank=True, default=list)),
                ('course_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='credentials.courseversion')),
            ],
            options={
                'ordering': ['course_version', 'order'],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('recipient', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('about', models.CharField(blank=True, max_length=20)),
                ('thing', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('holds_secret', models.BooleanField(default=False)),
                ('bounced_at', models.DateTimeField(blank=True, null=True)),
                ('bounce_reason', models.CharField(blank=True, choices=[('unknown', 'the mailbox is unknown'), ('full', 'the mailbox is full'), ('closed', 'the mailbox takes no mail'), ('refused', 'the other mail server refused it'), ('late', 'the other mail server could not be reached'), ('unsent', 'it could not be sent'), ('other', 'the other mail server gave no reason')], max_length=10)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Module',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('semester', models.PositiveSmallIntegerField(default=1, verbose_name='semester')),
                ('component_type', models.CharField(choices=[('core', 'Compulsory'), ('elective', 'Elective'), ('thesis', 'Thesis'), ('internship', 'Internship')], default='core', max_length=12, verbose_name='kind')),
                ('ects', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.StepValueValidator(Decimal('0.5'))], verbose_name='ECTS credits')),
                ('is_recognisable', models.BooleanField(default=True, verbose_name='can be recognised')),
                ('course_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='credentials.courseversion')),
            ],
            options={
                'ordering': ['semester', 'course_version__course__code'],
            },
        ),
        migrations.CreateModel(
            name='CreditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source_key', models.CharField(max_length=64)),
                ('fills_module', models.BooleanField(default=False)),
                ('ects', models.DecimalField(decimal_places=1, max_digits=4)),
                ('grade', models.CharField(blank=True, max_length=20)),
                ('line', models.UUIDField()),
                ('decision', models.UUIDField()),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('reversed_at', models.DateTimeField(blank=True, null=True)),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to='credentials.credential')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to='credentials.enrolment')),
                ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to='credentials.module')),
            ],
            options={
                'ordering': ['recorded_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ModulePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('title', models.JSONField(default=dict, verbose_name='title')),
                ('ects', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.StepValueValidator(Decimal('0.5'))], verbose_name='ECTS credits')),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='credentials.module')),
                ('outcomes', models.ManyToManyField(related_name='parts', to='credentials.learningoutcome')),
            ],
            options={
                'ordering': ['module', 'order'],
            },
        ),
        migrations.CreateModel(
            name='ModuleResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('term', models.CharField(blank=True, max_length=20, verbose_name='term')),
                ('achieved_on', models.DateField(verbose_name='achieved on')),
                ('grade', models.CharField(blank=True, max_length=20, verbose_name='grade')),
                ('ects', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.StepValueValidator(Decimal('0.5'))], verbose_name='ECTS credits')),
                ('work_title', models.CharField(blank=True, max_length=300, verbose_name='title of the thesis or project')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='module_results', to='credentials.enrolment')),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='credentials.module')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['achieved_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='credentials.institution')),
            ],
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='starts on')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends on')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('price', models.CharField(blank=True, max_length=200, verbose_name='price')),
                ('url', models.URLField(blank=True, verbose_name='enrol at')),
                ('course_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offerings', to='credentials.courseversion')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('starts_on'), nulls_last=True), 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='credentials.institution')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('regulations', models.CharField(help_text='The year or name students know them by.', max_length=60, verbose_name='regulations')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'No longer offered')], default='draft', max_length=12)),
                ('title', models.JSONField(default=dict, verbose_name='title')),
                ('award', models.CharField(blank=True, max_length=120, verbose_name='degree awarded')),
                ('eqf_level', models.PositiveSmallIntegerField(default=6, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(8)], verbose_name='level (EQF)')),
                ('cycle', models.CharField(choices=[('short', 'Short cycle'), ('first', 'First cycle (bachelor)'), ('second', 'Second cycle (master)'), ('third', 'Third cycle (doctorate)')], default='first', max_length=8, verbose_name='cycle')),
                ('ects_total', models.DecimalField(decimal_places=1, max_digits=5, validators=[django.core.validators.StepValueValidator(Decimal('0.5'))], verbose_name='credits of the whole programme')),
                ('free_elective_ects', models.DecimalField(decimal_places=1, default=0, max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.StepValueValidator(Decimal('0.5'))], verbose_name='credits of the free-elective area')),
                ('semesters', models.PositiveSmallIntegerField(default=6, verbose_name='semesters')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='credentials.programme')),
            ],
            options={
                'ordering': ['programme__code', '-regulations'],
            },
        ),
        migrations.AddField(
            model_name='module',
            name='programme_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='modules', to='credentials.programmeversion'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='programme_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='credentials.programmeversion'),
        ),
        migrations.CreateModel(
            name='QualificationProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('isced_f', models.CharField(blank=True, max_length=4, verbose_name='main field of study (ISCED-F)')),
                ('languages', models.JSONField(default=list, verbose_name='languages of instruction')),
                ('quality_assurance', models.CharField(blank=True, choices=[('programme', 'Programme accreditation'), ('institution', 'Institutional quality assurance (ESG)'), ('licence', 'State licence'), ('internal', 'Internal quality assurance only'), ('none', 'No quality assurance')], max_length=20, verbose_name='quality assurance')),
                ('quality_agency', models.CharField(blank=True, max_length=200, verbose_name='quality assurance agency')),
                ('quality_agency_country', models.CharField(blank=True, max_length=2, verbose_name='country of the agency')),
                ('quality_url', models.URLField(blank=True, verbose_name='quality assurance report')),
                ('nqf_level', models.CharField(blank=True, max_length=60, verbose_name='level (national framework)')),
                ('access', models.JSONField(default=dict, verbose_name='access requirements')),
                ('mode', models.CharField(blank=True, choices=[('full_time', 'Full-time'), ('part_time', 'Part-time'), ('dual', 'Dual, with work'), ('distance', 'Distance learning')], max_length=12, verbose_name='mode of study')),
                ('outcomes', models.JSONField(default=dict, verbose_name='learning outcomes of the programme')),
                ('grade_scale', models.JSONField(blank=True, default=list, verbose_name='grades, lowest first')),
                ('passed_from', models.CharField(blank=True, max_length=20, verbose_name='lowest pass')),
                ('classification_rule', models.JSONField(blank=True, default=dict, verbose_name='how the overall classification is found')),
                ('further_study', models.JSONField(default=dict, verbose_name='access to further study')),
                ('regulated_profession', models.JSONField(blank=True, default=dict, verbose_name='access to a regulated profession')),
                ('sources', models.JSONField(blank=True, default=dict, verbose_name='further information sources')),
                ('administering_body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='credentials.awardingbody', verbose_name='institution that administers the studies, where it is another')),
                ('programme_version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to='credentials.programmeversion')),
            ],
        ),
        migrations.CreateModel(
            name='RecognitionSummary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.JSONField(default=dict)),
                ('asked', models.PositiveIntegerField(default=0)),
                ('recognised', models.PositiveIntegerField(default=0)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recognition_summaries', to='credentials.course')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recognition_summaries', to='credentials.programme')),
            ],
            options={
                'ordering': ['-recognised', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SignedForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('ob3-eddsa-rdfc-2022', 'Open Badges 3.0, embedded proof'), ('ob3-jwt-rs256', 'Open Badges 3.0, JWT'), ('edc-jades-b-b', 'European Digital Credential, sealed')], max_length=24)),
                ('subject_id', models.CharField(blank=True, max_length=300)),
                ('body', models.TextField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_forms', to='credentials.credential')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='credentials.issuerkey')),
            ],
        ),
        migrations.CreateModel(
            name='StatusList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('revocation', 'Revocation'), ('suspension', 'Suspension')], max_length=12)),
                ('length', models.PositiveIntegerField(default=131072)),
                ('bits', models.BinaryField()),
                ('signed', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('beside', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='credentials.statuslist')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_lists', to='credentials.institution')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='StatusEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.PositiveIntegerField()),
                ('credential', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='status_entries', to='credentials.credential')),
                ('status_list', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='credentials.statuslist')),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.JSONField(default=dict)),
                ('path', models.CharField(blank=True, db_index=True, max_length=200)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='credentials.institution')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='credentials.unit')),
            ],
            options={
                'ordering': ['path'],
            },
        ),
        migrations.AddField(
            model_name='programme',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='credentials.unit'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('registrar', 'Registrar'), ('course_director', 'Course director'), ('teacher', 'Teacher')], max_length=20)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='credentials.unit')),
            ],
        ),
        migrations.AddField(
            model_name='course',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='credentials.unit'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once'),
        ),
        migrations.AddConstraint(
            model_name='auditevent',
            constraint=models.UniqueConstraint(fields=('head', 'sequence'), name='audit_sequence_once'),
        ),
        migrations.AddConstraint(
            model_name='awardhearing',
            constraint=models.UniqueConstraint(condition=models.Q(('about', 'intended'), ('closed_at', None)), fields=('award',), name='hearing_one_intended'),
        ),
        migrations.AddConstraint(
            model_name='awardhearing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about', 'intended'), _negated=True), ('due_on__isnull', False), _connector='OR'), name='hearing_intended_until'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.UniqueConstraint(fields=('course', 'number'), name='course_version_once'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('course',), name='course_one_published_version'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_at__isnull', False), _connector='XOR'), name='course_version_published_at_with_state'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.CheckConstraint(condition=models.Q(('eqf_level__isnull', True), ('eqf_level__range', (1, 8)), _connector='OR'), name='course_version_eqf_level_1_to_8'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(condition=models.Q(('identifier', ''), _negated=True), fields=('holder', 'issuer_key', 'identifier'), name='credential_once_per_holder', violation_error_message='This credential is in your portfolio already.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('url', ''), _negated=True), ('document__isnull', False), _connector='XOR'), name='evidence_file_or_link', violation_error_message='Give a file or a web address, not both.'),
        ),
        migrations.AddConstraint(
            model_name='graduate',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'degree')), fields=('enrolment',), name='graduate_degree_once'),
        ),
        migrations.AddConstraint(
            model_name='graduate',
            constraint=models.UniqueConstraint(fields=('graduation', 'enrolment'), name='graduate_once_in_list'),
        ),
        migrations.AddConstraint(
            model_name='graduation',
            constraint=models.UniqueConstraint(fields=('institution', 'name'), name='graduation_name_once'),
        ),
        migrations.AddConstraint(
            model_name='educationsystem',
            constraint=models.UniqueConstraint(fields=('institution', 'country'), name='education_system_once'),
        ),
        migrations.AddConstraint(
            model_name='documentdesign',
            constraint=models.UniqueConstraint(fields=('institution', 'version'), name='document_design_version_once'),
        ),
        migrations.AddConstraint(
            model_name='awardingbody',
            constraint=models.UniqueConstraint(fields=('institution', 'name', 'country'), name='awarding_body_once', violation_error_message='This awarding body is in the register already.'),
        ),
        migrations.AddConstraint(
            model_name='awardingbody',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['recognised', 'non_he', 'unknown', 'not_recognised'])), name='awarding_body_status_known'),
        ),
        migrations.AddConstraint(
            model_name='awardingbody',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['', 'hei', 'vet', 'company', 'platform', 'public', 'association'])), name='awarding_body_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='awardingbody',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'platform'), ('status', 'recognised'), _negated=True), name='awarding_body_no_recognised_platform'),
        ),
        migrations.AddConstraint(
            model_name='audithead',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('institution', 0), name='audit_head_once'),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.UniqueConstraint(fields=('institution', 'key_id'), name='issuer_key_once'),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('institution', 'type'), name='issuer_one_active_key'),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.CheckConstraint(condition=models.Q(('retired_at__isnull', False), models.Q(('stolen_from', None), ('wrapped_private__isnull', False)), _connector='OR'), name='issuer_active_key_signs'),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('type', 'Seal'), ('valid_until__isnull', False), models.Q(('certificate', ''), _negated=True)), models.Q(models.Q(('type', 'Seal'), _negated=True), ('certificate', ''), ('valid_until', None)), _connector='OR'), name='issuer_seal_has_certificate'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('kind', 'subject'), name='job_one_unfinished'),
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
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.UniqueConstraint(condition=models.Q(('student_number', ''), _negated=True), fields=('institution', 'student_number'), name='learner_student_number_once'),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('institution', 'user'), name='learner_user_once'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['learner', 'kind'], name='document_of_learner'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='document_code_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='document_number_once'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'submitted')), fields=('course_version', 'claimant'), name='claim_one_open'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'submitted'), ('closed_at__isnull', False), _connector='XOR'), name='claim_closed_at_with_state'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'denied'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='claim_denial_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'revoked'), _negated=True), fields=('decision',), name='award_of_decision_once'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'signing'), ('issued_at__isnull', False), _connector='XOR'), name='award_issued_at_with_state'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'revoked'), _negated=True), models.Q(('revoked_at__isnull', False), models.Q(('revocation_reason', ''), _negated=True)), _connector='OR'), name='award_revoked_with_reason_and_date'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'suspended'), _negated=True), models.Q(('suspended_at__isnull', False), models.Q(('suspension_reason', ''), _negated=True)), _connector='OR'), name='award_suspended_with_reason_and_date'),
        ),
        migrations.AddConstraint(
            model_name='learneremail',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('learner'), name='learner_email_once'),
        ),
        migrations.AddConstraint(
            model_name='learningoutcome',
            constraint=models.UniqueConstraint(fields=('course_version', 'order'), name='outcome_order_once'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['thing'], name='mail_thing'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('bounced_at__isnull', False)), fields=['thing'], name='mail_bounced'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(django.db.models.functions.text.Upper('recipient'), name='mail_recipient'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bounce_reason', ''), ('bounced_at__isnull', True)), models.Q(('bounced_at__isnull', False), models.Q(('bounce_reason', ''), _negated=True)), _connector='OR'), name='mail_bounced_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(('ects__gt', 0)), name='credit_entry_positive'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.UniqueConstraint(condition=models.Q(('reversed_at', None)), fields=('line', 'credential'), name='credit_entry_once_per_line'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.UniqueConstraint(condition=models.Q(('fills_module', True), ('reversed_at', None)), fields=('enrolment', 'module'), name='credit_entry_module_filled_once'),
        ),
        migrations.AddConstraint(
            model_name='modulepart',
            constraint=models.UniqueConstraint(fields=('module', 'order'), name='module_part_order_once'),
        ),
        migrations.AddConstraint(
            model_name='modulepart',
            constraint=models.CheckConstraint(condition=models.Q(('ects__gt', 0)), name='module_part_ects_positive'),
        ),
        migrations.AddConstraint(
            model_name='moduleresult',
            constraint=models.UniqueConstraint(fields=('enrolment', 'module'), name='module_result_once'),
        ),
        migrations.AddConstraint(
            model_name='moduleresult',
            constraint=models.CheckConstraint(condition=models.Q(('ects__gt', 0)), name='module_result_ects_positive'),
        ),
        migrations.AddConstraint(
            model_name='numberseries',
            constraint=models.UniqueConstraint(fields=('institution', 'kind', 'year'), name='number_series_once'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='offering_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.UniqueConstraint(fields=('programme', 'regulations'), name='programme_version_once'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.CheckConstraint(condition=models.Q(('free_elective_ects__lte', models.F('ects_total'))), name='programme_free_electives_within_total'),
        ),
        migrations.AddConstraint(
            model_name='module',
            constraint=models.UniqueConstraint(fields=('programme_version', 'course_version'), name='module_once'),
        ),
        migrations.AddConstraint(
            model_name='module',
            constraint=models.CheckConstraint(condition=models.Q(('ects__gt', 0)), name='module_ects_positive'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(fields=('learner', 'programme_version'), name='enrolment_once'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__gte', models.F('started_on'))), name='enrolment_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='recognitionsummary',
            constraint=models.UniqueConstraint(fields=('course', 'programme', 'target'), name='recognition_summary_once'),
        ),
        migrations.AddConstraint(
            model_name='recognitionsummary',
            constraint=models.CheckConstraint(condition=models.Q(('recognised__lte', models.F('asked'))), name='recognition_summary_within_asked'),
        ),
        migrations.AddConstraint(
            model_name='signedform',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('credential', 'format', 'subject_id'), name='signed_form_once'),
        ),
        migrations.AddConstraint(
            model_name='statuslist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('beside', None), ('purpose', 'revocation')), models.Q(('beside__isnull', False), ('purpose', 'suspension')), _connector='OR'), name='status_suspensions_beside_revocations'),
        ),
        migrations.AddConstraint(
            model_name='statusentry',
            constraint=models.UniqueConstraint(fields=('status_list', 'index'), name='status_index_once'),
        ),
        migrations.AddConstraint(
            model_name='statusentry',
            constraint=models.UniqueConstraint(fields=('credential', 'status_list'), name='status_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('institution',), name='unit_one_root'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(fields=('institution', 'code'), name='programme_code_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'unit', 'role'), name='membership_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['registrar', 'course_director', 'teacher'])), name='membership_role_known'),
        ),
        migrations.AddConstraint(
            model_name='course',
            constraint=models.UniqueConstraint(fields=('institution', 'code'), name='course_code_once', violation_error_message='This institution has a course with this code already.'),
        ),
    ]
