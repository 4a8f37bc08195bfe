"""Programs for those who work on the product: pictures for the documents. Nothing here runs in production."""
