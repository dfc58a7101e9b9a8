from leaflets.admin.editions import EditionAdmin
from leaflets.admin.leaflet import LeafletAdmin
from leaflets.admin.people import PersonAdmin, RoleAdmin

__all__ = ["EditionAdmin", "LeafletAdmin", "PersonAdmin", "RoleAdmin"]
