"""The month's bulletin 月度调度通报: per city and province, as a page and as a workbook."""
