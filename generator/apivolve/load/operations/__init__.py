"""Documents → operations, security and servers."""

from .reader import OperationReader
from .security import requirements, security_schemes, servers

__all__ = ["OperationReader", "requirements", "security_schemes", "servers"]
