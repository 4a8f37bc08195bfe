"""The web server's entry."""

import os

from django.core.wsgi import get_wsgi_application

from config.orphan import leave_with_parent
from edge.charset import Utf8Only
from vault.checks import stop_unless_keys_open_data

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = Utf8Only(get_wsgi_application())
stop_unless_keys_open_data()
leave_with_parent()
