from .base import BaseField
from .simple import SimpleField
from .struct import StructField
from .array import ArrayField
from .struct_array import StructArrayField

__all__ = ["BaseField", "SimpleField", "StructField", "ArrayField", "StructArrayField"]
