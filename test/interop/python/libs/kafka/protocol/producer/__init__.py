from .produce import *
from .produce import __all__ as produce_all

from .transaction import *
from .transaction import __all__ as transaction_all

__all__ = produce_all + transaction_all
