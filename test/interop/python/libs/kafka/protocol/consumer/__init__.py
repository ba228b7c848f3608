from .fetch import *
from .fetch import __all__ as fetch_all

from .group import *
from .group import __all__ as group_all

from .metadata import *
from .metadata import __all__ as metadata_all

from .offsets import *
from .offsets import __all__ as offsets_all

__all__ = fetch_all + group_all + metadata_all + offsets_all
