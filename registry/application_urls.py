"""Addresses of applications and crews at the desk, included into the namespace of the desk."""

from __future__ import annotations

from django.urls import path

from registry import views_application as form
from registry import views_applications as lists
from registry import views_crew as crew
from registry import views_review as review

urlpatterns = [
    path("applications/", lists.applications, name="applications"),
    path("applications/new/", form.new, name="application_new"),
    path("applications/check/", form.check, name="application_check"),
    path("applications/<int:pk>/", review.application, name="application"),
    path("applications/<int:pk>/decide/", review.decide, name="application_decide"),
    path("applications/<int:pk>/answer/", form.answer, name="application_answer"),
    path("applications/<int:pk>/documents/<int:document_pk>/", review.document, name="application_document"),
    path("crew/", crew.members, name="crew"),
    path("crew/add/", crew.add, name="crew_add"),
    path("crew/<int:pk>/", crew.change, name="crew_member"),
    path("crew/<int:pk>/left/", crew.left, name="crew_left"),
]
