"""Recipients as staff may see them."""


def mask_recipient(recipient: str) -> str:
    """`138****5678` for a number, `z***@example.org` for an address; stars alone where little would stay hidden."""
    name, at, domain = recipient.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    if len(recipient) >= 11:
        return f"{recipient[:-8]}****{recipient[-4:]}"
    return "****"
