"""Uploads made safe: each is inspected, decoded apart, rebuilt as a clean copy, and kept sealed.

Nothing here knows the database or a request. `intake` is the door, `store` keeps the results sealed; `images`,
`media` and `pdf` are programs of their own that run in a limited child process (`sandbox` starts it, `child` is its
frame) and import neither Django nor its settings.
"""
