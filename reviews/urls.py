"""Which address leads to which page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from .views import (
    changes,
    frame,
    language,
    queue,
    release_page,
    reviewing,
    rules,
    signing_in,
    submissions,
    submitting,
    versions,
)
from .views import submission_tabs as looking

urlpatterns: list[URLPattern | URLResolver] = [
    path("", frame.home, name="home"),
    path("theme/", frame.theme, name="theme"),
    path("language/", language.language, name="language"),
    path("help/", frame.help_page, name="help"),
    *signing_in.urlpatterns,
    path("rules/", rules.index, name="rules"),
    path("rules/<str:rule>/", rules.page, name="rule"),
    path("log/", submissions.log, name="log"),
    path("services/<int:pk>/", versions.service, name="service"),
    path("services/<int:pk>/compare/", versions.compare, name="compare-versions"),
    path("submissions/", submissions.listing, name="submissions"),
    path("submissions/new/", submitting.new, name="new-submission"),
    path("submissions/demo/", submitting.demo, name="demo-package"),
    path("submissions/<int:pk>/", looking.findings, name="submission"),
    path("submissions/<int:pk>/changes/", changes.changes, name="changes"),
    path("submissions/<int:pk>/images/", looking.images, name="images"),
    path("submissions/<int:pk>/files/", looking.files, name="files"),
    path("submissions/<int:pk>/release/", release_page.release, name="release"),
    path("submissions/<int:pk>/release/suspend/", release_page.suspend, name="suspend"),
    path("submissions/<int:pk>/release/resume/", release_page.resume, name="resume"),
    path("submissions/<int:pk>/release/reconsider/", release_page.reconsider, name="reconsider"),
    path("submissions/<int:pk>/release/again/", release_page.publish_again, name="publish-again"),
    path("submissions/<int:pk>/history/", looking.history, name="history"),
    path("submissions/<int:pk>/progress/", looking.progress, name="progress"),
    path("submissions/<int:pk>/comment/", looking.comment, name="comment"),
    path("submissions/<int:pk>/revise/", submitting.revise, name="revise"),
    path("submissions/<int:pk>/withdraw/", submitting.withdraw, name="withdraw"),
    path(
        "submissions/<int:pk>/rev/<int:number>/download/<str:artifact>/",
        looking.download,
        name="download",
    ),
    path("review/", queue.queue, name="queue"),
    path("review/<int:pk>/", reviewing.review, name="review"),
    path("review/<int:pk>/claim/", reviewing.claim, name="claim"),
    path("review/<int:pk>/unclaim/", reviewing.unclaim, name="unclaim"),
    path("review/<int:pk>/decide/", reviewing.decide, name="decide"),
    path("review/<int:pk>/comment/", reviewing.comment, name="review-comment"),
    path("review/<int:pk>/return/", reviewing.return_to_partner, name="return"),
    path("review/<int:pk>/reject/", reviewing.reject, name="reject"),
    path("review/<int:pk>/approve/", reviewing.approve, name="approve"),
]
