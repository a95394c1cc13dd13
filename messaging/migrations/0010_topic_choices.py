from django.db import migrations, models


class Migration(migrations.Migration):
    """What was an opt-out says whether a topic is wanted, so that the monthly summary can be asked for."""

    dependencies = [("messaging", "0009_longer_subjects")]

    operations = [
        migrations.RenameModel("OptOut", "TopicChoice"),
        migrations.AddField("topicchoice", "is_wanted", models.BooleanField(default=False), preserve_default=False),
        migrations.RemoveConstraint("topicchoice", "opt_out_once"),
        migrations.RemoveConstraint("topicchoice", "opt_out_topic_known"),
        migrations.AddConstraint(
            "topicchoice", models.UniqueConstraint(fields=["address", "topic"], name="topic_chosen_once")
        ),
        migrations.AddConstraint(
            "topicchoice",
            models.CheckConstraint(
                condition=models.Q(topic__in=["reminders", "preparation", "evaluation", "people", "digest"]),
                name="chosen_topic_known",
            ),
        ),
    ]
