from leaflets.models.checked import CheckedAddress
from leaflets.models.draft import Leaflet
from leaflets.models.edition import Edition, Event, Kind, Pin
from leaflets.models.parts import Evidence, GroupPlacement, LeafletLink, ProgrammePlacement, Section
from leaflets.models.reminder import Reminder
from leaflets.models.rendering import Rendering
from leaflets.models.sign_on import SignOn
from leaflets.models.verification import Verification

__all__ = [
    "CheckedAddress",
    "Edition",
    "Event",
    "Evidence",
    "GroupPlacement",
    "Kind",
    "Leaflet",
    "LeafletLink",
    "Pin",
    "ProgrammePlacement",
    "Reminder",
    "Rendering",
    "Section",
    "SignOn",
    "Verification",
]
