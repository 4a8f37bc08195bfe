"""Addresses of the complaint pages."""

from __future__ import annotations

from django.urls import path

from complaints import views_letters, views_new, views_receipt, views_track

app_name = "complaints"

urlpatterns = [
    path("new/", views_new.new, name="new"),
    path("new/<slug:draft_id>/<slug:step_name>/", views_new.step, name="step"),
    path("receipt/<slug:draft_id>/", views_receipt.receipt, name="receipt"),
    path("track/", views_track.track, name="track"),
    path("track/material/", views_track.material, name="material"),
    path("track/withdraw/", views_track.withdraw_page, name="withdraw"),
    path("track/letters/<int:event_pk>.pdf", views_letters.followed_letter, name="letter"),
    path("track/close/", views_track.close, name="close"),
]
