"""Addresses at the wall, for officers, under `/staff/complaints/`: files, masked data, what institutions are told."""

from __future__ import annotations

from django.urls import path

from complaints import views_crossing, views_evidence, views_reveal

app_name = "wall"

urlpatterns = [
    path("reveals/", views_reveal.waiting, name="waiting"),
    path("reveals/<int:reveal_pk>/", views_reveal.decide, name="decide"),
    path("<int:pk>/person/", views_reveal.person, name="person"),
    path("<int:pk>/person/<int:reveal_pk>/", views_reveal.shown, name="shown"),
    path("<int:pk>/evidence/", views_evidence.gallery, name="evidence"),
    path("<int:pk>/evidence/<int:evidence_pk>/", views_evidence.ask, name="ask_original"),
    path("<int:pk>/evidence/<int:evidence_pk>/file", views_evidence.file, name="file"),
    path("<int:pk>/evidence/<int:evidence_pk>/original", views_evidence.original, name="original"),
    path("<int:pk>/parts/<int:part_pk>/forward/", views_crossing.forward_page, name="forward"),
    path("<int:pk>/forwardings/<int:forwarding_pk>/<slug:step_name>/", views_crossing.step, name="step"),
]
