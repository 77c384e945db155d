"""Comments become threads. Those of before are threads of their own, which count as read."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

write_once = import_module("reviews.migrations.0020_write_once")


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0035_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='reply_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='reviews.comment'),
        ),
        migrations.AddField(
            model_name='comment',
            name='file',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='comment',
            name='line',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='comment',
            name='is_internal',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='comment',
            name='resolves',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='comment',
            name='can_be_unread',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='comment',
            name='can_be_unread',
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AlterField(
            model_name='comment',
            name='text',
            field=models.TextField(blank=True, max_length=4000),
        ),
        # SQLite made the table anew, without its triggers.
        migrations.RunPython(write_once.guard, migrations.RunPython.noop),
        migrations.CreateModel(
            name='CommentRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='reviews.comment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments_read', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'comment'), name='comments_are_read_once')],
            },
        ),
    ]
