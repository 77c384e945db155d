"""The outbox, invitations, and the log of what concerns no submission, which is written once."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from importlib import import_module
from django.conf import settings
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


write_once = import_module("reviews.migrations.0020_write_once")


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    write_once.guard_table(schema_editor, "reviews_portalevent")


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    write_once.unguard_table(schema_editor, "reviews_portalevent")


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0038_acceptances'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='preference',
            name='has_daily_mail',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='preference',
            name='mails_off',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('language', models.CharField(default='en', max_length=15, verbose_name='language')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='key')),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='invited at')),
                ('expires_at', models.DateTimeField(editable=False, verbose_name='expires at')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked at')),
                ('accepted_at', models.DateTimeField(editable=False, null=True, verbose_name='accepted at')),
                ('accepted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accepted by')),
                ('invited_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='reviews.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='PortalEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('verb', models.CharField(max_length=20, verbose_name='verb')),
                ('detail', models.JSONField(default=dict, verbose_name='detail')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'event of the portal',
                'verbose_name_plural': 'events of the portal',
                'ordering': ('pk',),
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='queued at')),
                ('lease_owner', models.CharField(blank=True, editable=False, max_length=120, verbose_name='lease owner')),
                ('lease_until', models.DateTimeField(editable=False, null=True, verbose_name='lease until')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('started_at', models.DateTimeField(editable=False, null=True, verbose_name='started at')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished at')),
                ('failure', models.TextField(blank=True, editable=False, verbose_name='failure')),
                ('kind', models.CharField(choices=[('turn', 'It is your turn'), ('queue', 'New in the queue'), ('decided', 'Approved or rejected'), ('returned', 'Returned to you'), ('released', 'Released or suspended'), ('failed', 'Failed work'), ('daily', 'Daily mail'), ('invitation', 'Invitation')], max_length=12, verbose_name='kind')),
                ('is_daily', models.BooleanField(default=False, verbose_name='for a daily mail')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='due at')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='key')),
                ('fate', models.CharField(blank=True, choices=[('sent', 'sent'), ('left out', 'left out')], max_length=10, verbose_name='what became of it')),
                ('is_hopeless', models.BooleanField(default=False, verbose_name='given up')),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mails', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('daily', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='reviews.outgoingmail', verbose_name='daily mail')),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='reviews.event', verbose_name='event')),
                ('invitation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='reviews.invitation', verbose_name='invitation')),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'ordering': ('pk',),
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['due_at'], name='due_mails')],
                'constraints': [models.UniqueConstraint(fields=('event', 'account', 'kind'), name='one_mail_of_each')],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
