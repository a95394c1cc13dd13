from cohorts.actions.load_programmes import load_programmes

__all__ = ["load_programmes"]
