"""A change in the texts alone, in a few words."""

from doelbinding.analysis.diff.texts import TextChange
from doelbinding.views.differences.phrases import PHRASES
from doelbinding.views.explain import Language


def text_change(change: TextChange, lang: Language) -> str:
    """The section, the id, what happened, and to which keys."""
    phrases = PHRASES[lang]
    named = " ".join(filter(None, (phrases[change.section], change.id)))
    keys = f": {', '.join(change.keys)}" if change.keys else ""
    told = f"{named}, {phrases[change.happened]}{keys}"
    return f"{told} ({phrases['whom']})" if "default-subject" in change.keys else told
