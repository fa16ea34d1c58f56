"""What is said of where data can end up, in English and Dutch."""

from doelbinding.views.explain import Language

_ENGLISH = {
    "several": "{what} can get from {start} to {count} other parties",
    "one": "{what} can get from {start} to 1 other party",
    "none": "{what} can get from {start} to no other party",
    "part": "{category}, or part of it,",
    "hops": "{count} hops",
    "hop": "1 hop",
    "used": "used there itself",
    "back": "back in {count} hops",
    "for": "for {purpose}",
    "data": "{data}, about {subjects}",
    "anybody": "anybody",
    "none-needed": "without conditions",
    "recorded": "on record",
    "or": "or {condition}",
    "more": "on {count} other conditions",
    "since": "from {day}",
    "until": "until {day}",
    "not-before": "not before {day}",
    "above": "as above",
    "wider": "wider than the hop before: {data}",
    "legend": "dashed: on conditions only · thick: on record only · red: wider than the hop before",
}

_DUTCH = {
    "several": "{what} kan van {start} bij {count} andere partijen komen",
    "one": "{what} kan van {start} bij 1 andere partij komen",
    "none": "{what} kan van {start} bij geen andere partij komen",
    "part": "{category}, of een deel ervan,",
    "hops": "{count} stappen",
    "hop": "1 stap",
    "used": "gebruik aldaar",
    "back": "terug in {count} stappen",
    "for": "voor {purpose}",
    "data": "{data}, over {subjects}",
    "anybody": "wie dan ook",
    "none-needed": "zonder voorwaarden",
    "recorded": "met vastlegging",
    "or": "of {condition}",
    "more": "onder {count} andere voorwaarden",
    "since": "vanaf {day}",
    "until": "tot en met {day}",
    "not-before": "niet voor {day}",
    "above": "zoals hierboven",
    "wider": "ruimer dan de stap ervoor: {data}",
    "legend": "gestreept: alleen onder voorwaarden · dik: alleen met vastlegging · "
    "rood: ruimer dan de stap ervoor",
}

PHRASES: dict[Language, dict[str, str]] = {"en": _ENGLISH, "nl": _DUTCH}
