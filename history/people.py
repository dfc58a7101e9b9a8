"""Who somebody was at the moment they did something."""

from datetime import UTC

UNKNOWN = "Somebody unknown"


def as_they_are(user):
    """Return what history keeps of `user`: id, user name, name and roles as they are now; None for somebody unknown."""
    if user is None:
        return None
    roles = [*(group.name for group in user.groups.all()), *(["Superuser"] if user.is_superuser else [])]
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.get_full_name() or user.username,
        "roles": sorted(roles),
    }


def moment(value):
    """Return how history writes an aware datetime: ISO 8601 in UTC, to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
