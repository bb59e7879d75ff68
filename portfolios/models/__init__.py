"""The data of the learner's own room."""

from portfolios.models.share import Share

__all__ = ["Share"]
