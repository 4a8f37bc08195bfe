"""Addresses of cases that belong together, and of letters, under `/staff/complaints/`."""

from __future__ import annotations

from django.urls import path

from complaints import views_letters, views_links

app_name = "links"

urlpatterns = [
    path("<int:pk>/links/", views_links.linked, name="linked"),
    path("<int:pk>/links/link/", views_links.link_page, name="link"),
    path("<int:pk>/links/<int:link_pk>/unlink/", views_links.unlink_page, name="unlink"),
    path("<int:pk>/links/merge/", views_links.merge_page, name="merge"),
    path("<int:pk>/links/unmerge/", views_links.unmerge_page, name="unmerge"),
    path("<int:pk>/letters/<int:event_pk>.pdf", views_letters.letter, name="letter"),
]
