import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('sign_award', 'Signing a credential'), ('award_supplement', 'Making a supplement'), ('line_documents', 'Making the decision letter and supplements'), ('delay_letter', 'Making the letter on a delay'), ('diploma_pages', 'Making micro-credentials pages')], max_length=20),
        ),
        migrations.AddField(
            model_name='mail',
            name='about',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='mail',
            name='bounce_reason',
            field=models.CharField(blank=True, choices=[('unknown', 'the mailbox is unknown'), ('full', 'the mailbox is full'), ('closed', 'the mailbox takes no mail'), ('refused', 'the other mail server refused it'), ('late', 'the other mail server could not be reached'), ('unsent', 'it could not be sent'), ('other', 'the other mail server gave no reason')], max_length=10),
        ),
        migrations.AddField(
            model_name='mail',
            name='bounced_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='mail',
            name='settled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='mail',
            name='settled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mail',
            name='thing',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='mail',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='user',
            name='digested_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='mail_rhythm',
            field=models.CharField(choices=[('at_once', 'A mail for each, at once'), ('daily', 'One mail in the morning of each working day')], default='at_once', max_length=8, verbose_name='what waits for you'),
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
        migrations.RenameField(
            model_name='awardingbody',
            old_name='source',
            new_name='evidence',
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='checked_on',
            field=models.DateField(blank=True, null=True, verbose_name='looked up on'),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='deqar_id',
            field=models.CharField(blank=True, max_length=20, verbose_name='DEQAR number'),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='erasmus_code',
            field=models.CharField(blank=True, max_length=20, verbose_name='Erasmus code'),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='hours_per_ects',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(60)], verbose_name='hours for one ECTS credit'),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='kind',
            field=models.CharField(blank=True, choices=[('hei', 'Higher education institution'), ('vet', 'Provider of vocational education and training'), ('company', 'Company'), ('platform', 'Platform that delivers courses of others'), ('public', 'Public body'), ('association', 'Association')], default='', max_length=12, verbose_name='kind of body'),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='legal_id',
            field=models.CharField(blank=True, max_length=60, verbose_name='number in the official register'),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='schac_code',
            field=models.CharField(blank=True, max_length=100, verbose_name='SCHAC code'),
        ),
        migrations.AddField(
            model_name='awardingbody',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='institution',
            name='register_months',
            field=models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='months after which an entry of the register is looked up again'),
        ),
        migrations.AddConstraint(
            model_name='awardingbody',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['', 'hei', 'vet', 'company', 'platform', 'public', 'association'])), name='awarding_body_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='awardingbody',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'platform'), ('status', 'recognised'), _negated=True), name='awarding_body_no_recognised_platform'),
        ),
        migrations.AddField(
            model_name='award',
            name='decision',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='mail',
            name='holds_secret',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('upload', 'Uploaded file'), ('credential', 'Credential as received'), ('supplement', 'Credit or module supplement'), ('letter', 'Decision letter'), ('issuer_letter', 'Letter to an issuer'), ('remedy', 'Letter on an objection, appeal or annulment'), ('diploma_page', 'Micro-credentials page of the diploma supplement'), ('minutes', 'Minutes of a committee')], max_length=20),
        ),
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('sign_award', 'Signing a credential'), ('award_supplement', 'Making a supplement'), ('line_documents', 'Making the decision letter and supplements'), ('issuer_letter', 'Making a letter to an issuer'), ('remedy_letter', 'Making a letter on an objection, appeal or annulment'), ('delay_letter', 'Making the letter on a delay'), ('diploma_pages', 'Making micro-credentials pages'), ('meeting_minutes', 'Making the minutes of a meeting')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'revoked'), _negated=True), fields=('decision',), name='award_of_decision_once'),
        ),
        migrations.AddField(
            model_name='credential',
            name='revoked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='signedform',
            name='credential',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed_forms', to='credentials.credential'),
        ),
        migrations.AddField(
            model_name='statusentry',
            name='credential',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='status_entries', to='credentials.credential'),
        ),
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('upload', 'Uploaded file'), ('credential', 'Credential as received'), ('supplement', 'Credit or module supplement'), ('letter', 'Decision letter'), ('issuer_letter', 'Letter to an issuer'), ('case_file', 'Case file'), ('remedy', 'Letter on an objection, appeal or annulment'), ('diploma_page', 'Micro-credentials page of the diploma supplement'), ('minutes', 'Minutes of a committee')], max_length=20),
        ),
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('sign_award', 'Signing a credential'), ('award_supplement', 'Making a supplement'), ('line_documents', 'Making the decision letter and supplements'), ('issuer_letter', 'Making a letter to an issuer'), ('remedy_letter', 'Making a letter on an objection, appeal or annulment'), ('delay_letter', 'Making the letter on a delay'), ('decision_credential', 'Signing a decision as a credential'), ('case_file', 'Making the case file'), ('diploma_pages', 'Making micro-credentials pages'), ('meeting_minutes', 'Making the minutes of a meeting')], max_length=20),
        ),
        migrations.AlterField(
            model_name='credential',
            name='origin',
            field=models.CharField(choices=[('award', 'Awarded here'), ('decision', 'Decision on recognition, signed here'), ('imported', 'Signed file of another issuer'), ('stated', 'File kept as it is, facts stated by you'), ('self_declared', 'Declared by you')], max_length=16),
        ),
    ]
