{# Rendered from policy/*.yml by `make generate`; do not edit. #}

{% macro screening_rule_ids() %}{{ return(["not_granted", "expired_by_term", "status_not_in_force", "military_owner", "not_inventoried", "maturity_missing", "scenario_missing", "prospect_missing", "prospect_low", "intent_missing", "implementation_undated", "implementation_unproven", "product_unproven", "evidence_without_implementation", "implementation_before_filing"]) }}{% endmacro %}

{% macro form1_category_codes() %}{{ return(["disputed", "abandoning", "transferred", "licensed", "enterprise_co_owned"]) }}{% endmacro %}

{% macro compared_column_names() %}{{ return(["conversion_stage", "institution_id", "intent", "legal_status", "maturity_word", "prospect_level", "tier"]) }}{% endmacro %}

{% macro coverage_constants() %}{{ return({"freeze_days": 15, "arrival_months": 3, "horizon_months": 120, "at_risk_days": 60}) }}{% endmacro %}

{% macro idle_after_years() %}{{ return(5) }}{% endmacro %}

{% macro fee_constants() %}{{ return({"grace_months": 6, "late_rate": 0.05}) }}{% endmacro %}

{% macro service_constants() %}{{ return({"pledge_term_months": 36, "mature_from_trl": 4, "mature_to_trl": 6, "pool_patents": 5, "pool_owners": 2, "max_fixed_fee_yuan": 20000000, "max_sales_percent": 20, "max_profit_percent": 40}) }}{% endmacro %}

{% macro service_criterion_ids() %}{{ return(["undisputed", "kept", "unpledged", "open_to_licence", "term_left", "high_value", "in_use", "convertible", "key_industry", "enough_for_a_pool", "to_improve", "stability_shown", "evaluation_report_made", "offer_made", "fee_in_bounds", "owners_consent"]) }}{% endmacro %}

{% macro fee_advice_rule_ids() %}{{ return(["in_use", "abandoning", "wanted", "ready", "own_use", "no_prospect", "to_cultivate", "unjudged"]) }}{% endmacro %}

{% macro evaluation_bounds() %}{{ return({"daily_limit": 60, "monthly_floor": 100, "median_multiple": 8.0, "uniform_least": 20, "uncounted": ""}) }}{% endmacro %}

{% macro need_response_days() %}{{ return(30) }}{% endmacro %}

{% macro discipline_constants() %}{{ return({"prior_weight": 5.0, "min_strength": 1.5, "min_patents": 5}) }}{% endmacro %}

{% macro deal_constants() %}{{ return({"report_before_days": 365, "report_after_days": 30, "conflict_days": 180, "date_tolerance_days": 7, "recordal_months": 3, "transfer_back_days": 180, "undecided_counts": true, "exclusions": [{"reason": "withdrawn", "kinds": ["transfer", "license", "open_license", "pledge"]}, {"reason": "unknown_patent", "kinds": ["transfer", "license", "open_license", "pledge"]}, {"reason": "parties_unknown", "kinds": ["transfer", "license", "open_license", "pledge"]}, {"reason": "rename", "kinds": ["transfer", "license"]}, {"reason": "inventor_own_firm", "kinds": ["transfer"]}, {"reason": "transfer_back", "kinds": ["transfer"]}, {"reason": "no_origin_owner", "kinds": ["transfer", "license", "open_license", "pledge"]}, {"reason": "remaining_owner", "kinds": ["transfer"]}, {"reason": "same_group", "kinds": ["transfer", "license", "open_license"]}], "undecided": [{"reason": "individual_taker", "kinds": ["transfer", "license"]}, {"reason": "individual_giver", "kinds": ["transfer"]}, {"reason": "party_in_review", "kinds": ["transfer", "license", "open_license"]}, {"reason": "sources_disagree", "kinds": ["transfer", "license", "open_license", "pledge"]}], "longest_person_name": 4}) }}{% endmacro %}

{% macro expert_constants() %}{{ return({"former_employer_years": 3, "max_patents_per_expert": 5, "workload_months": 6, "straddling_seats": 1, "max_evaluators": 8}) }}{% endmacro %}

{% macro scope_reading() %}{{ return({"max_derived": 5, "endings": ["制造业", "服务业", "制造", "加工", "开发", "批发", "服务", "活动", "生产", "销售", "零售", "业"], "selling": ["销售", "批发", "零售", "代理", "贸易"], "making": ["制造", "生产", "加工"]}) }}{% endmacro %}

{% macro digest_constants() %}{{ return({"min_evaluators": 3, "named_kinds": ["wish"], "kind_without_code": "other"}) }}{% endmacro %}

{% macro matching_constants() %}{{ return({"max_patents_per_enterprise": 20, "pushable_tiers": ["T0", "T1", "T2", "T3"], "lapsing_months": 12, "candidates_each_way": 50, "max_exact_pairs": 20000000, "min_recipients": 3, "covered_tiers": ["T1", "T2"], "max_recipients": 30, "min_probability": 0.01, "strong_probability": 0.05, "fairness_weight": 0.02, "cooling_off_months": 12, "field_cooling_off_months": 3, "field_decline_reasons": ["not_our_business"], "repeat_months": 6, "need_odds": 1000.0, "evaluations_odds": 8.0, "other_decline_share": 0.25, "opinion_half_life_months": 12, "response_odds": 4.0, "expected_response_rate": 0.3, "response_prior_pushes": 20, "region_odds": 2.0, "sei_odds": 1.5, "dense_odds": 20.0, "encoder": "none", "max_reasons": 3, "max_probability_drift": 0.5}) }}{% endmacro %}

{% macro statistics_constants() %}{{ return({"freeze_days": 15, "interval_below": 100, "suppress_below": 5, "confidence": 0.95, "z": 1.959964, "implemented": ["own_use", "licensed_use", "product"], "industrialised": ["product"]}) }}{% endmacro %}

{% macro inspection_constants() %}{{ return({"confidence": 0.95, "due_days": 45, "tolerated_error_rate": 0.05}) }}{% endmacro %}

{% macro first_conversion_stage() %}{{ return("unmatched") }}{% endmacro %}

{% macro vocabulary_labels() %}{{ return({"evaluator_kind": {"enterprise": "企业自评", "expert": "专家评价"}, "tier": {"T0": "待评价", "T1": "即可转化", "T2": "改进后可转化", "T3": "合作培育", "T4": "暂缓"}, "statistic_id": {"transfers": "专利转让", "licence_recordals": "专利许可备案", "implementation": "专利实施", "industrialisation": "专利产业化", "product_recordals": "专利产品备案"}, "comparison_kind": {"quarter_on_quarter": "环比", "year_on_year": "同比"}, "restatement_cause": {"late_event": "补到的事件", "corrected": "数据更正"}, "statistic_source": {"legal_events": "法律事件", "grants": "专利授权数据", "institutions": "高校和科研机构名录", "inventories": "存量专利盘点表", "transactions": "专利交易台账", "licence_recordals": "专利实施许可合同备案表", "product_recordals": "专利产品备案表"}, "source_arrival": {"every_month": "每月必收", "carried": "可沿用上月", "as_reported": "有则报送"}, "agreed_standing": {"overdue": "逾期未办结", "open": "办理中", "done": "已办结", "dropped": "不再办理"}}) }}{% endmacro %}
