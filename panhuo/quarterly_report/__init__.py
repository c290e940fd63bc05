"""The report of a quarter 季度统计报告: one page and one workbook, every figure with its key (D32)."""
