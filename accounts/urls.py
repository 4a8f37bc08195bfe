"""Addresses of people, invitations and the session, under `/staff/`."""

from __future__ import annotations

from django.urls import path, re_path

from accounts import views_account, views_session
from accounts import views_first_admin as first
from accounts import views_people as views

app_name = "accounts"

urlpatterns = [
    path("stay/", views_session.stay, name="stay"),
    path("language/", views_account.language, name="language"),
    path("invitation/<str:token>/", views.accept, name="accept"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/invite/institution/", views.invite_institution, name="invite_institution"),
    re_path(
        r"^people/invite/(?P<kind>institution|authority)/(?P<pk>[0-9]{1,18})/$", first.invite_admin, name="invite_admin"
    ),
    re_path(
        r"^people/invite/(?P<kind>institution|authority)/(?P<pk>[0-9]{1,18})/left/(?P<person_pk>[0-9]{1,18})/$",
        first.close_left,
        name="close_left",
    ),
    path("people/invitations/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/second-factor/", views.reset, name="reset"),
    path("people/<int:pk>/close/", views.close, name="close"),
]
