from .acl import *
from .acl import __all__ as acl_all

from .client_quotas import *
from .client_quotas import __all__ as client_quotas_all

from .cluster import *
from .cluster import __all__ as cluster_all

from .configs import *
from .configs import __all__ as configs_all

from .groups import *
from .groups import __all__ as groups_all

from .topics import *
from .topics import __all__ as topics_all

from .transactions import *
from .transactions import __all__ as transactions_all

from .users import *
from .users import __all__ as users_all


__all__ = (
    acl_all + client_quotas_all + cluster_all + configs_all
    + groups_all + topics_all + transactions_all + users_all
)
