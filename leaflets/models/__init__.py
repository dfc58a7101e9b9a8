from leaflets.models.draft import Leaflet
from leaflets.models.edition import Edition, Event, Kind, Pin
from leaflets.models.parts import Evidence, GroupPlacement, LeafletLink, ProgrammePlacement, Section
from leaflets.models.rendering import Rendering

__all__ = [
    "Edition",
    "Event",
    "Evidence",
    "GroupPlacement",
    "Kind",
    "Leaflet",
    "LeafletLink",
    "Pin",
    "ProgrammePlacement",
    "Rendering",
    "Section",
]
