"""Evidence made safe: what a citizen uploads is inspected, decoded apart, and rebuilt as a clean copy.

Nothing here knows the database or a request. `intake` is the door, `store` keeps the results sealed; `images`,
`media` and `pdf` are programs of their own that run in a limited child process (`sandbox` starts it, `child` is its
frame) and import neither Django nor its settings.
"""
