import csv
import json

import pytest
from typer.testing import CliRunner

from panhuo.matching.fusion import load_model
from pipeline.cli import app
from pipeline.matching import evaluate_files, read_corpus, read_pairs, read_patents

PATENTS = """application_no,title,abstract,main_class,filing_date,applicant
CN201010000001.1,玻璃纤维拉丝装置,漏板拉丝,C03B37/00,2010-01-01,泰安玻璃纤维有限公司
201110000002.2,玻璃纤维烘干炉,,C03B37/10,2011/1/2,泰安玻璃纤维有限公司
CN201110000003.3,矿用绞车,提升物料,,2011-01-02,某大学
"""
FIRMS = """uscc,name,business_scope
G,泰安玻璃纤维有限公司,玻璃纤维制造
M,泰安矿山机械厂,矿山绞车、提升机制造
B,泰安银行,
"""
GOLD = """application_no,uscc
CN201110000002.2,g
CN201110000003.3,M
"""


@pytest.fixture
def given(tmp_path):
    def write(patents=PATENTS, firms=FIRMS, gold=GOLD, encoding="utf-8"):
        paths = [tmp_path / name for name in ("patents.csv", "firms.csv", "gold.csv")]
        for path, content in zip(paths, (patents, firms, gold), strict=True):
            path.write_bytes(content.encode(encoding))
        return paths

    return write


def run(paths, *more):
    named = [
        part for name, path in zip(("patents", "firms", "gold"), paths, strict=True) for part in (f"--{name}", path)
    ]
    return CliRunner().invoke(app, ["match-eval", *map(str, named), *more])


def test_figures_come_as_json(given):
    done = run(given(), "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["weights"] == "shipped"
    assert (found["n_pairs"], found["n_firms"], found["n_pool"]) == (2, 2, 3)
    assert found["mrr"] == found["recall@20"] == 1
    assert found["intervals_95"]["macro_recall@20"] == [1, 1]
    assert found["without_earlier_patents"]["n_pairs"] == 1


def test_files_of_older_office_software_are_read(given):
    assert evaluate_files(*given(encoding="gb18030"), cross_validated=False)["mrr"] == 1


def test_optional_columns_may_be_missing(given):
    bare = "application_no,title,filing_date\nCN201110000003.3,矿用绞车,\n"
    paths = given(patents=bare, gold="application_no,uscc\n201110000003.3,M\n")
    assert evaluate_files(*paths, cross_validated=False)["recall@10"] == 1


@pytest.mark.parametrize("spelt", ["2011-01-02", "2011.1.2", "2011/1/2 0:00:00", "2011-01-02T00:00:00"])
def test_days_of_filing_are_read_with_and_without_a_time(given, spelt):
    patents, *_ = given(patents=PATENTS.replace("2011/1/2", spelt))
    assert [str(day) for day in read_patents(patents).filed] == ["2010-01-01", "2011-01-02", "2011-01-02"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"patents": PATENTS.replace("2011/1/2", "2011年")}, r"patents.csv, row 3: filing_date '2011年' is no date"),
        ({"patents": PATENTS.replace("2011/1/2", "2011-1-2-3")}, r"row 3: filing_date '2011-1-2-3' is no date"),
        (
            {"patents": PATENTS.replace("某大学", "某大学,某公司")},
            r"row 4: '某公司' stands under no heading; .* in quotes",
        ),
        ({"patents": PATENTS.replace("filing_date", "filed")}, r"lacks the columns filing_date"),
        ({"patents": PATENTS.replace("CN201110000003.3", "")}, r"row 4: application_no is blank"),
        ({"patents": PATENTS.replace("CN201110000003.3", "CN201010000001.1")}, r"row 4: .* stands in row 2, too"),
        ({"gold": GOLD.replace(",M", ",X")}, r"gold.csv, row 3: uscc 'X' is not in the table"),
        ({"gold": "application_no,uscc\n"}, r"gold.csv holds no row"),
        ({"firms": FIRMS + '"broken'}, r"firms.csv, line 4: "),
    ],
)
def test_bad_files_are_refused_with_file_row_and_mend(given, changed, message):
    with pytest.raises(ValueError, match=message):
        evaluate_files(*given(**changed), cross_validated=False)


@pytest.mark.slow
def test_real_pairs_are_found_where_they_were_not_learned_from(shared_data):
    """Recall and reciprocal rank on real patents and firms; the weights of a firm have seen no pair of it."""
    folder = shared_data / "stays_here"
    paths = [folder / f"{name}.csv" for name in ("taian_org_patents_with_abstracts", "taian_enterprises")]
    found = evaluate_files(*paths, folder / "matching_gold_open.csv", cross_validated=False)
    assert found["weights"] == "cross_validated_by_firm"
    assert found["recall@20"] >= 0.70
    assert found["macro_recall@20"] >= 0.55
    assert found["mrr"] >= 0.37
    assert found["ece@20"] <= 0.03


@pytest.mark.slow
def test_shipped_weights_name_the_pairs_they_come_from(shared_data):
    folder = shared_data / "stays_here"
    corpus = read_corpus(folder / "taian_org_patents_with_abstracts.csv", folder / "taian_enterprises.csv")
    with (folder / "matching_gold_open.csv").open(encoding="utf-8-sig") as lines:
        count = len(list(csv.DictReader(lines)))
    assert load_model().provenance["pair_count"] == count == len(read_pairs(folder / "matching_gold_open.csv", corpus))


def test_an_encoder_is_judged_alone_and_added_and_moves_no_other_figure(given):
    paths = given()
    plain = evaluate_files(*paths, cross_validated=False)
    found = json.loads(run(paths, "--json", "--encoder", "tests.fixtures.hashing_encoder:HashingEncoder").stdout)
    judged = found.pop("encoder")
    assert found == json.loads(json.dumps(plain))
    assert set(judged) == {"alone", "added"}
    assert judged["alone"]["n_pairs"] == judged["added"]["n_pairs"] == 2
