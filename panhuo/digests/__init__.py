"""The month's digest 信息反馈: for every institution what enterprises said and need, without singling one out."""
