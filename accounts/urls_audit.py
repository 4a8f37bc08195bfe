"""Addresses of the audit record and of the API keys, under `/staff/`."""

from __future__ import annotations

from django.urls import path

from accounts import views_audit, views_keys

urlpatterns = [
    path("audit/", views_audit.audit_list, name="audit"),
    path("audit/export/", views_audit.audit_export, name="audit_export"),
    path("keys/", views_keys.key_list, name="keys"),
    path("keys/<int:pk>/revoke/", views_keys.key_revoke, name="key_revoke"),
]
