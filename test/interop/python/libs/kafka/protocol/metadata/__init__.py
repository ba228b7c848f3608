from .api_versions import *
from .api_versions import __all__ as api_versions_all

from .find_coordinator import *
from .find_coordinator import __all__ as find_coordinator_all

from .metadata import *
from .metadata import __all__ as metadata_all

__all__ = api_versions_all + find_coordinator_all + metadata_all
