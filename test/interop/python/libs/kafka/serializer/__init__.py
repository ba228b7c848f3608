from .abstract import Serializer, Deserializer
from .default import DefaultSerializer
from .json import JsonSerializer
from .wrapper import DeserializeWrapper, SerializeWrapper
