"""The province of a vehicle as the database reads it, so that an index begins with it.

Lists are read in the order of a column within one jurisdiction. An index on the column alone makes the database walk
through the vehicles of every other province on the way; one on province and column begins at the right place.
"""

from __future__ import annotations

from django.db.models import CharField, Func


class Province(Func):
    """The first two digits of a division code, written out in SQL: a parameter would not match the index."""

    function = "SUBSTR"
    template = "%(function)s(%(expressions)s, 1, 2)"
    output_field = CharField(max_length=2)
