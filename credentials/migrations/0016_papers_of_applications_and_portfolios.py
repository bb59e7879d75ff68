"""Receipts, requests for information, lists of precedents and portfolios are printed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0015_accreditation_of_programmes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("upload", "Uploaded file"),
                    ("credential", "Credential as received"),
                    ("supplement", "Credit or module supplement"),
                    ("letter", "Decision letter"),
                    ("issuer_letter", "Letter to an issuer"),
                    ("case_file", "Case file"),
                    ("remedy", "Letter on an objection, appeal or annulment"),
                    ("diploma_page", "Micro-credentials page"),
                    ("minutes", "Minutes of a committee"),
                    ("transcript", "Transcript of records"),
                    ("diploma", "Diploma supplement"),
                    ("print_run", "Documents of a list, to print"),
                    ("receipt", "Receipt of an application"),
                    ("information", "Request for information"),
                    ("precedents", "List of what was recognised before"),
                    ("portfolio", "Portfolio of a learner"),
                    ("picture", "Picture for documents"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sign_award", "Signing a credential"),
                    ("sign_batch", "Signing a batch of credentials"),
                    ("sign_anew", "Signing credentials anew"),
                    ("award_supplement", "Making a supplement"),
                    ("batch_supplements", "Making the supplements of a batch"),
                    ("line_documents", "Making the decision letter and supplements"),
                    ("issuer_letter", "Making a letter to an issuer"),
                    ("remedy_letter", "Making a letter on an objection, appeal or annulment"),
                    ("delay_letter", "Making the letter on a delay"),
                    ("decision_credential", "Signing a decision as a credential"),
                    ("case_file", "Making the case file"),
                    ("diploma_pages", "Making micro-credentials pages"),
                    ("meeting_minutes", "Making the minutes of a meeting"),
                    ("transcripts", "Making transcripts of records"),
                    ("print_run", "Printing the documents of graduates"),
                    ("receipt", "Making the receipt of an application"),
                    ("information_letter", "Making a request for information"),
                    ("precedent_list", "Making the list of what was recognised before"),
                    ("portfolio", "Making a portfolio for printing"),
                ],
                max_length=20,
            ),
        ),
    ]
