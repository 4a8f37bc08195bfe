"""Addresses of the complaint pages."""

from __future__ import annotations

from django.urls import path

from complaints import views_letters, views_new, views_own_data, views_rating, views_receipt, views_track

app_name = "complaints"

urlpatterns = [
    path("new/", views_new.new, name="new"),
    path("new/<slug:draft_id>/<slug:step_name>/", views_new.step, name="step"),
    path("receipt/<slug:draft_id>/", views_receipt.receipt, name="receipt"),
    path("track/", views_track.track, name="track"),
    path("track/answer/<int:question_id>/", views_track.answer, name="answer"),
    path("track/material/", views_track.material, name="material"),
    path("track/withdraw/", views_track.withdraw_page, name="withdraw"),
    path("track/letters/<int:event_pk>.pdf", views_letters.followed_letter, name="letter"),
    path("track/rating/", views_rating.rating, name="rating"),
    path("track/review/", views_rating.review, name="review"),
    path("track/conduct/", views_rating.conduct, name="conduct"),
    path("track/lost/", views_own_data.lost, name="lost"),
    path("track/data/", views_own_data.own_data, name="own_data"),
    path("track/close/", views_track.close, name="close"),
]
