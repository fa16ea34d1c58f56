"""Specially protected data in a ceiling without a ground for them."""

from collections.abc import Iterator
from functools import cache

from doelbinding.diagnostics import Severity
from doelbinding.model.categories import Protection
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule

_ARTICLES = {
    Protection.SPECIAL: "GDPR Art. 9",
    Protection.CRIMINAL: "GDPR Art. 10",
    Protection.NATIONAL_ID: "GDPR Art. 87",
}


@rule(
    Severity.ERROR,
    "Leave it out of `data`, or add `explicit-consent: true` (Art. 9(2)(a)) or the ground under "
    "`special-category-condition`.",
)
def special_data_without_ground(draft: Draft) -> Iterator[Issue]:
    """A purpose whose ceiling holds specially protected data says on which ground."""
    declared = draft.declarations

    @cache
    def protected_within(category: str) -> str | None:
        return _protected_within(draft, category)

    for identifier, written in declared.purposes.items():
        purpose = declared.purpose(identifier)
        if purpose.explicit_consent or purpose.special_category_condition:
            continue
        if written.data is None and written.explicit_consent is None:
            continue
        for index, category in enumerate(purpose.data or ()):
            protected = protected_within(category)
            if protected:
                article = _ARTICLES[declared.protection(protected)]
                what = f"`{protected}` is specially protected ({article})"
                message = f"{what}, and `{identifier}` names no ground"
                key = ("data", index) if written.data is not None else ("explicit-consent",)
                yield Issue(("purposes", identifier, *key), message)


def _protected_within(draft: Draft, category: str) -> str | None:
    declared = draft.declarations
    below = sorted(declared.category_tree.below(category))
    return next((each for each in below if declared.protection(each) in _ARTICLES), None)
