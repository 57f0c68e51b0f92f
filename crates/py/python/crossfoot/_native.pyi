from typing import Any, Optional, Sequence, Union

__version__: str

class Error(Exception):
    """A run that could not be done, and why."""

class Frame:
    """A table in memory, with the name that findings call it by."""

    def __new__(cls, capsule: Any, name: str) -> Frame: ...

class Outcome:
    """What a check came to."""

    @property
    def fails(self) -> bool: ...
    def write(self, format: str, verbose: bool = False) -> str: ...

class Difference:
    """How two editions differ."""

    @property
    def is_empty(self) -> bool: ...
    def write(self, format: str) -> str: ...

class Draft:
    """What was said of the numbers of a draft."""

    @property
    def json(self) -> str: ...
    @property
    def text(self) -> str: ...

class Suggested:
    """Rules that tables support."""

    @property
    def rules(self) -> list[tuple[Optional[str], str]]: ...
    @property
    def unwritten(self) -> list[str]: ...
    @property
    def cut(self) -> bool: ...
    @property
    def unread(self) -> list[str]: ...

class Series:
    """Series, and what was expected of them."""

    def write(self, format: str) -> str: ...

_Given = Union[Frame, str]
_Options = dict[str, Any]

def check(tables: Sequence[_Given], options: _Options) -> Outcome: ...
def diff(old: _Given, new: _Given, options: _Options) -> Difference: ...
def article(draft: str, tables: Sequence[_Given], options: _Options) -> tuple[Draft, Outcome]: ...
def suggest(tables: Sequence[_Given], reading: _Options) -> Suggested: ...
def history(source: _Given, options: _Options) -> Series: ...
def stream(columns: Sequence[tuple[str, Sequence[Any]]]) -> Any: ...
