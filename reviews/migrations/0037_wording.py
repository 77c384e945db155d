"""Reasons of decisions become records, with the codes they had; texts that reviewers insert."""

import django.core.validators
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REASONS = (
    ("false-positive", "the rule is wrong here", "规则在此处判断有误"),
    ("not-applicable", "the rule does not apply here", "规则不适用于此处"),
    ("accepted-risk", "known and accepted", "已知并接受"),
    ("in-registry", "the images are in the registry already", "镜像已在镜像仓库中"),
    ("intended", "the original is meant to be so", "原文有意如此"),
    ("other", "another reason, given in the comment", "其他理由（在评论中说明）"),
)


def seed(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the reasons that decisions could have until now."""
    reason = apps.get_model("reviews", "DecisionReason")
    for order, (code, english, chinese) in enumerate(REASONS, 1):
        words = {"english": english, "chinese": chinese, "order": order * 10}
        reason.objects.get_or_create(code=code, defaults=words)


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0036_conversation'),
    ]

    operations = [
        migrations.CreateModel(
            name='DecisionReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Kept with each decision, so it is never changed.', max_length=20, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9][a-z0-9-]*\\Z', 'Small letters, digits and - only.')], verbose_name='code')),
                ('english', models.CharField(max_length=200, verbose_name='in English')),
                ('chinese', models.CharField(max_length=200, verbose_name='in Chinese')),
                ('is_active', models.BooleanField(default=True, verbose_name='is offered')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
            ],
            options={
                'verbose_name': 'reason',
                'verbose_name_plural': 'reasons',
                'ordering': ('order', 'code'),
            },
        ),
        migrations.CreateModel(
            name='CannedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('comment', 'comment'), ('return', 'return to the partner'), ('reject', 'rejection')], max_length=10, verbose_name='for')),
                ('title_english', models.CharField(max_length=100, verbose_name='title in English')),
                ('title_chinese', models.CharField(max_length=100, verbose_name='title in Chinese')),
                ('text_english', models.TextField(max_length=2000, verbose_name='text in English')),
                ('text_chinese', models.TextField(max_length=2000, verbose_name='text in Chinese')),
                ('is_active', models.BooleanField(default=True, verbose_name='is offered')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
            ],
            options={
                'verbose_name': 'text to insert',
                'verbose_name_plural': 'texts to insert',
                'ordering': ('use', 'order', 'pk'),
            },
        ),
        migrations.AlterField(
            model_name='decision',
            name='reason',
            field=models.CharField(blank=True, max_length=20, verbose_name='reason'),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
