"""Contracts: what every table holds, written once and rendered everywhere."""

from panhuo.contracts.model import Catalogue, Column, Contract, ContractColumn, Vocabulary, load_catalogue

__all__ = ["Catalogue", "Column", "Contract", "ContractColumn", "Vocabulary", "load_catalogue"]
