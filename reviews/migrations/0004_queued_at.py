"""``rung_at`` is called ``queued_at``; its values stay. Two labels have plainer words."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0003_image_archives'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='inspection',
            name='unfinished_inspections',
        ),
        migrations.RemoveIndex(
            model_name='release',
            name='unfinished_releases',
        ),
        migrations.RemoveIndex(
            model_name='revision',
            name='unfinished_analyses',
        ),
        migrations.RenameField(
            model_name='inspection',
            old_name='rung_at',
            new_name='queued_at',
        ),
        migrations.RenameField(
            model_name='release',
            old_name='rung_at',
            new_name='queued_at',
        ),
        migrations.RenameField(
            model_name='revision',
            old_name='rung_at',
            new_name='queued_at',
        ),
        migrations.AlterField(
            model_name='decision',
            name='reason',
            field=models.CharField(blank=True, choices=[('false-positive', 'the rule is wrong here'), ('not-applicable', 'the rule does not apply here'), ('accepted-risk', 'known and accepted'), ('intended', 'the original is meant to be so'), ('other', 'another reason, given in the comment')], max_length=20),
        ),
        migrations.AlterField(
            model_name='submission',
            name='state',
            field=models.CharField(choices=[('received', 'received'), ('processing', 'being examined'), ('refused', 'cannot be processed'), ('failed', 'failed, internal error'), ('in_review', 'in review'), ('returned', 'returned'), ('rejected', 'rejected'), ('approved', 'approved'), ('released', 'released'), ('withdrawn', 'withdrawn')], default='received', editable=False, max_length=20),
        ),
        migrations.AddIndex(
            model_name='inspection',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['queued_at'], name='unfinished_inspections'),
        ),
        migrations.AddIndex(
            model_name='release',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['queued_at'], name='unfinished_releases'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['queued_at'], name='unfinished_analyses'),
        ),
    ]
