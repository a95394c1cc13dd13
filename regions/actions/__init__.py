from regions.actions.assign import assign_municipalities
from regions.actions.change import change_region
from regions.actions.create import create_region
from regions.actions.load import load_municipalities

__all__ = ["assign_municipalities", "change_region", "create_region", "load_municipalities"]
