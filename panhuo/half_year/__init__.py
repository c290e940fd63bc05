"""The half-year report 落实情况报告 of a province or the nation, drafted from published marts (D31)."""
