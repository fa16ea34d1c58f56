"""`doelbinding init`: a small policy to start from, in a new folder."""

import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from doelbinding.cli.command import Helpful
from doelbinding.cli.exits import Exit
from doelbinding.cli.folder import check_is_new, write_new_files
from doelbinding.cli.options import reader_options
from doelbinding.cli.output import OutputError, remark, wants_colour, write
from doelbinding.diagnostics import errors
from doelbinding.loader import load_texts
from doelbinding.validator import validate
from doelbinding.views.explain import Language
from doelbinding.views.starter import TIMEZONE, Starter, render_welcome, schema_files, starter_files
from doelbinding.views.terminal import Painter, safe

_NAMES = {"en": "Our organisation", "nl": "Onze organisatie"}


@click.command("init", cls=Helpful)
@click.argument("FOLDER", default="policy")
@click.option("--name", metavar="TEXT", help="What your organisation is called.")
@click.option("--id", "identifier", metavar="ID", help="Its id; left out, made from the name.")
@click.option("--schemas", is_flag=True, help="Write the schemas for editors alone, anew.")
@click.option("--force", is_flag=True, help="Take a folder that is not empty; no file is replaced.")
@reader_options
def command(
    folder: str,
    name: str | None,
    identifier: str | None,
    schemas: bool,
    force: bool,
    lang: Any,  # noqa: ANN401 - one of the languages, as click has checked
    color: str,
) -> int:
    """Lay out a small policy in FOLDER, which is usually `policy`, full of remarks.

    It is valid as it is, has a test and an invariant, and brings schemas by which editors
    complete and check. Remarks and labels are in the language of --lang.
    """
    if not folder:
        raise click.BadParameter("name a folder", param_hint="FOLDER")
    if schemas:
        return _renew_schemas(folder)
    starter = _named(name, identifier, lang)
    files = _texts(starter)
    check_is_new(folder, files, force=force)
    _check_alone(folder)
    write_new_files(folder, files)
    write(render_welcome(folder, lang, Painter(colour=wants_colour(color, None))), None)
    return Exit.WELL


def _named(name: str | None, identifier: str | None, lang: Language) -> Starter:
    called = _NAMES[lang] if name is None else name
    if not called.isprintable() or not called.strip():
        raise click.BadParameter("give it on one line", param_hint="--name")
    own = _id_of(called) if identifier is None else identifier
    if not own:
        raise click.BadParameter("no id can be made of it: give one with --id", param_hint="--name")
    return Starter(own, called, lang, datetime.now(ZoneInfo(TIMEZONE)).date())


def _id_of(name: str) -> str:
    """The letters and digits of a name, without their accents, in words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:64].strip("-")


def _texts(starter: Starter) -> dict[str, str]:
    """The files, unless the id is none, or one that the policy has for something else."""
    hint = f"--id {starter.id}"
    if not re.fullmatch(r"[a-z0-9.-]+", starter.id):  # it would stand in YAML as it is
        raise click.BadParameter("write lower-case words joined by hyphens", param_hint=hint)
    files = starter_files(starter)
    texts = [(name, text) for name, text in files.items() if "/" not in name]
    wrong = errors(validate(load_texts("policy", texts)).findings)
    if wrong:
        raise click.BadParameter(wrong[0].message, param_hint=hint)
    return {**files, **schema_files()}


def _check_alone(folder: str) -> None:
    """Refuse a folder with YAML of its own, which would be read as part of the policy."""
    for found in sorted(Path(folder).glob("[!.]*.y*ml")):
        message = f"{found} would be part of the policy"
        raise OutputError(message, "Name a new folder, or one without YAML files.")


def _renew_schemas(folder: str) -> int:
    if not Path(folder).is_dir():
        raise OutputError(f"there is no folder {folder}", "Name the folder of the policy.")
    for name, text in schema_files().items():
        target = Path(folder, name)
        target.parent.mkdir(exist_ok=True)
        write(text, str(target), force=True)
    remark(f"{safe(folder)}: schemas for editors, as of this version")
    return Exit.WELL
