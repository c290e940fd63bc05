"""What may be wrong with a cell, in Chinese for its sender."""

from __future__ import annotations

from dataclasses import dataclass

# 1900-03-01: earlier serials count a 29 February 1900 that never was.
FIRST_SERIAL, LAST_SERIAL = 61, 2_958_465

MASK = "***"
"""What a return shows of contacts."""


class CellError(ValueError):
    """A cell that cannot be read; `problem` and `mend` are Chinese and do not repeat the value."""

    def __init__(self, code: str, problem: str, mend: str) -> None:
        super().__init__(f"{code}: {problem}")
        self.code = code
        self.problem = problem
        self.mend = mend


class RestrictedColumnError(ValueError):
    """A column of contacts arrived where no key is set to turn it into pseudonyms: the operator's fault."""


@dataclass(frozen=True)
class CellFault:
    """A cell of a workbook that has no value of its own; `problem` and `mend` are Chinese and say all there is."""

    code: str
    shown: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return self.shown


def error_cell(shown: str) -> CellFault:
    """The cell of a formula that came to an error, such as #N/A."""
    return CellFault("broken_formula", shown, f"是公式错误 {shown}，没有值", "请改正公式，或把结果作为文本填写")


def serial_1904(value: object) -> CellFault:
    """A bare number of a workbook whose calendar begins in 1904."""
    return CellFault(
        "ambiguous_serial",
        str(value),
        f"是数字 {value}，而工作簿使用 1904 日期系统，换算成日期会相差四年",
        "请把该列设为日期格式，或填文本日期，例如 2024-01-02",
    )


UNCOMPUTED = CellFault(
    "broken_formula", "未计算的公式", "是未计算的公式，没有值", "请用表格软件打开并保存，或把结果作为文本填写"
)
"""The cell of a formula whose result was never stored."""

MERGED = CellFault("merged_cell", "（合并单元格）", "被合并单元格盖住，没有自己的值", "请取消合并，逐行填写")
"""A cell that a merge hides: which of its rows the value is meant for cannot be told."""
