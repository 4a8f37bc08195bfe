"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): concluded cases for everybody, intake for partner platforms.

What is listed, when, and why so little of it: docs/decisions/0018-open311.md.
"""
