from .encode_buffer import EncodeBuffer, EncodeBufferPool
from .tagged_fields import TaggedFields
from .types import (
    BitField, Boolean, UUID, Bytes, String,
    Int8, Int16, Int32, Int64, UnsignedInt16, UnsignedVarInt32, Float64,
)

__all__ = [
    'BitField', 'Boolean', 'UUID', 'Bytes', 'String',
    'Int8', 'Int16', 'Int32', 'Int64', 'UnsignedInt16', 'UnsignedVarInt32', 'Float64',
    'TaggedFields', 'EncodeBuffer',
]
