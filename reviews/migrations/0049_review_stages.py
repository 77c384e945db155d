"""Stages of a review, and their approvals, which are written once."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

write_once = import_module("reviews.migrations.0020_write_once")
TABLE = "reviews_stageapproval"


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let approvals only be added."""
    write_once.guard_table(schema_editor, TABLE)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers."""
    write_once.unguard_table(schema_editor, TABLE)


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('reviews', '0048_review_turns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(help_text='Stages are approved in this order, the smallest first.', verbose_name='position')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('chinese_name', models.CharField(max_length=60, verbose_name='Chinese name')),
                ('needs_another', models.BooleanField(default=True, help_text='Who approved an earlier stage of the revision cannot approve this one.', verbose_name='another person')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('group', models.ForeignKey(help_text='Reviewers of this group approve the stage.', on_delete=django.db.models.deletion.PROTECT, related_name='review_stages', to='auth.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'review stage',
                'verbose_name_plural': 'review stages',
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='StageApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('findings_seen', models.CharField(max_length=64, verbose_name='findings seen')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stage_approvals', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.event', verbose_name='event')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stage_approvals', to='reviews.revision', verbose_name='revision')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='reviews.reviewstage', verbose_name='stage')),
            ],
            options={
                'verbose_name': 'stage approval',
                'verbose_name_plural': 'stage approvals',
                'ordering': ('pk',),
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
