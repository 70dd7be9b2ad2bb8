from __future__ import annotations

import pytest

from rag.sources.cleaning import clean, system_name, tidy

_CASES = [
    (r"5\% and 42.9\%", "5% and 42.9%"),
    ("a literal 40 % In contrast", "a literal 40 % In contrast"),
    ("12.3% % The code", "12.3% % The code"),
    ("data. % The code is", "data. The code is"),
    (r"2.4\times speedup", "2.4x speedup"),
    (r"3$\times$-9$\times$ faster, $4 \times 4$", "3x-9x faster, 4 x 4"),
    ("2.4× faster, 3 × 3 and 224×224, 8×H100", "2.4x faster, 3 x 3 and 224x224, 8xH100"),
    ("1.69times and 130times, 8timesH100", "1.69x and 130x, 8xH100"),
    ("7.89 times, sometimes 3timestamps", "7.89 times, sometimes 3timestamps"),
    ("to sim30B-sized, sim1.5x", "to ~30B-sized, ~1.5x"),
    ("sim2real, sim-to-real, Sim3, similar", "sim2real, sim-to-real, Sim3, similar"),
    ("100M sim 1B, a sim 3", "100M ~ 1B, a sim 3"),
    (r"$\sim$30B, 40\%\sim 87\%, 8\sim10, $x\sim p(x)$", "~30B, 40%~87%, 8~10, x ~ p(x)"),
    ("G_{stack} and O(T^{2}), x^{a+b}_{i,j}, 10^{-3}", "G_stack and O(T^2), x^(a+b)_(i,j), 10^-3"),
    ("V^* Bench", "V* Bench"),
    (r"360$^\circ$, $\theta^*$", "360°, θ*"),
    ("<!0.5% and <\\!0.5", "<0.5% and <0.5"),
    (r"(\aka the number, \ie this, \eg. that", "(a.k.a. the number, i.e. this, e.g. that"),
    ("textit{O}bstacles, emph{per se}", "Obstacles, per se"),
    (r"\textit{O}bstacles \emph{a {\bf b} c}", "Obstacles a b c"),
    (r"{\tt GPT-3.5} and {\sc MwpBench}", "GPT-3.5 and MwpBench"),
    (r"Bail\'ing, Schr\"odinger, Fr{\'e}chet, na\"{\i}ve, \v{S}koda", "Bailíng, Schrödinger, Fréchet, naïve, Škoda"),
    (r"don\'t, it\'s", "don't, it's"),
    ("https://x.io/{https://x.io/}.", "https://x.io/."),
    (r"\href{https://x.io/a_b}{Code}, \url{https://y.io/~me/a%20b}", "Code (https://x.io/a_b), https://y.io/~me/a%20b"),
    ("``capacity density'', `word'", "\"capacity density\", 'word'"),
    ("f''(x) and 5'' wide", "f''(x) and 5'' wide"),
    (r"built~\citep{a2020,b2021} on, as \citet{Lee2020} say", "built on, as Lee2020 say"),
    ("paradigm: bullet Guiding, a silver bullet in", "paradigm: • Guiding, a silver bullet in"),
    (
        "(the densing law)that, (poly)logarithmic, (near-)state",
        "(the densing law) that, (poly)logarithmic, (near-)state",
    ),
    ("methods.In response", "methods. In response"),
    ("Key.Net, torch.Tensor(x), v1.In, Boost.Hana libraries", "Key.Net, torch.Tensor(x), v1.In, Boost.Hana libraries"),
    ("see https://a.io/docs.In and", "see https://a.io/docs.In and"),
    ("models~(MLLMs), Fig.~3, 200~million, 3~20, ~30B", "models (MLLMs), Fig. 3, 200 million, 3~20, ~30B"),
    ("&lt;3 &amp;amp; 4&mdash;x&#x27;s, R&D, a?b=1&copy=2", "<3 & 4—x's, R&D, a?b=1&copy=2"),
    ("<i>E. coli</i>, CO<sub>2</sub>, 10<sup>-3</sup>, <jats:p>x</jats:p>", "E. coli, CO2, 10^-3, x"),
    ("an <image, verb> pair, </s>, <think>, a < b > c", "an <image, verb> pair, </s>, <think>, a < b > c"),
    (r"$O(n\log n)$, $\frac{a+1}{2}$, $\tfrac12$, $\sqrt{T}$", "O(n log n), (a+1)/2, 1/2, √T"),
    (r"$\tilde{\mathcal{O}}(\sqrt{SA/C})$ in $\mathbb{R}^d$", "Õ(√(SA/C)) in R^d"),
    (r"$\{0,1\}^n$, $k \in \{3, 4\}$ and {2,3}", "{0,1}^n, k ∈ {3, 4} and {2,3}"),
    (r"$\alpha$-stable, \(\beta\), \[x\leq 5\]", "α-stable, β, x≤ 5"),
    (r"$5 and $10, \$5, US$3-$4", "$5 and $10, $5, US$3-$4"),
    (r"\algo{LinUCB}, \poly(n) \unknown", "LinUCB, poly(n) unknown"),
    ("a\tb\r\n  c\u00a0d\u2009e", "a b c d e"),
    ("a\x00b\x07c\u200bd\u202ee\ufeff\u00ad\ud800f", "abcdef"),
    ("e\u0301, e\ufb03cient", "é, efficient"),
    ("state-of-the-\nart, short- \nand long-", "state-of-the-art, short- and long-"),
    ("PanGu-π, 中文, émigré -- all 🙂", "PanGu-π, 中文, émigré -- all 🙂"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), _CASES)
def test_residue_becomes_what_a_reader_expects(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in _CASES])
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)

    assert clean(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"that \prjname can", "that eDKM can"),
        (r"that \ours{} can", "that eDKM can"),
        (r"that \edkm can", "that eDKM can"),
    ],
)
def test_a_macro_for_the_system_is_its_name(text: str, expected: str) -> None:
    assert clean(text, system="eDKM") == expected


def test_a_macro_for_an_unknown_system_keeps_its_letters() -> None:
    assert clean(r"that \prjname can") == "that prjname can"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("eDKM: An Efficient Train-time", "eDKM"),
        ("Predictable Scale: Part I -- Optimal", "Predictable Scale"),
        ("SWIFT:A Scalable", "SWIFT"),
        ("Densing Law of LLMs", None),
        ("What we do when we have no name: a study", None),
        (": nothing", None),
    ],
)
def test_the_name_of_a_system_is_before_the_colon(title: str, name: str | None) -> None:
    assert system_name(title) == name


def test_braces_of_latex_proper_group_and_go() -> None:
    assert clean(r"The {GPT}-3 of {M{\"u}ller} \& {\L}ukasz", latex=True) == "The GPT-3 of Müller & Łukasz"


def test_tidying_leaves_everything_visible_as_it_is() -> None:
    assert tidy(" a_{b}\\% \x00\u202ec\n") == "a_{b}\\% c"


@pytest.mark.parametrize(
    "piece", ["{", "\\", "$", "\\a{", "``", "<", "(a ", "&amp;", "https://a", "{\\bf ", "~", "'", "\\cite["]
)
def test_text_made_to_be_hard_to_search_is_cleaned_all_the_same(piece: str) -> None:
    assert len(clean(piece * 20_000)) <= len(piece) * 20_000
