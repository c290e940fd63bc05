import csv

from panhuo.contracts.model import PROJECT_ROOT
from panhuo.matching.ipc import Symbol, parse_symbol, title_text, titles
from panhuo.matching.texts import character_pairs, scope_clauses, trade_name, without_organisations, words


def test_pairs_overlap_within_runs_only():
    assert character_pairs("玻璃纤维，ABS 板") == ["玻璃", "璃纤", "纤维", "abs", "板"]


def test_words_leave_out_what_every_patent_says():
    assert words("本发明涉及一种玻璃纤维的制造方法") == ["玻璃纤维"]


def test_clauses_are_free_of_licensing_phrases():
    licence = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    scope = f"无碱玻璃纤维的制造；化工原料（不含危险品）销售、进出口业务。{licence}"
    assert scope_clauses(scope) == ["无碱玻璃纤维的制造", "化工原料", "销售"]


def test_trade_name_drops_places_form_and_brackets():
    assert trade_name("泰安泰山玻璃纤维（集团）有限责任公司", {"泰安"}) == "泰山玻璃纤维"
    assert trade_name("某某机械厂") == "某某机械"


def test_companies_named_in_a_text_are_left_out():
    text = "由泰山玻璃纤维有限公司 研制的玻璃纤维"
    assert "公司" not in without_organisations(text)
    assert "玻璃纤维" in without_organisations(text)


def test_symbols_of_every_shape_are_parsed():
    assert parse_symbol("e21f 17/08") == Symbol("E", "E21", "E21F", "E21F17/00")
    assert parse_symbol("H01L") == Symbol("H", "H01", "H01L", "")
    assert parse_symbol("06-06") == parse_symbol(None) == parse_symbol("") == Symbol()


def test_titles_are_chinese_and_found_by_level():
    assert titles()["A01B1/00"] == "手动工具"
    assert title_text(parse_symbol("A01B1/02")).endswith("手动工具")
    assert title_text(Symbol()) == ""
    assert len(titles()) > 8000


def test_titles_of_subclasses_are_those_of_the_seed():
    seed = PROJECT_ROOT / "dbt_project" / "seeds" / "reference" / "ipc_subclasses.csv"
    with seed.open(encoding="utf-8") as lines:
        known = {row["ipc_subclass"]: row["subclass_title"] for row in csv.DictReader(lines)}
    assert known == {symbol: title for symbol, title in titles().items() if "/" not in symbol}
