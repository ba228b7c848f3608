from .fields import *
from .fields import __all__ as fields_all

from .load_json import load_json


__all__ = fields_all + ['load_json']
