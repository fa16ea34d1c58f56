"""The gate around a function whose call is the transfer."""

from collections.abc import Callable
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from doelbinding.gate.gate import Gate

_Arguments = ParamSpec("_Arguments")
_Value = TypeVar("_Value")


def guarded(
    gate: "Gate", given: dict[str, Any], function: Callable[_Arguments, _Value]
) -> Callable[_Arguments, _Value]:
    """The function, called only when its transfer may go; what becomes of the call is recorded.

    Where a value of `given` is a function, it is called with the call's own arguments. Raises
    `TypeError` for a generator, of whose call nobody could tell what became of it.
    """
    if isgeneratorfunction(function) or isasyncgenfunction(function):
        raise TypeError("a generator runs when its call has returned already")

    def asked(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> dict[str, Any]:
        return {
            name: value(*args, **kwargs) if callable(value) else value
            for name, value in given.items()
        }

    if iscoroutinefunction(function):

        @wraps(function)
        async def sent_async(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> object:
            async with gate.send_async(**asked(*args, **kwargs)):
                return await function(*args, **kwargs)

        return cast(Callable[_Arguments, _Value], sent_async)

    @wraps(function)
    def sent(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Value:
        with gate.send(**asked(*args, **kwargs)):
            return function(*args, **kwargs)

    return sent
