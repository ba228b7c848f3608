from .abort import AbortTransaction
from .describe import DescribeTransactions
from .describe_producers import DescribeProducers
from .find_hanging import FindHangingTransactions
from .list import ListTransactions


class TransactionsCommandGroup:
    GROUP = 'transactions'
    HELP = 'Inspect and recover from hanging transactions (KIP-664)'
    COMMANDS = [
        ListTransactions,
        DescribeTransactions,
        DescribeProducers,
        FindHangingTransactions,
        AbortTransaction,
    ]
