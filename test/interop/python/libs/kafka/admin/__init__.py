from kafka.admin.client import KafkaAdminClient
from kafka.admin._acls import (
    ACL, ACLFilter, ResourcePattern, ResourcePatternFilter, ACLOperation,
    ResourceType, ACLPermissionType, ACLResourcePatternType)
from kafka.admin._cluster import UpdateFeatureType
from kafka.admin._configs import (
    AlterConfigOp, ConfigFilterType, ConfigResource, ConfigResourceType,
    ConfigType, ConfigSourceType)
from kafka.admin._groups import GroupState, GroupType, MemberToRemove
from kafka.admin._partitions import NewPartitions, OffsetSpec, OffsetTimestamp
from kafka.admin._topics import NewTopic
from kafka.admin._transactions import (
    AbortTransactionSpec, PartitionProducerState, ProducerState,
    TransactionDescription, TransactionListing, TransactionState)
from kafka.admin._users import (
    ScramMechanism, UserScramCredentialDeletion, UserScramCredentialUpsertion)

__all__ = [
    'KafkaAdminClient',
    'ACL', 'ACLFilter', 'ACLOperation', 'ACLPermissionType', 'ACLResourcePatternType',
    'ResourceType', 'ResourcePattern', 'ResourcePatternFilter',
    'AlterConfigOp', 'ConfigResource', 'ConfigResourceType', 'ConfigType', 'ConfigSourceType',
    'UpdateFeatureType',
    'GroupState', 'GroupType', 'MemberToRemove',
    'OffsetSpec', 'OffsetTimestamp', # NewTopic + NewPartitions are deprecated and not included in __all__
    'AbortTransactionSpec', 'PartitionProducerState', 'ProducerState',
    'TransactionDescription', 'TransactionListing', 'TransactionState',
    'ScramMechanism', 'UserScramCredentialDeletion', 'UserScramCredentialUpsertion',
]
