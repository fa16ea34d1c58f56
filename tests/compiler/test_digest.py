"""The digest of what a policy means: the same whenever no answer can differ, else another."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from doelbinding.loader import load_texts
from doelbinding.policy import Policy
from tests.policies import BASE, MANIFEST, MOMENT, changed, completed, policy, source_of
from tests.properties.generators import generate_policy, resplit, serialise

ROOT = Path(__file__).parents[2]

FULL: dict[str, Any] = {
    "register": "https://register.example/activities",
    "categories": {"contact": {"protection": "none"}},
    "purposes": {
        "news": {
            "retention": "P2Y",
            "subjects": ["member"],
            "announcement": {"on": "2026-01-01", "refusal-until": "2026-02-01"},
            "valid": {"from": "2026-01-01"},
        }
    },
    "recipients": {
        "mailer": {
            "country": "US",
            "isil": "NL-1",
            "endpoints": ["https://a.example/", "https://b.example/"],
            "duties": ["encrypt", "pseudonymise"],
            "valid": {"from": "2026-01-01", "until": "2027-12-31"},
            "roles": [
                {
                    "role": "processor",
                    "purposes": ["news"],
                    "agreement": {"reference": "A", "from": "2026-01-01"},
                    "safeguard": {"kind": "adequacy", "reference": "S"},
                },
                {"role": "controller", "purposes": ["news"], "safeguard": {"kind": "adequacy"}},
            ],
        },
        "host": {
            "roles": [
                {
                    "role": "sub-processor",
                    "purposes": ["news"],
                    "agreement": {"reference": "H"},
                    "of": "mailer",
                }
            ]
        },
    },
    "flows": {
        "news-mail": {
            "data": ["contact", "name"],
            "except": ["contact.phone"],
            "subjects": ["member"],
            "when": {"all": ["asked", {"any": ["urgent", {"not": "objection"}]}]},
            "effect": "log",
            "reference": "required",
            "duties": ["encrypt"],
            "valid": {"until": "2027-12-31"},
        }
    },
    "prohibitions": {
        "never": {
            "from": "library",
            "to": "mailer",
            "purpose": "news",
            "subjects": ["visitor"],
            "data": ["loans"],
            "unless": "urgent",
            "valid": {"from": "2026-01-01"},
        }
    },
    "records": {"retention": "P2Y", "allow": "queued"},
    "enforcement": [{"observe": {"purpose": "news"}, "until": "2026-12-31", "because": "Trial"}],
}
"""Changes by which the base policy states nearly every key."""


def digest(*changes: dict[str, Any]) -> str:
    written: dict[str, Any] = changed(BASE, FULL)
    for each in changes:
        written = changed(written, each)
    return Policy.from_source(source_of(completed(written)), at=MOMENT).identity.digest


FULL_DIGEST = digest()
HOST_ROLE = FULL["recipients"]["host"]["roles"][0]


def flow(**keys: Any) -> dict[str, Any]:
    return {"flows": {"news-mail": keys}}


def never(**keys: Any) -> dict[str, Any]:
    return {"prohibitions": {"never": keys}}


def news(**keys: Any) -> dict[str, Any]:
    return {"purposes": {"news": keys}}


def mailer(**keys: Any) -> dict[str, Any]:
    return {"recipients": {"mailer": keys}}


def first_role(**keys: Any) -> dict[str, Any]:
    first, second = FULL["recipients"]["mailer"]["roles"]
    return mailer(roles=[changed(first, keys), second])


def observed(**keys: Any) -> dict[str, Any]:
    return {"enforcement": [{**FULL["enforcement"][0], **keys}]}


SAME: dict[str, dict[str, Any]] = {
    "revision": {"revision": 9},
    "languages": {"languages": ["nl", "en"]},
    "review date": {"review-by": "2030-01-01"},
    "label": flow(label={"nl": "Anders", "en": "Otherwise"}),
    "description": news(description="Said at length."),
    "assumption": mailer(assumption="Nobody said so."),
    "clauses": flow(clauses=["stated"]),
    "accepted warning": flow(
        accept=[{"rule": "unfounded-declaration", "until": "2030-01-01", "because": "Soon"}]
    ),
    "names in other vocabularies": {
        "categories": {"name": {"fides": "user.name", "dpv": "pd:Name"}}
    },
    "legal name": mailer(**{"legal-name": "Mail B.V."}),
    "controller's own words": {
        "controller": {"id": "library", "label": "The Library", "measures": ["Locks"]}
    },
    "statement": {"statement": {"version": "2", "language": "nl"}},
    "a clause more": {"clauses": {"more": {"informative": "It binds nothing."}}},
    "an invariant": {"invariants": {"held": {"never": {"to": "printer"}}}},
    "one id or a list of it": flow(**{"from": ["library"], "to": ["mailer"], "purpose": ["news"]}),
    "order of a list": flow(data=["name", "contact"]),
    "what an item holds already": flow(data=["name", "contact", "contact.email"]),
    "an exception outside the data": flow(**{"except": ["contact.phone", "loans"]}),
    "order of endpoints": mailer(endpoints=["https://b.example/", "https://a.example/"]),
    "order of duties": mailer(duties=["pseudonymise", "encrypt"]),
    "order of roles": mailer(roles=FULL["recipients"]["mailer"]["roles"][::-1]),
    "a condition otherwise written": flow(
        when={
            "all": None,
            "any": [{"all": ["asked", {"not": "objection"}]}, {"all": ["urgent", "asked"]}],
        }
    ),
    "a condition with what it holds already": flow(
        when={"all": ["asked", "asked", {"any": ["urgent", {"not": "objection"}]}]}
    ),
}

OTHER: dict[str, dict[str, Any]] = {
    "the policy's id": {"policy": "other-library"},
    "controller": {"controller": {"id": "house", "label": "House"}, **flow(**{"from": "house"})}
    | never(**{"from": "house"}),
    "the controller's country": {"controller": {**MANIFEST["controller"], "country": "NL"}},
    "default subject": {"default-subject": "visitor"},
    "time zone": {"timezone": "Europe/London"},
    "register": {"register": "https://register.example/other"},
    "how long records are kept": {"records": {"retention": "P1Y"}},
    "whether an allow waits": {"records": {"allow": "durable"}},
    "what is observed": {"enforcement": None},
    "from whom it is observed": observed(observe={"purpose": "news", "from": "library"}),
    "to whom it is observed": observed(observe={"purpose": "news", "to": "mailer"}),
    "until when it is observed": observed(until="2027-01-01"),
    "a category": {"categories": {"more": {}}},
    "anonymity": {"categories": {"loans": {"anonymous": True}}},
    "protection": {"categories": {"loans": {"protection": "special"}}},
    "a subject": {"subjects": {"more": {}}},
    "a fact": {"facts": {"more": {}}},
    "a purpose": {"purposes": {"news.local": {}}},
    "a recipient": {"recipients": {"mailer.bulk": {}}},
    "basis": news(**{"lawful-basis": "vital-interests"}),
    "law": news(law="Act A"),
    "objection heard": news(objection="heard"),
    "direct marketing": news(**{"direct-marketing": True}),
    "explicit consent": news(**{"explicit-consent": True}),
    "special condition": news(**{"special-category-condition": "Art. 9(2)(g)"}),
    "the purpose's subjects": news(subjects=["member", "visitor"]),
    "no subjects": news(subjects=None),
    "ceiling": news(data=["contact", "name", "loans"]),
    "retention": news(retention="P1Y"),
    "announcement": news(announcement={"refusal-until": "2026-03-01"}),
    "the purpose's enforcement": news(**{"always-enforced": True}),
    "the purpose's period": news(valid={"from": "2026-01-02"}),
    "country": mailer(country="GB"),
    "isil": mailer(isil="NL-2"),
    "class": mailer(**{"class": True}),
    "endpoints": mailer(endpoints=["https://a.example/"]),
    "the recipient's duties": mailer(duties=["encrypt"]),
    "the recipient's period": mailer(valid={"until": "2027-12-30"}),
    "the recipient's enforcement": mailer(**{"always-enforced": True}),
    "a role less": mailer(roles=FULL["recipients"]["mailer"]["roles"][:1]),
    "the kind of a role": mailer(
        roles=[
            FULL["recipients"]["mailer"]["roles"][0],
            {**FULL["recipients"]["mailer"]["roles"][1], "role": "authority"},
        ]
    ),
    "the purposes of a role": mailer(
        roles=[
            FULL["recipients"]["mailer"]["roles"][0],
            {"role": "controller", "safeguard": {"kind": "adequacy"}},
        ]
    ),
    "the agreement's period": first_role(agreement={"from": "2026-01-02"}),
    "the agreement's reference": first_role(agreement={"reference": "B"}),
    "safeguard": first_role(safeguard={"kind": "derogation"}),
    "the safeguard's period": first_role(safeguard={"until": "2027-01-01"}),
    "a flow": {"flows": {"post": {"from": "library", "to": "mailer", "purpose": "news"}}},
    "no flow": {"flows": {"news-mail": None, "mail": changed(BASE, FULL)["flows"]["news-mail"]}},
    "sender": flow(**{"from": ["library", "data-subject"]}),
    "recipient": flow(to=["mailer", "printer"]),
    "the flow's subjects": flow(subjects=["member.child"]),
    "data": flow(data=["contact"]),
    "data left out": flow(data=None),
    "exceptions": flow(**{"except": ["contact.email"]}),
    "condition": flow(when="asked"),
    "no condition": flow(when=None),
    "effect": flow(effect="allow"),
    "reference": flow(reference="optional"),
    "duties": flow(duties=["encrypt", "delete-after-use"]),
    "the flow's period": flow(valid={"until": "2028-01-01"}),
    "no prohibition": never(**dict.fromkeys(FULL["prohibitions"]["never"]))
    | {"prohibitions": None},
    "whom a prohibition is about": never(to=None),
    "its sender": never(**{"from": None}),
    "its purpose": never(purpose=None),
    "its subjects": never(subjects=None),
    "its data": never(data=["loans.titles"]),
    "all data": never(data=None),
    "its exception": never(unless="asked"),
    "no exception": never(unless=None),
    "its period": never(valid={"from": "2026-01-02"}),
    "its enforcement": never(**{"always-enforced": True}),
}


@pytest.mark.parametrize("what", SAME)
def test_what_decides_nothing_leaves_the_digest(what: str) -> None:
    assert digest(SAME[what]) == FULL_DIGEST


@pytest.mark.parametrize("what", OTHER)
def test_what_can_decide_or_oblige_changes_the_digest(what: str) -> None:
    assert digest(OTHER[what]) != FULL_DIGEST


def test_no_two_of_these_changes_have_one_digest() -> None:
    digests = [digest(change) for change in OTHER.values()]
    assert len({FULL_DIGEST, *digests}) == len(digests) + 1


@pytest.mark.parametrize(
    ("common", "other"),
    [
        (
            {"recipients": {"second": FULL["recipients"]["mailer"]}},
            {"recipients": {"host": {"roles": [{**HOST_ROLE, "of": "second"}]}}},
        ),
        ({"purposes": {"news.local": {}}}, flow(purpose="news.local")),
        ({"purposes": {"news.local": {}}}, never(purpose="news.local")),
        (
            {"purposes": {"news.local": {}}},
            observed(observe={"purpose": "news.local"}),
        ),
        ({"flows": {"news-mail": {"from": ["library", "mailer"]}}}, flow(**{"from": "mailer"})),
    ],
    ids=["of", "flow's purpose", "prohibition's purpose", "observed purpose", "sender"],
)
def test_of_two_declared_ids_it_matters_which_one_is_meant(
    common: dict[str, Any], other: dict[str, Any]
) -> None:
    assert digest(common, other) != digest(common)


def test_exceptions_count_also_where_a_flow_grants_up_to_the_ceiling() -> None:
    up_to_ceiling = flow(data=None)
    assert digest(up_to_ceiling, flow(**{"except": ["name"]})) != digest(up_to_ceiling)


@pytest.mark.parametrize(
    ("left_out", "stated"),
    [
        ({}, flow(effect="allow")),
        ({}, flow(reference="optional")),
        ({}, {"categories": {"contact": {"protection": "none", "anonymous": False}}}),
        ({}, news(**{"direct-marketing": False})),
        ({}, {"records": {"retention": "P2Y", "allow": "queued"}}),
        ({}, mailer(**{"class": False})),
        (
            {"purposes": {"news.local": {}}},
            {"purposes": {"news.local": {"lawful-basis": "contract"}}},
        ),
        (
            {"purposes": {"news": {"always-enforced": True}, "news.local": {}}},
            {
                "purposes": {
                    "news": {"always-enforced": True},
                    "news.local": {"always-enforced": True},
                }
            },
        ),
        (
            {"recipients": {"mailer": {"always-enforced": True}, "mailer.bulk": {}}},
            {
                "recipients": {
                    "mailer": {"always-enforced": True},
                    "mailer.bulk": {"always-enforced": True},
                }
            },
        ),
        (
            {"purposes": {"news.local": {}}},
            {"purposes": {"news.local": {"data": ["contact", "name"]}}},
        ),
    ],
)
def test_a_default_or_an_inherited_key_written_out_is_the_same(
    left_out: dict[str, Any], stated: dict[str, Any]
) -> None:
    assert policy(**left_out).identity.digest == policy(**stated).identity.digest


@pytest.mark.parametrize("seed", range(10))
def test_layout_order_and_file_split_leave_the_digest_and_change_the_source(seed: int) -> None:
    random = Random(seed)
    files = generate_policy(random)
    digests, sources = set(), set()
    for _ in range(4):
        texts = serialise(resplit(files, random), random)
        identity = Policy.from_source(load_texts("policy", texts.items()), at=MOMENT).identity
        digests.add(identity.digest)
        sources.add(identity.source)
    assert len(digests) == 1
    assert len(sources) == 4


def test_the_digest_does_not_hang_on_the_order_in_which_a_process_keeps_its_sets() -> None:
    script = "from tests.compiler.test_digest import digest; print(digest())"
    for seed in ("1", "2", "3"):
        printed = subprocess.check_output(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            text=True,
        )
        assert printed.strip() == FULL_DIGEST


def test_different_policies_have_different_digests() -> None:
    made = [generate_policy(Random(seed)) for seed in range(30)]
    texts = [serialise(files, Random(0)).items() for files in made]
    policies = [Policy.from_source(load_texts("policy", each), at=MOMENT) for each in texts]
    assert len({each.identity.digest for each in policies}) == 30


def test_an_identity_names_policy_revision_and_both_digests() -> None:
    identity = policy(revision=7).identity
    assert (identity.id, identity.revision) == (MANIFEST["policy"], 7)
    for digest_text in (identity.digest, identity.source):
        assert digest_text.startswith("sha256:")
        assert len(digest_text) == len("sha256:") + 64
