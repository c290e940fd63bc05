"""The rules of the programme as data: `policy/*.yml`, loaded strictly."""

from panhuo.policy.model import Policy, load_policy, policy_version

__all__ = ["Policy", "load_policy", "policy_version"]
