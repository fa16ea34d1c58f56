"""`doelbinding audit verify`: whether a log is whole, and how far that is proven."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from doelbinding.cli.command import Helpful
from doelbinding.cli.exits import Exit
from doelbinding.cli.logs import LogChoice
from doelbinding.cli.options import exit_zero_option, log_options, output_options
from doelbinding.cli.output import check_target, wants_colour, write
from doelbinding.cli.progress import Count
from doelbinding.errors import SourceError
from doelbinding.views.terminal import Painter

if TYPE_CHECKING:
    from doelbinding.audit.head import SignedHead
    from doelbinding.audit.pending import Receipt
    from doelbinding.signing import PublicKey
    from doelbinding.stores.store import Store
    from doelbinding.views.auditing import Verified

_RESTORE = "Put back the newest copy of the log, and verify that."


@click.command("verify", cls=Helpful)
@log_options(required=True)
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="FILE",
    help="Heads that were kept elsewhere; repeatable. The copy beside the keys always counts.",
)
@click.option("--key", metavar="FILE", help="The public key of heads; left out, the one in --keys.")
@click.option("--receipts", metavar="FILE", help="Receipts that callers kept, as JSON Lines.")
@click.option("--decide", is_flag=True, help="Decide once more by the kept policies, and compare.")
@click.option("--no-integrity", is_flag=True, help="Do not ask the database about itself.")
@output_options("text", "json")
@exit_zero_option
def command(
    log: LogChoice,
    heads: tuple[str, ...],
    key: str | None,
    receipts: str | None,
    decide: bool,
    no_integrity: bool,
    form: str,
    output: str | None,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
    exit_zero: bool,
) -> int:
    """Find every change and every loss in a log, as far as its heads reach.

    \b
    doelbinding audit verify --log audit.db --keys keys --head /mnt/elsewhere/heads

    Ends with 1 when anything is not as it was written, when a running number shows that something
    was never written, and when --decide comes to other answers. Nothing is written to the log.
    """  # noqa: D301 - click takes the character that the escape stands for
    check_target(output, force=force)
    from doelbinding.cli.audit.kept import heads_in, heads_of, key_of, receipts_in
    from doelbinding.views.auditing import render_verified, render_verified_json

    kept = [] if receipts is None else receipts_in(receipts)
    elsewhere = [each for path in heads for each in heads_in(path)]
    store = log.store()
    try:
        folder = log.key_folder(_state(store).log)
        known = [*heads_of(log.keys), *elsewhere]
        public = key_of(key, folder, known)
        verified = _verified(store, known, public, kept, decide=decide, ask=not no_integrity)
    finally:
        store.close()
    text = (
        render_verified_json(verified) + "\n"
        if form == "json"
        else render_verified(verified, lang, Painter(colour=wants_colour(color, output)))
    )
    write(text, output, force=force)
    return Exit.WELL if verified.is_well or exit_zero else Exit.FINDING


def _verified(
    store: "Store",
    heads: "Sequence[SignedHead]",
    key: "PublicKey | None",
    receipts: "Sequence[Receipt]",
    *,
    decide: bool,
    ask: bool,
) -> "Verified":
    from doelbinding.audit.verify import verify
    from doelbinding.gate.again import decide_again
    from doelbinding.views.auditing import Verified

    today, size = datetime.now(UTC).date().isoformat(), _state(store).size
    with Count("verifying", size) as bar:
        report = verify(
            store, today=today, heads=heads, key=key, receipts=receipts, advance=bar.advance
        )
    again = None
    if decide:
        with Count("deciding", size) as bar:
            again = decide_again(store, bar.advance)
    problem = store.integrity() if ask else None
    return Verified(report, store.name, store.engine, ask, problem, again)


class _State(NamedTuple):
    """What the log says of itself: its id, and how many entries it has."""

    log: str
    size: int


def _state(store: "Store") -> _State:
    with store.snapshot() as snapshot:
        for log, size in snapshot.rows("SELECT log, size FROM state"):
            return _State(log, size)
    raise SourceError(f"{store.name} says nothing of the log that it holds", _RESTORE)
